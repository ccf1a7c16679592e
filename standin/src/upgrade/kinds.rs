//! Migrations of replaced kinds (1.0).
use crate::object::Object;
use serde_json::{Map, Value, json};

/// Replaces MySQL with MariaDB, which has the same spec.
pub(super) fn mysql(object: &mut Object) -> Vec<Object> {
    if object.kind == "MySQL" {
        object.kind = "MariaDB".to_owned();
    }
    Vec::new()
}

/// Replaces a VirtualMachine with a VMInstance and a VMDisk of the same name.
pub(super) fn machine(object: &mut Object) -> Vec<Object> {
    if object.kind != "VirtualMachine" {
        return Vec::new();
    }
    let mut spec = object.spec.as_object().cloned().unwrap_or_else(Map::new);
    let system = spec.remove("systemDisk").unwrap_or_default();
    let text = |field: &str, default: &str| system[field].as_str().unwrap_or(default).to_owned();
    let mut disk = object.clone();
    disk.kind = "VMDisk".to_owned();
    disk.spec = json!({
        "source": {"image": {"name": text("image", "ubuntu")}},
        "storage": text("storage", "5Gi"),
        "storageClass": text("storageClass", "replicated"),
    });
    if let Some(running) = spec.remove("running") {
        let strategy = if running == json!(false) {
            "Halted"
        } else {
            "Always"
        };
        spec.insert("runStrategy".to_owned(), json!(strategy));
    }
    spec.insert("disks".to_owned(), json!([{"name": object.name}]));
    object.kind = "VMInstance".to_owned();
    object.spec = Value::Object(spec);
    vec![disk]
}

#[cfg(test)]
mod tests {
    use super::{machine, mysql};
    use crate::upgrade::tests::object;
    use serde_json::json;

    #[test]
    fn mysql_becomes_mariadb() {
        let mut database = object("MySQL", json!({"users": {"a": {}}}));
        mysql(&mut database);
        assert_eq!(database.kind, "MariaDB");
        assert_eq!(database.spec, json!({"users": {"a": {}}}));
    }

    #[test]
    fn a_machine_becomes_a_machine_and_a_disk() {
        let spec = json!({"running": false, "external": true,
            "systemDisk": {"image": "talos", "storage": "9Gi"}});
        let mut before = object("VirtualMachine", spec);
        let made = machine(&mut before);
        assert_eq!(before.kind, "VMInstance");
        let spec = json!({"runStrategy": "Halted", "external": true, "disks": [{"name": "x"}]});
        assert_eq!(before.spec, spec);
        assert_eq!(
            (made[0].kind.as_str(), made[0].name.as_str()),
            ("VMDisk", "x")
        );
        let disk = json!({"source": {"image": {"name": "talos"}}, "storage": "9Gi",
            "storageClass": "replicated"});
        assert_eq!(made[0].spec, disk);
    }
}
