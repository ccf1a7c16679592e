//! Tests of all kinds.

mod coverage;

use serde_json::{Value as Json, json};

use super::expectations::{accepted, refused, value};
use super::{KINDS, kubernetes, postgres, vm, vm_disk};
use crate::schema::{Block, Choices, Diagnostics, Shape, check};
use crate::value::Value;

#[test]
fn storage_and_memory_are_more_than_a_few_bytes() {
    for (amount, phrase) in [
        ("20", "Did you mean `20Gi`?"),
        ("20m", "Did you mean `20Mi`?"),
        ("4096", "Did you mean `4096Mi`?"),
        ("0", "must be more than 0"),
        ("-1Gi", "must be more than 0"),
    ] {
        refused(&postgres::KIND, &json!({ "size": amount }), phrase);
        refused(&vm_disk::KIND, &json!({ "storage": amount }), phrase);
        let resources = json!({ "cpu": "1", "memory": amount });
        refused(&postgres::KIND, &json!({ "resources": resources }), phrase);
        let groups = json!({ "a": { "disk_size": amount } });
        refused(&kubernetes::KIND, &json!({ "node_groups": groups }), phrase);
        let vm = json!({ "cpu": "1", "sockets": "1", "memory": amount });
        let vm = json!({ "instance_type": "", "resources": vm });
        refused(&vm::KIND, &vm, phrase);
    }
    let group = |kubelet: Json| json!({ "node_groups": { "a": { "kubelet": kubelet } } });
    let reserved = json!({ "kube_reserved_memory": "512" });
    refused(&kubernetes::KIND, &group(reserved), "Did you mean `512Mi`?");
    accepted(
        &kubernetes::KIND,
        &group(json!({ "eviction_hard_memory": "7%" })),
    );
}

#[test]
fn cpu_is_a_number_of_cores() {
    let postgres = |cpu: &str| json!({ "resources": { "cpu": cpu, "memory": "1Gi" } });
    refused(&postgres::KIND, &postgres("2000"), "Did you mean `2000m`?");
    refused(&postgres::KIND, &postgres("0"), "more than 0");
    accepted(&postgres::KIND, &postgres("500m"));
    let vm = |cpu: &str| {
        let resources = json!({ "cpu": cpu, "sockets": "1", "memory": "1Gi" });
        json!({ "instance_type": "", "resources": resources })
    };
    refused(&vm::KIND, &vm("500m"), "a whole number of cores");
    accepted(&vm::KIND, &vm("2"));
}

/// A default that its own declaration rejects, or a pattern that does not compile, is a mistake.
#[test]
fn every_default_fits_its_declaration() {
    for kind in KINDS {
        defaults_fit(&(kind.spec)(), kind.type_name);
    }
}

fn defaults_fit(object: &Block, path: &str) {
    for attribute in &object.attributes {
        let path = format!("{path}.{}", attribute.name);
        let name = &*attribute.name;
        if let Some(default) = &attribute.default
            && default != ""
        {
            let one = Block {
                attributes: vec![attribute.clone()],
                ..Block::default()
            };
            let mut diagnostics = Diagnostics::new();
            let config = Value::map([(name, value(&attribute.shape, default))]);
            check(&one, &config, &mut diagnostics);
            assert!(!diagnostics.has_errors(), "{path}: {diagnostics:?}");
        }
        if let Shape::Text(text) = &attribute.shape {
            if let Some((pattern, _)) = text.pattern {
                assert!(
                    regex_lite::Regex::new(&format!("^(?:{pattern})$")).is_ok(),
                    "{path}: {pattern}"
                );
            }
            let is_listed = |default: &str| text.choices.contains(default);
            let has_choices = text.choices != Choices::default();
            let default = attribute.default.as_ref().and_then(Json::as_str);
            assert!(!has_choices || default.is_none_or(is_listed), "{path}");
        }
        if let Some(nested) = attribute.shape.nested() {
            defaults_fit(nested, &path);
        }
    }
}

/// Maps whose keys mean nothing to the platform; their own rules check them.
const FREE_KEYS: &[&str] = &["labels", "annotations"];

/// A key that becomes an invalid name on the platform creates an object that cannot be deleted.
#[test]
fn every_map_declares_its_keys() {
    for kind in KINDS {
        let resource_type = &crate::resource::ResourceType::of(kind);
        let mut without = Vec::new();
        maps_without_keys(&resource_type.schema, "", &mut without);
        without.retain(|path| !FREE_KEYS.contains(&path.as_str()));
        assert_eq!(without, Vec::<String>::new(), "{}", kind.type_name);
    }
}

fn maps_without_keys(object: &Block, at: &str, without: &mut Vec<String>) {
    let configurable = object.attributes.iter().filter(|a| a.is_configurable());
    for attribute in configurable {
        let path = format!("{at}{}", attribute.name);
        let has_keys = match attribute.keys {
            Some(keys) => {
                assert!(regex_lite::Regex::new(keys.pattern).is_ok(), "{path}");
                assert!(
                    matches!(attribute.shape, Shape::Map(_)),
                    "{path}: not a map"
                );
                true
            }
            None => false,
        };
        if matches!(attribute.shape, Shape::Map(_)) && !has_keys {
            without.push(path.clone());
        }
        if let Some(nested) = attribute.shape.nested() {
            maps_without_keys(nested, &format!("{path}."), without);
        }
    }
}

/// An output that depends on an undeclared attribute would never become unknown.
#[test]
fn outputs_depend_on_declared_attributes() {
    for kind in KINDS {
        let spec = (kind.spec)();
        for output in kind.outputs.declared() {
            for name in output.unknown_when_changed {
                let is_declared = spec.attribute(name).is_some();
                assert!(is_declared, "{}.{}: {name}", kind.type_name, output.name);
            }
        }
    }
}
