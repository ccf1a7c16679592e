//! Namespaces of tenants, and the services that child tenants inherit.
use crate::names;
use crate::object::{Texts, now, time};
use crate::release::Release;
use crate::store::World;
use crate::subject::DEMO_TENANT;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The root tenant.
pub(crate) const ROOT: &str = "tenant-root";
/// The host name of the platform.
const ROOT_HOST: &str = "example.org";

/// A namespace.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Namespace {
    pub(crate) uid: String,
    pub(crate) version: u64,
    pub(crate) created: i64,
    pub(crate) labels: Texts,
    /// A service used by applications and child tenants: the namespace of the tenant that runs it.
    pub(crate) services: Services,
}

/// The services that a tenant runs or inherits; empty if neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Services {
    pub(crate) host: String,
    pub(crate) etcd: String,
    ingress: String,
    gateway: String,
    monitoring: String,
    seaweedfs: String,
    scheduling_class: String,
}

impl Services {
    fn of_root() -> Services {
        Services {
            host: ROOT_HOST.to_owned(),
            etcd: ROOT.to_owned(),
            ingress: ROOT.to_owned(),
            monitoring: ROOT.to_owned(),
            seaweedfs: ROOT.to_owned(),
            ..Services::default()
        }
    }

    /// The services of a child tenant with this spec.
    fn handed_down(&self, namespace: &str, spec: &Value) -> Services {
        let own = |switch: &str, above: &String| match spec[switch].as_bool() {
            Some(true) => namespace.to_owned(),
            _ => above.clone(),
        };
        let given = spec["host"].as_str().filter(|host| !host.is_empty());
        let class = spec["schedulingClass"].as_str().unwrap_or("");
        let of_name = || format!("{}.{}", last(namespace), self.host);
        Services {
            host: given.map_or_else(of_name, str::to_owned),
            etcd: own("etcd", &self.etcd),
            ingress: own("ingress", &self.ingress),
            gateway: own("gateway", &self.gateway),
            monitoring: own("monitoring", &self.monitoring),
            seaweedfs: own("seaweedfs", &self.seaweedfs),
            scheduling_class: if self.scheduling_class.is_empty() {
                class.to_owned()
            } else {
                self.scheduling_class.clone()
            },
        }
    }
}

impl Namespace {
    /// The namespace in a list of `core.cozystack.io`. A GET returns more metadata.
    pub(crate) fn body(&self, name: &str, owner: Option<(&str, &str)>) -> Value {
        let mut metadata = json!({
            "name": name, "uid": self.uid, "resourceVersion": self.version.to_string(),
            "creationTimestamp": time(self.created), "labels": self.labels,
        });
        if let Some((owner, uid)) = owner {
            metadata["ownerReferences"] = json!([{
                "apiVersion": "v1", "kind": "Namespace", "name": owner, "uid": uid,
                "controller": true, "blockOwnerDeletion": true,
            }]);
        }
        json!({
            "apiVersion": "core.cozystack.io/v1alpha1", "kind": "TenantNamespace",
            "metadata": metadata,
        })
    }
}

/// The namespace of the parent tenant, from the name of this one; none for the root.
pub(crate) fn above(namespace: &str) -> Option<&str> {
    let (above, _) = namespace.rsplit_once('-')?;
    match above {
        _ if namespace == ROOT => None,
        "tenant" => Some(ROOT),
        _ => Some(above),
    }
}

impl World {
    /// Creates the initial namespaces.
    pub(crate) fn found(&mut self) {
        for name in ["default", ROOT, DEMO_TENANT] {
            self.settle(name);
        }
    }

    /// Creates a tenant's namespace and those of its parent tenants, if they do not exist.
    pub(crate) fn make_tenant(&mut self, name: &str) {
        if self.namespaces.contains_key(name) {
            return;
        }
        if let Some(above) = above(name) {
            self.make_tenant(above);
        }
        self.settle(name);
    }

    /// Creates a tenant's namespace, or updates it and those of its child tenants.
    pub(crate) fn settle(&mut self, name: &str) {
        let services = match above(name) {
            None => Services {
                etcd: if self.has_root_etcd() { ROOT } else { "" }.to_owned(),
                ..Services::of_root()
            },
            Some(above) => {
                let key = (above.to_owned(), tenant_release(name));
                let tenant = self.objects.get(&key).map_or(&Value::Null, |o| &o.spec);
                let from = self.namespaces.get(above).map(|n| n.services.clone());
                from.unwrap_or_default().handed_down(name, tenant)
            }
        };
        let labels = labels(self.facts.release, name, &services);
        let known = self.namespaces.get(name);
        if known.is_none_or(|known| known.labels != labels || known.services != services) {
            let (uid, created) = match known {
                Some(known) => (known.uid.clone(), known.created),
                None => (self.uid(), now()),
            };
            let namespace = Namespace {
                uid,
                version: self.next_version(),
                created,
                labels,
                services,
            };
            self.namespaces.insert(name.to_owned(), namespace);
        }
        let below: Vec<String> = self
            .namespaces
            .keys()
            .filter(|below| above(below) == Some(name) && names::is_tenant(name))
            .cloned()
            .collect();
        for below in below {
            self.settle(&below);
        }
    }

    /// The services used in a namespace.
    pub(crate) fn services(&self, namespace: &str) -> Services {
        self.namespaces
            .get(namespace)
            .map(|namespace| namespace.services.clone())
            .unwrap_or_default()
    }

    /// Removes the initial etcd of the root tenant, which then has one only if its `Tenant` enables it.
    pub(crate) fn require_etcd(&mut self) {
        self.etcd_required = true;
        self.settle(ROOT);
    }

    /// Whether the tenant of a namespace or a parent tenant has an etcd.
    pub(crate) fn has_etcd(&self, namespace: &str) -> bool {
        !self.services(namespace).etcd.is_empty()
    }

    fn has_root_etcd(&self) -> bool {
        let root = (ROOT.to_owned(), tenant_release(ROOT));
        let tenant = self.objects.get(&root);
        !self.etcd_required || tenant.is_some_and(|tenant| tenant.spec["etcd"] == true)
    }
}

/// The name of the release that creates a tenant's namespace.
pub(crate) fn tenant_release(namespace: &str) -> String {
    format!("tenant-{}", last(namespace))
}

/// The tenant's name, which is the last part of its namespace's name.
fn last(namespace: &str) -> &str {
    namespace.rsplit('-').next().unwrap_or(namespace)
}

/// The labels of a namespace, as set by the charts of each release.
fn labels(release: Release, name: &str, services: &Services) -> Texts {
    let mut labels = Texts::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]);
    let mut put = |key: String, value: &str| {
        labels.insert(key, value.to_owned());
    };
    if !names::is_tenant(name) {
        return labels;
    }
    let is_root = name == ROOT;
    // 1.1 and 1.3 set no labels on the root namespace, so the platform's host name is missing there.
    let (tenants, hosts) = match release {
        Release::V0_41 => (true, true),
        Release::V1_1 | Release::V1_3 => (!is_root, !is_root),
        Release::V1_6 | Release::Main => (!is_root, true),
    };
    if hosts {
        put("namespace.cozystack.io/host".to_owned(), &services.host);
    }
    if tenants {
        for tenant in lineage(release, name) {
            put(format!("tenant.cozystack.io/{tenant}"), "");
        }
        for (key, value) in [
            ("etcd", &services.etcd),
            ("ingress", &services.ingress),
            ("monitoring", &services.monitoring),
            ("seaweedfs", &services.seaweedfs),
        ] {
            put(format!("namespace.cozystack.io/{key}"), value);
        }
    }
    if !is_root && release >= Release::V1_6 {
        put(
            "namespace.cozystack.io/gateway".to_owned(),
            &services.gateway,
        );
    }
    let has_class = !is_root && !services.scheduling_class.is_empty();
    if has_class && release != Release::V0_41 {
        let key = "scheduler.cozystack.io/scheduling-class".to_owned();
        put(key, &services.scheduling_class);
    }
    labels
}

/// The tenants in the labels of a namespace. Before 1.6 only direct children of the root have a label for it.
fn lineage(release: Release, name: &str) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    let mut next = above(name);
    while let Some(tenant) = next {
        if tenant != ROOT || all.len() == 1 || release >= Release::V1_6 {
            all.push(tenant.to_owned());
        }
        next = above(tenant);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{above, lineage};
    use crate::release::Release;

    #[test]
    fn names_tell_who_is_above() {
        assert_eq!(above("tenant-a-b"), Some("tenant-a"));
        assert_eq!(above("tenant-a"), Some("tenant-root"));
        assert_eq!(above("tenant-root"), None);
        assert_eq!(above("default"), None);
    }

    #[test]
    fn the_root_is_forgotten_two_levels_down_before_1_6() {
        assert_eq!(
            lineage(Release::V1_3, "tenant-a"),
            ["tenant-a", "tenant-root"]
        );
        assert_eq!(
            lineage(Release::V1_3, "tenant-a-b"),
            ["tenant-a-b", "tenant-a"]
        );
        let whole = ["tenant-a-b", "tenant-a", "tenant-root"];
        assert_eq!(lineage(Release::V1_6, "tenant-a-b"), whole);
    }
}
