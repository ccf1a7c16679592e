//! After the move of any manifest, an equivalent configuration has an empty plan.
use crate::resource::read::generate::generate_config;
use crate::resource::read::import::import;
use crate::resource::resource_type::ResourceType;
use crate::resource::validate::configuration::validate;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::super::bad_input::{errors, model};
use super::super::configurations::configurations;
use super::super::platform::Platform;
use super::super::{hold, plan};
use super::moved;
use crate::schema::{Attribute, Block, Shape, is_empty};
use crate::value::Value;

const KUBERNETES: &str = "registry.terraform.io/hashicorp/kubernetes";

/// The state after the move of a manifest.
fn moved_manifest(model: &ResourceType, metadata: &Json, spec: &Map<String, Json>) -> Value {
    let mut manifest = json!({
        "apiVersion": model.api_resource.api_version(), "kind": model.api_resource.kind,
        "metadata": metadata, "spec": spec,
    });
    manifest["metadata"]["namespace"] = json!("tenant-demo");
    if let Some(name) = model.own_name() {
        manifest["metadata"]["name"] = json!(name);
    }
    let state = json!({"manifest": {"value": manifest, "type": ["object", {}]}}).to_string();
    let moved = moved(model, KUBERNETES, "kubernetes_manifest", state.as_bytes());
    let said: Vec<_> = moved.diagnostics.iter().collect();
    assert!(said.is_empty(), "{said:?} of {state}");
    moved.state
}

/// The state after the read that follows the move.
fn state_after_read(
    model: &ResourceType,
    platform: &Platform,
    state: &Value,
    spec: &Map<String, Json>,
) -> Value {
    let object = platform.shown(spec.clone(), state);
    let mut prior = state.clone();
    prior.set_attribute("ready", true.into());
    platform.read_with_schema(model, &prior, &object)
}

/// The configuration is valid, and the plan equals the state.
fn assert_planned(
    model: &ResourceType,
    platform: &Platform,
    state: &Value,
    config: &Value,
) -> Result<(), TestCaseError> {
    let wrong = errors(&validate(model, config));
    prop_assert!(wrong.is_empty(), "{:?}", wrong);
    let second = plan(model, platform, state, config);
    let wrong = errors(&second.diagnostics);
    prop_assert!(wrong.is_empty(), "{:?}", wrong);
    prop_assert_eq!(&second.planned, state);
    prop_assert!(second.requires_replace.is_empty());
    Ok(())
}

/// Adds empty fields to a specification, as tools do that write every field.
fn padded(object: &Block, spec: &mut Map<String, Json>, chance: &mut impl FnMut() -> bool) {
    for attribute in object.fields() {
        match spec.get_mut(&*attribute.api) {
            Some(json) => padded_inside(&attribute.shape, json, chance),
            None => {
                let former = attribute.renamed_from.as_ref();
                let is_given = former.is_some_and(|former| spec.contains_key(former.name));
                if let Some(json) = nothing(attribute).filter(|_| !is_given && chance()) {
                    spec.insert(attribute.api.to_string(), json);
                }
            }
        }
    }
}

fn padded_inside(shape: &Shape, json: &mut Json, chance: &mut impl FnMut() -> bool) {
    match (shape, json) {
        // An object without attributes is significant even if it is empty.
        (Shape::Object(object), Json::Object(fields)) => padded(object, fields, chance),
        (Shape::Map(element), Json::Object(entries)) => entries
            .values_mut()
            .for_each(|json| padded_inside(element, json, chance)),
        (Shape::List(element), Json::Array(items)) => items
            .iter_mut()
            .for_each(|json| padded_inside(element, json, chance)),
        _ => {}
    }
}

/// The values of an attribute that are equivalent to an unset one.
fn nothing(attribute: &Attribute) -> Option<Json> {
    let json = match &attribute.shape {
        Shape::Object(object) if object.attributes.is_empty() => return None,
        Shape::Bool | Shape::Integer { .. } | Shape::Dynamic => Json::Null,
        Shape::Text(_) => json!(""),
        Shape::List(_) | Shape::Set(_) => json!([]),
        Shape::Map(_) | Shape::Object(_) => json!({}),
    };
    let has_default = attribute
        .default
        .as_ref()
        .is_some_and(|default| !is_empty(default));
    (json.is_null() || !has_default).then_some(json)
}

#[test]
fn nothing_is_planned_after_a_move_of_any_manifest() {
    let inputs = |model: &'static ResourceType, platform: &Platform| {
        let chances = proptest::collection::vec(any::<bool>(), 1..64);
        (configurations(model, platform), chances).boxed()
    };
    hold(12, inputs, |model, platform, (config, chances)| {
        if model.entry.is_some() {
            return Ok(());
        }
        let mut spec = platform.created(model, &config);
        let mut chances = chances.iter().cycle();
        padded(&model.spec, &mut spec, &mut || {
            *chances.next().unwrap_or(&false)
        });
        let mut metadata = json!({"name": config.attribute("name").as_str()});
        for name in ["labels", "annotations"] {
            let entries = config.attribute(name).as_map().into_iter().flatten();
            for (key, value) in entries {
                metadata[name][key] = json!(value.as_str());
            }
        }
        let state = moved_manifest(model, &metadata, &spec);
        let read = state_after_read(model, platform, &state, &spec);
        assert_planned(model, platform, &read, &generate_config(model, &read))?;
        // The defaults of this release are the declared ones, so the read does not change the state.
        if platform.release == "1.6" {
            assert_planned(model, platform, &read, &generate_config(model, &state))?;
        }
        Ok(())
    });
}

/// Values that cannot be configured are not in the state, on any release.
#[test]
fn empty_values_are_null_after_a_move() {
    for (type_name, spec, gone, kept) in [
        (
            "hikube_vm_disk",
            json!({"source": {}, "storage": "5Gi", "optical": false, "storageClass": "replicated"}),
            &["source"][..],
            &["storage", "optical", "storage_class"][..],
        ),
        (
            "hikube_vm_disk",
            json!({"source": {"upload": {}}, "storage": null}),
            &["storage"],
            &["source"],
        ),
        (
            "hikube_postgres",
            json!({
                "resources": {"cpu": "", "memory": ""}, "storageClass": "", "users": {}, "databases": {},
                "backup": {"enabled": false, "schedule": ""}, "bootstrap": {"enabled": null}, "replicas": 2,
            }),
            &[
                "resources",
                "storage_class",
                "users",
                "databases",
                "bootstrap",
            ],
            &["backup", "replicas"],
        ),
        (
            "hikube_vm",
            json!({
                "resources": {"cpu": "", "memory": "", "sockets": ""}, "gpus": [], "sshKeys": [], "cloudInit": "",
                "externalPorts": [], "instanceType": "u1.medium",
            }),
            &["resources", "gpus", "ssh_keys", "cloud_init"],
            &["external_ports", "instance_type"],
        ),
        // As strings, which the platform stores but cannot use.
        (
            "hikube_vm",
            json!({"disks": ["root"], "externalPorts": ["22"]}),
            &["disks", "external_ports"],
            &[],
        ),
        (
            "hikube_kubernetes",
            json!({"addons": {"certManager": {"valuesOverride": {}}}, "controlPlane": {"apiServer": {"resources": {}}}}),
            &["addons", "control_plane"],
            &[],
        ),
    ] {
        let model = model(type_name);
        let spec = spec.as_object().expect("an object");
        let state = moved_manifest(model, &json!({"name": "sample"}), spec);
        for name in gone {
            assert!(
                state.attribute(name).is_null(),
                "{type_name}: {name} of {spec:?}"
            );
        }
        for name in kept {
            assert!(
                !state.attribute(name).is_null(),
                "{type_name}: {name} of {spec:?}"
            );
        }
        for platform in Platform::all(model) {
            let read = state_after_read(model, &platform, &state, spec);
            let planned = assert_planned(model, &platform, &read, &generate_config(model, &read));
            planned.unwrap_or_else(|why| panic!("{type_name} on {}: {why}", platform.release));
        }
    }
}

/// A field that this platform does not have is not in the state after the read: a configuration with it is an error,
/// and one without it would remove it. A field that the platform had before an upgrade is in the state, because it
/// stays in the configuration, with a warning.
#[test]
fn a_field_that_the_platform_ignores_is_no_drift() {
    let tenant = model("hikube_tenant");
    let bucket = model("hikube_bucket");
    for (model, release, spec, name) in [
        (&tenant, "1.6", json!({"isolated": false}), "isolated"),
        (&tenant, "1.3", json!({"gateway": true}), "gateway"),
        (&bucket, "0.41", json!({"users": {"app": {}}}), "users"),
    ] {
        let spec = spec.as_object().expect("an object");
        let platform = Platform::on(release, model);
        let state = moved_manifest(model, &json!({"name": "sample"}), spec);
        assert!(!state.attribute(name).is_null(), "{name}");
        let read = state_after_read(model, &platform, &state, spec);
        let attribute = model.spec.attribute(name).expect("an attribute");
        let stays = attribute.until.is_some();
        assert_eq!(
            !read.attribute(name).is_null(),
            stays,
            "{name} on {release}"
        );
        assert_planned(model, &platform, &read, &generate_config(model, &read)).expect("no change");
        // The same after an import.
        let imported = import(model, "tenant-demo/sample", &super::super::acme()).state;
        let object = platform.shown(spec.clone(), &imported);
        let read = platform.read(model, &imported, &object);
        assert!(read.attribute(name).is_null(), "{name} on {release}");
    }
}
