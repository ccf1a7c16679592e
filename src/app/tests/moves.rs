//! `moved` blocks to `hikube_app`.

use serde_json::{Value as Json, json};

use super::Kind;
use crate::app::declaration::resource_type;
use crate::kinds::type_for;
use crate::resource::{Imported, MoveRequest, move_state};
use crate::value::Value;

fn moved(state: &Json) -> Imported {
    let state = state.to_string();
    let request = MoveRequest {
        provider: "registry.terraform.io/hashicorp/kubernetes",
        type_name: "kubernetes_manifest",
        state: state.as_bytes(),
        private: &[],
        type_for: &type_for,
    };
    move_state(&resource_type(), &request)
}

fn manifest(api_version: &str, spec: &Json) -> Json {
    let metadata = json!({"name": "main", "namespace": "tenant-acme", "labels": {"team": "shop"}});
    json!({"apiVersion": api_version, "kind": "FerretDB", "metadata": metadata, "spec": spec})
}

#[test]
fn a_manifest_becomes_an_object_with_an_empty_plan() {
    let kind = Kind::on("0.41", "FerretDB");
    let spec = json!({"replicas": 2, "users": {"app": {"password": "x"}}, "backup": {}});
    let manifest = manifest("apps.cozystack.io/v1alpha1", &spec);
    let moved = moved(&json!({"manifest": manifest, "object": null}));
    assert!(!moved.diagnostics.has_errors(), "{:?}", moved.diagnostics);
    let mut config = kind.config(Value::of_json(&spec));
    config.set_attribute("labels", Value::map([("team", "shop".into())]));
    config.set_attribute("namespace", "tenant-acme".into());
    let (mut object, created) = kind.created(&config);
    object.labels.insert("team".to_owned(), "shop".to_owned());
    let state = kind.read(&moved.state, &object);
    for name in ["id", "kind", "spec", "labels"] {
        assert_eq!(state.attribute(name), created.attribute(name), "{name}");
    }
    let planned = kind.plan(&state, &config).planned;
    assert_eq!(planned.attribute("spec"), state.attribute("spec"));
}

#[test]
fn an_imported_manifest_is_read_from_the_platform() {
    let manifest = manifest("apps.cozystack.io/v1alpha1", &json!({"replicas": 2}));
    let moved = moved(&json!({"manifest": null, "object": manifest}));
    let of = |name: &str| moved.state.attribute(name).as_str();
    assert_eq!(of("id"), Some("tenant-acme/FerretDB/main"));
    assert_eq!(of("kind"), Some("FerretDB"));
    assert!(moved.state.attribute("spec").is_null());
    assert!(crate::resource::is_imported(&moved.private));
}

#[test]
fn an_object_of_another_group_is_refused() {
    let moved = moved(&json!({"manifest": manifest("v1", &json!({})), "object": null}));
    assert!(moved.diagnostics.has_errors());
}
