//! Migrations of subnets, which changed from a map to a list in networks, and were renamed in virtual machines.
use crate::object::Object;
use serde_json::{Value, json};

/// Converts the subnets of a network to a list, sorted by name (1.0).
pub(super) fn list_subnets(object: &mut Object) -> Vec<Object> {
    if object.kind == "VirtualPrivateCloud"
        && let Some(subnets) = object.spec.get("subnets").and_then(Value::as_object)
    {
        let list = subnets.iter().map(|(name, subnet)| {
            let mut item = subnet.clone();
            if !item.is_object() {
                item = json!({});
            }
            item["name"] = json!(name);
            item
        });
        object.spec["subnets"] = list.collect();
    }
    Vec::new()
}

/// Copies the subnets of a machine to its networks, which replace them (1.3).
pub(super) fn copy_subnets(object: &mut Object) -> Vec<Object> {
    let subnets = object.spec.get("subnets").and_then(Value::as_array);
    let subnets = subnets.filter(|subnets| !subnets.is_empty()).cloned();
    if object.kind == "VMInstance"
        && object.spec.get("networks").is_none()
        && let Some(subnets) = subnets
    {
        object.spec["networks"] = Value::Array(subnets);
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{copy_subnets, list_subnets};
    use crate::upgrade::tests::object;
    use serde_json::json;

    #[test]
    fn subnets_become_a_list() {
        let subnets = json!({"b": {"cidr": "10.1.0.0/24"}, "a": null});
        let mut network = object("VirtualPrivateCloud", json!({"subnets": subnets}));
        list_subnets(&mut network);
        let list = json!([{"name": "a"}, {"name": "b", "cidr": "10.1.0.0/24"}]);
        assert_eq!(network.spec["subnets"], list);
        list_subnets(&mut network);
        assert_eq!(network.spec["subnets"], list);
    }

    #[test]
    fn subnets_of_machines_are_copied() {
        let mut machine = object("VMInstance", json!({"subnets": [{"name": "a"}]}));
        copy_subnets(&mut machine);
        assert_eq!(machine.spec["networks"], json!([{"name": "a"}]));
        assert_eq!(machine.spec["subnets"], json!([{"name": "a"}]));
    }
}
