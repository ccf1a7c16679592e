//! Validation of names at create, by release.
use crate::facts::{Facts, Kind};
use crate::failure::{Failure, Problem};

/// The maximum length of a release name in Helm.
const LONGEST_RELEASE: usize = 53;
/// The maximum length of a DNS label in Kubernetes, and therefore of a namespace.
const LONGEST_LABEL: usize = 63;

/// Validates the name of a new object (measured: in full on 1.3 and 1.6, on 0.41 only by the backend).
pub(crate) fn check(
    facts: &Facts,
    kind: &Kind,
    namespace: &str,
    name: &str,
) -> Result<(), Failure> {
    let invalid = |text: String| {
        Failure::invalid(
            kind,
            name,
            "metadata.name",
            Problem::Invalid(name.to_owned(), text),
        )
    };
    if !facts.release.checks_names() {
        return check_release_name(&kind.release_name(name));
    }
    if kind.kind == "Tenant" && !is_tenant_name(name) {
        return Err(invalid(
            "tenant names must start with a lowercase letter and contain only lowercase \
             letters and digits; dashes are not allowed"
                .to_owned(),
        ));
    }
    if !is_label_1035(name) {
        return Err(invalid(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start \
             with an alphabetic character, and end with an alphanumeric character \
             (e.g. 'my-name',  or 'abc-123', regex used for validation is \
             '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        ));
    }
    let longest = LONGEST_RELEASE - kind.prefix.len();
    if name.len() > longest {
        let prefix = &kind.prefix;
        return Err(invalid(format!(
            "must be no more than {longest} characters (release prefix \"{prefix}\")"
        )));
    }
    if kind.kind == "Tenant" {
        let own = tenant_namespace(namespace, name);
        let length = own.len();
        if length > LONGEST_LABEL {
            return Err(invalid(format!(
                "computed tenant namespace \"{own}\" would be {length} characters, which exceeds \
                 the 63-character limit"
            )));
        }
    }
    Ok(())
}

/// Whether the name is valid for a tenant.
pub(crate) fn is_tenant_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_label_1035(name: &str) -> bool {
    name.len() <= LONGEST_LABEL
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The rule of Kubernetes for most names.
pub(crate) const SUBDOMAIN_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case \
     alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

/// Whether a name matches the rule of Kubernetes for most names.
pub(crate) fn is_subdomain(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

/// The backend's error for a release name, which is returned as a 500.
fn check_release_name(release: &str) -> Result<(), Failure> {
    if is_subdomain(release) {
        return Ok(());
    }
    Err(Failure::backend(format!(
        "failed to create HelmRelease: HelmRelease.helm.toolkit.fluxcd.io \"{release}\" is \
         invalid: metadata.name: Invalid value: \"{release}\": {SUBDOMAIN_RULE}"
    )))
}

/// Whether a namespace can belong to a tenant.
pub(crate) fn is_tenant(namespace: &str) -> bool {
    namespace.starts_with("tenant-")
}

/// The namespace of a tenant.
pub(crate) fn tenant_namespace(namespace: &str, name: &str) -> String {
    match (namespace, name) {
        ("tenant-root", "root") => "tenant-root".to_owned(),
        ("tenant-root", _) => format!("tenant-{name}"),
        _ => format!("{namespace}-{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_label_1035, tenant_namespace};

    #[test]
    fn labels_are_told_from_other_names() {
        assert!(is_label_1035("a-1"));
        for name in ["", "A", "1a", "a-", "a_b", "a.b"] {
            assert!(!is_label_1035(name), "{name}");
        }
    }

    #[test]
    fn tenants_nest() {
        assert_eq!(tenant_namespace("tenant-root", "root"), "tenant-root");
        assert_eq!(tenant_namespace("tenant-root", "a"), "tenant-a");
        assert_eq!(tenant_namespace("tenant-a", "b"), "tenant-a-b");
    }
}
