use super::address::is_possible;
use super::client::Client;
use super::error::ErrorKind;
use super::parts::Place;
use super::reads::FRESH;

const TENANTS: &str = "/apis/apps.cozystack.io/v1alpha1";

/// The tenant whose namespaces have no other tenant's name in front.
const ROOT: &str = "root";

impl Client {
    /// Whether the tenant that a namespace belongs to was deleted, as far as the tenants above it may be read.
    /// Whoever asks for something in it is only told that it is forbidden: the rights went with the tenant.
    pub async fn is_tenant_deleted(&self, namespace: &str) -> bool {
        if !is_possible(namespace) {
            return false;
        }
        let mut is_deleted = false;
        for (parent, name) in candidates(namespace) {
            let Ok(place) = Place::within(TENANTS, &parent, "tenants", "Tenant") else {
                return false;
            };
            match self.part(&place, name, FRESH).await {
                Ok(Some(_)) => return false,
                Ok(None) => is_deleted = true,
                Err(error) => {
                    // Above one's own tenant nothing may be read.
                    let (fault, parent) = (error.fault(), &parent);
                    if fault != ErrorKind::Forbidden {
                        tracing::debug!(parent, name, %error, "whether there is such a tenant is not known");
                        return false;
                    }
                }
            }
        }
        is_deleted
    }
}

/// The tenants that a namespace may belong to, each by the namespace it is in and its name: in
/// `tenant-root` the namespace of `a` is `tenant-a`, in `tenant-a` that of `b` is `tenant-a-b`. Platform 0.41
/// allows dashes in the name.
fn candidates(namespace: &str) -> Vec<(String, &str)> {
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
    fn a_namespace_tells_its_tenant_and_the_one_above() {
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
