//! Migrations of clusters and their node pools.
use crate::object::Object;
use serde_json::{Value, json};

/// Renames the disks of nodes (1.4).
pub(super) fn rename_disks(object: &mut Object) -> Vec<Object> {
    for (_, pool) in pools(object) {
        if let Some(fields) = pool.as_object_mut()
            && let Some(size) = fields.remove("ephemeralStorage")
        {
            fields.entry("diskSize").or_insert(size);
        }
    }
    Vec::new()
}

/// Upgrades clusters with a version that is no longer supported to the next version (1.6).
pub(super) fn raise_version(object: &mut Object) -> Vec<Object> {
    if object.kind == "Kubernetes" && object.spec["version"] == json!("v1.30") {
        object.spec["version"] = json!("v1.31");
    }
    Vec::new()
}

/// Creates an object for each node pool. The pools in the cluster's spec are kept, but ignored.
pub(super) fn adopt_pools(object: &mut Object) -> Vec<Object> {
    let cluster = object.clone();
    let of_pool = |(name, spec): (String, &mut Value)| {
        let mut pool = cluster.clone();
        pool.kind = "KubernetesNodes".to_owned();
        pool.name = format!("{}-{name}", cluster.name);
        pool.spec = spec.clone();
        if !pool.spec.is_object() {
            pool.spec = json!({});
        }
        pool.spec["cluster"] = json!(cluster.name);
        for field in ["version", "storageClass"] {
            if let Some(value) = cluster.spec.get(field)
                && pool.spec.get(field).is_none()
            {
                pool.spec[field] = value.clone();
            }
        }
        pool
    };
    pools(object).into_iter().map(of_pool).collect()
}

/// The node pools in the spec of a cluster.
fn pools(object: &mut Object) -> Vec<(String, &mut Value)> {
    if object.kind != "Kubernetes" {
        return Vec::new();
    }
    let pools = object
        .spec
        .get_mut("nodeGroups")
        .and_then(Value::as_object_mut);
    let pools = pools.into_iter().flatten();
    pools.map(|(name, pool)| (name.clone(), pool)).collect()
}

#[cfg(test)]
mod tests {
    use super::{adopt_pools, raise_version, rename_disks};
    use crate::upgrade::tests::object;
    use serde_json::json;

    #[test]
    fn disks_of_nodes_are_renamed() {
        let pools = json!({"md0": {"ephemeralStorage": "30Gi", "minReplicas": 1}});
        let mut cluster = object("Kubernetes", json!({"nodeGroups": pools}));
        rename_disks(&mut cluster);
        let pools = json!({"md0": {"diskSize": "30Gi", "minReplicas": 1}});
        assert_eq!(cluster.spec["nodeGroups"], pools);
    }

    #[test]
    fn old_clusters_are_raised() {
        for (before, after) in [("v1.30", "v1.31"), ("v1.33", "v1.33")] {
            let mut cluster = object("Kubernetes", json!({"version": before}));
            raise_version(&mut cluster);
            assert_eq!(cluster.spec, json!({"version": after}));
        }
    }

    #[test]
    fn pools_become_objects() {
        let pools = json!({"md0": {"diskSize": "30Gi"}});
        let spec = json!({"version": "v1.33", "nodeGroups": pools});
        let mut cluster = object("Kubernetes", spec.clone());
        let made = adopt_pools(&mut cluster);
        assert_eq!(cluster.spec, spec);
        assert_eq!(
            (made[0].kind.as_str(), made[0].name.as_str()),
            ("KubernetesNodes", "x-md0")
        );
        let pool = json!({"diskSize": "30Gi", "cluster": "x", "version": "v1.33"});
        assert_eq!(made[0].spec, pool);
    }
}
