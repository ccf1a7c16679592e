use std::collections::BTreeMap;

use kube::api::DynamicObject;

/// Labels and annotations that the platform puts on the namespace of a tenant, by key without their prefix, such as
/// `host`.
pub type TenantMetadata = BTreeMap<String, String>;

const PREFIX: &str = "namespace.cozystack.io/";

/// The tenant whose children have no parent's name in their namespace.
const ROOT: &str = "root";

/// Reads the metadata of a tenant's namespace.
pub(super) fn metadata(namespace: DynamicObject) -> TenantMetadata {
    let labels = namespace.metadata.labels.into_iter().flatten();
    let all = labels.chain(namespace.metadata.annotations.into_iter().flatten());
    let ours = all.filter_map(|(key, value)| {
        let key = key.strip_prefix(PREFIX)?;
        Some((key.to_owned(), value))
    });
    ours.collect()
}

/// The tenants that a namespace may belong to, each as the namespace of its object and its name: the namespace of `a`
/// in `tenant-root` is `tenant-a`, that of `b` in `tenant-a` is `tenant-a-b`. Platform 0.41 allows dashes in names.
pub(super) fn candidates(namespace: &str) -> Vec<(String, &str)> {
    let Some(rest) = namespace.strip_prefix("tenant-") else {
        return Vec::new();
    };
    if rest.is_empty() || rest == ROOT {
        return Vec::new();
    }
    let dashes = rest.match_indices('-').rev();
    let nested = dashes.filter_map(|(at, _)| {
        let (parent, name) = (&rest[..at], &rest[at + 1..]);
        (!parent.is_empty() && !name.is_empty()).then(|| (format!("tenant-{parent}"), name))
    });
    nested.chain([(format!("tenant-{ROOT}"), rest)]).collect()
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn a_namespace_leads_to_its_tenant_and_the_parent() {
        let all = |namespace| -> Vec<String> {
            let candidates = candidates(namespace).into_iter();
            candidates
                .map(|(parent, name)| format!("{parent}/{name}"))
                .collect()
        };
        assert_eq!(all("tenant-a"), ["tenant-root/a"]);
        assert_eq!(all("tenant-a-b"), ["tenant-a/b", "tenant-root/a-b"]);
        assert_eq!(
            all("tenant-a-b-c"),
            ["tenant-a-b/c", "tenant-a/b-c", "tenant-root/a-b-c"]
        );
        for none in ["tenant-root", "tenant-", "default", ""] {
            assert!(candidates(none).is_empty(), "{none}");
        }
    }
}
