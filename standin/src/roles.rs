//! The permissions of the platform's roles, as read in the charts of each release.
use crate::attributes::Attributes;
use crate::custom;
use crate::facts::GROUP;
use crate::power::ACTIONS;
use crate::release::Release;
use crate::subject::Role;

/// The resources that an admin can write on 1.3 and later: not tenants, and not the services that a tenant enables.
const WRITTEN_BY_ADMINS: [&str; 26] = [
    "buckets",
    "clickhouses",
    "foos",
    "foundationdbs",
    "harbors",
    "httpcaches",
    "infos",
    "kafkas",
    "kuberneteses",
    "mariadbs",
    "mongodbs",
    "natses",
    "openbaos",
    "opensearches",
    "postgreses",
    "qdrants",
    "rabbitmqs",
    "redises",
    "seaweedfses",
    "tcpbalancers",
    "valkeys",
    "virtualmachines",
    "virtualprivateclouds",
    "vmdisks",
    "vminstances",
    "vpns",
];
/// The resources of this list that an admin cannot write on 1.1.
const NOT_WRITTEN_BY_ADMINS_1_1: [&str; 6] = [
    "foundationdbs",
    "harbors",
    "mongodbs",
    "openbaos",
    "qdrants",
    "vpns",
];
/// The resources on 0.41. `ferretdb` does not exist as a resource, so its kind is omitted, and so are VPNs.
const WRITTEN_BY_ADMINS_0_41: [&str; 19] = [
    "buckets",
    "clickhouses",
    "ferretdb",
    "foos",
    "httpcaches",
    "infos",
    "kafkas",
    "kuberneteses",
    "mysqls",
    "natses",
    "postgreses",
    "rabbitmqs",
    "redises",
    "seaweedfses",
    "tcpbalancers",
    "virtualmachines",
    "virtualprivateclouds",
    "vmdisks",
    "vminstances",
];

/// Whether a role has a permission in a namespace in which it is bound. Secrets are permitted by the roles of single
/// applications instead.
pub(crate) fn contain(release: Release, role: Role, wanted: &Attributes) -> bool {
    let first = release == Release::V0_41;
    let reads = wanted.reads();
    let may_write = matches!(wanted.verb, "create" | "update" | "patch" | "delete");
    if let Some(resource) = custom::find(release, wanted.group, wanted.resource) {
        let writes = role >= Role::Admin && may_write && resource.writable;
        return role == Role::Platform || reads || writes;
    }
    match (wanted.group, wanted.resource) {
        _ if role == Role::Platform => true,
        (GROUP, resource) => {
            let written: &[&str] = if first {
                &WRITTEN_BY_ADMINS_0_41
            } else {
                &WRITTEN_BY_ADMINS
            };
            let is_later =
                release == Release::V1_1 && NOT_WRITTEN_BY_ADMINS_1_1.contains(&resource);
            reads
                || role >= Role::SuperAdmin
                || (role == Role::Admin && may_write && written.contains(&resource) && !is_later)
        }
        ("core.cozystack.io", "options") => reads && release.has_options(),
        ("core.cozystack.io", "tenantmodules" | "tenantsecrets") => reads && role >= Role::Use,
        ("cozystack.io", "workloads" | "workloadmonitors") => reads,
        ("", "services" | "pods") => {
            reads || (wanted.verb == "delete" && role >= Role::Admin && !first)
        }
        ("subresources.kubevirt.io", "virtualmachines") => {
            let is_power = wanted
                .subresource
                .is_some_and(|name| ACTIONS.contains(&name));
            is_power && wanted.verb == "update" && role >= Role::Use && release.has_power_rights()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::contain;
    use crate::attributes::Attributes;
    use crate::release::Release;
    use crate::subject::Role;

    /// The role with the fewest permissions that has this one, by release.
    fn least(release: Release, method: &str, path: &str) -> Option<Role> {
        let wanted = Attributes::of(method, path, "");
        Role::ALL
            .into_iter()
            .find(|role| contain(release, *role, &wanted))
    }

    #[test]
    fn each_right_has_its_least_role() {
        let apps = "/apis/apps.cozystack.io/v1alpha1/namespaces/a";
        let core = "/apis/core.cozystack.io/v1alpha1/namespaces/a";
        let backups = "/apis/backups.cozystack.io/v1alpha1/namespaces/a";
        let later = [Release::V1_3, Release::V1_6];
        for (method, path, role) in [
            ("GET", format!("{apps}/tenants/x"), Role::View),
            ("POST", format!("{apps}/redises"), Role::Admin),
            ("PUT", format!("{apps}/vpns/x"), Role::Admin),
            ("DELETE", format!("{apps}/redises"), Role::SuperAdmin),
            ("POST", format!("{apps}/tenants"), Role::SuperAdmin),
            (
                "POST",
                format!("{apps}/kubernetesnodeses"),
                Role::SuperAdmin,
            ),
            ("POST", format!("{apps}/etcds"), Role::SuperAdmin),
            ("GET", format!("{core}/tenantsecrets"), Role::Use),
            ("GET", format!("{core}/tenantmodules/x"), Role::Use),
            ("DELETE", format!("{core}/tenantsecrets/x"), Role::Platform),
            (
                "GET",
                "/api/v1/namespaces/a/services".to_owned(),
                Role::View,
            ),
            (
                "DELETE",
                "/api/v1/namespaces/a/services/x".to_owned(),
                Role::Admin,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/configmaps".to_owned(),
                Role::Platform,
            ),
            ("GET", "/api/v1/namespaces/a".to_owned(), Role::Platform),
            ("GET", format!("{backups}/plans"), Role::View),
            ("PUT", format!("{backups}/plans/x"), Role::Admin),
            ("POST", format!("{backups}/backupclasses"), Role::Platform),
            ("POST", format!("{backups}/nopes"), Role::Platform),
        ] {
            for release in later {
                assert_eq!(least(release, method, &path), Some(role), "{method} {path}");
            }
        }
    }

    #[test]
    fn releases_differ() {
        let core = "/apis/core.cozystack.io/v1alpha1/namespaces/a/options";
        assert_eq!(least(Release::V1_3, "GET", core), Some(Role::Platform));
        assert_eq!(least(Release::V1_6, "GET", core), Some(Role::View));
        let vpns = "/apis/apps.cozystack.io/v1alpha1/namespaces/a/vpns";
        assert_eq!(least(Release::V0_41, "POST", vpns), Some(Role::SuperAdmin));
        assert_eq!(least(Release::V1_1, "POST", vpns), Some(Role::SuperAdmin));
    }
}
