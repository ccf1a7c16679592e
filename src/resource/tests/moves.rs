//! Moves from the states of other providers, which are in `tests/acceptance/moves/`.

mod any_manifest;
mod refused;
mod replaced;
mod typed;
use crate::resource::move_state::request::MoveRequest;
use crate::resource::read::import::Imported;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::bad_input::{config, model};
use super::plan;
use super::platform::Platform;
use crate::value::Value;

const SAMPLES: [&str; 3] = [
    "kubernetes_manifest",
    "gavinbunney_kubectl_manifest",
    "alekc_kubectl_manifest",
];

/// A resource in the state of another provider.
#[derive(Clone, Debug)]
struct Sample {
    provider: String,
    type_name: String,
    state: Map<String, Json>,
}

impl Sample {
    fn all(file: &str) -> Vec<(String, Sample)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/moves");
        let text = fs::read_to_string(folder.join(format!("{file}.json"))).expect("a sample");
        let file: Json = serde_json::from_str(&text).expect("JSON");
        let resources = file["resources"].as_array().expect("resources");
        let read = |resource: &Json| {
            let text = |name: &str| resource[name].as_str().expect("a text").to_owned();
            // `provider["registry.terraform.io/hashicorp/kubernetes"]`
            let provider = text("provider");
            let provider = provider.split('"').nth(1).expect("an address").to_owned();
            let state = &resource["instances"][0]["attributes"];
            let state = state.as_object().expect("attributes").clone();
            let type_name = text("type");
            let sample = Sample {
                provider,
                type_name,
                state,
            };
            (text("name"), sample)
        };
        resources.iter().map(read).collect()
    }

    fn named(file: &str, name: &str) -> Sample {
        let mut all = Sample::all(file).into_iter();
        all.find(|(found, _)| found == name).expect("a sample").1
    }

    /// The same with another value of an attribute.
    fn with(mut self, name: &str, value: Json) -> Sample {
        self.state.insert(name.to_owned(), value);
        self
    }

    fn moved_to(&self, model: &ResourceType) -> Imported {
        let state = Json::Object(self.state.clone()).to_string();
        moved(model, &self.provider, &self.type_name, state.as_bytes())
    }
}

pub(super) fn moved(
    model: &ResourceType,
    provider: &str,
    type_name: &str,
    state: &[u8],
) -> Imported {
    crate::resource::move_state(
        model,
        &MoveRequest {
            provider,
            type_name,
            state,
            private: b"theirs",
            type_for: &crate::kinds::type_for,
        },
    )
}

/// The typed configuration that is equivalent to the sample of this name.
fn written(name: &str, file: &str) -> Json {
    let plain = file != "kubernetes_manifest";
    match name {
        "postgres" => json!({
            "labels": {"team": "shop"},
            "annotations": {"example.org/owner": "ops@example.org"},
            "replicas": 2,
            "size": "20Gi",
            "version": "v17",
            "resources": {"cpu": "1", "memory": "1Gi"},
            "postgresql": {"parameters": {"max_connections": "200"}},
            "users": {
                "app": {"password": "a secret of the sample"},
                "report": if plain { json!({}) } else { json!({"replication": false}) },
            },
            "databases": {"shop": {
                "roles": {"admin": ["app"], "readonly": ["report"]}, "extensions": ["pgcrypto"],
            }},
            "backup": {
                "enabled": true, "schedule": "0 0 3 * * *",
                "s3_access_key": "a key of the sample", "s3_secret_key": "a secret of the sample",
            },
        }),
        "bucket" => json!({"users": {
            "app": if plain { json!({}) } else { json!({"readonly": false}) },
            "report": {"readonly": true},
        }}),
        "imported" => written("bucket", file),
        "tenant" => json!({"ingress": true, "resource_quotas": {"cpu": "4", "memory": "8Gi"}}),
        "vm" => json!({
            "run_strategy": "Halted", "instance_type": "u1.large", "instance_profile": "ubuntu",
            "disks": [{"name": "root"}, {"name": "data", "bus": "scsi"}],
            "external": true, "external_ports": [22, 443],
            "ssh_keys": ["ssh-ed25519 AAAA ops@example.org"],
            "cloud_init": "#cloud-config\npackage_update: true\n",
        }),
        "kubernetes" => json!({
            "version": "v1.34",
            "control_plane": {"replicas": 2},
            "node_groups": {"general": {
                "min_replicas": 1, "max_replicas": 5, "instance_type": "s1.large", "disk_size": "50Gi",
                "roles": ["ingress-nginx"],
            }},
            "addons": {
                "cert_manager": {"enabled": true},
                "ingress_nginx": {
                    "enabled": true, "hosts": ["shop.example.org"],
                    "values_override": "{\"controller\":{\"replicaCount\":2}}",
                },
            },
        }),
        other => panic!("no configuration for {other}"),
    }
}

/// The resource of a sample, and the equivalent typed configuration.
fn target(name: &str, file: &str) -> (&'static ResourceType, Value) {
    let type_name = match name {
        "imported" => "hikube_bucket".to_owned(),
        name => format!("hikube_{name}"),
    };
    let model = model(&type_name);
    let mut given = written(name, file);
    given["name"] = json!("sample");
    let config = config(model, &given.to_string());
    (model, config)
}

#[test]
fn nothing_is_planned_after_a_move() {
    for file in SAMPLES {
        // `shop` belongs to the guide and has an acceptance test.
        let samples = Sample::all(file).into_iter();
        for (name, sample) in samples.filter(|(name, _)| name != "shop") {
            let (model, config) = target(&name, file);
            let what = format!("{file} {name}");
            let moved = sample.moved_to(model);
            assert_eq!(moved.diagnostics.iter().count(), 0, "{what}");
            let state = moved.state;
            assert!(state.is_wholly_known(), "{what}");
            assert_eq!(state.attribute("id").as_str(), Some("tenant-demo/sample"));
            let private = Private::read(&moved.private);
            assert_eq!(private.imported, name == "imported", "{what}");

            // Without a refresh, the state equals the manifest.
            let platform = Platform::on("1.6", model);
            assert_eq!(
                plan(model, &platform, &state, &config).planned,
                state,
                "{what}"
            );

            // With a refresh, the state equals the object, with the labels and annotations of the manifest.
            let mut object = platform.shown(platform.created(model, &config), &state);
            object
                .annotations
                .retain(|key, _| !private.imported || key != "by.someone/else");
            let mut prior = state.clone();
            prior.set_attribute("ready", (!private.imported).then_some(true).into());
            let read = platform.read(model, &prior, &object);
            assert_eq!(read.attribute("ready").as_bool(), Some(true));
            let after = plan(model, &platform, &read, &config);
            assert_eq!(after.planned, read, "{what}");
            assert!(after.requires_replace.is_empty(), "{what}");
        }
    }
}

/// A change before the move is drift after it.
#[test]
fn a_change_outside_of_terraform_is_drift() {
    let sample = Sample::named("kubernetes_manifest", "postgres");
    let (model, config) = target("postgres", "kubernetes_manifest");
    let platform = Platform::on("1.6", model);
    let state = sample.moved_to(model).state;
    let mut object = platform.shown(platform.created(model, &config), &state);
    object.spec.insert("replicas".to_owned(), json!(3));
    object.spec.insert("external".to_owned(), json!(true));
    let read = platform.read(model, &state, &object);
    let planned = plan(model, &platform, &read, &config).planned;
    for (name, read_as, planned_as) in [
        ("replicas", Value::from(3), Value::from(2)),
        ("external", Value::from(true), Value::Null),
    ] {
        assert_eq!(read.attribute(name), &read_as);
        assert_eq!(planned.attribute(name), &planned_as);
    }
}

/// The values that the old provider recorded take precedence over its manifest.
#[test]
fn the_identity_is_that_of_the_state() {
    let bucket = model("hikube_bucket");
    let place = |sample: Sample| {
        let moved = sample.moved_to(bucket);
        moved.state.attribute("id").as_str().map(str::to_owned)
    };
    let nowhere =
        "kind: Bucket\napiVersion: apps.cozystack.io/v1alpha1\nmetadata: {name: sample}\n";
    let sample = Sample::named("alekc_kubectl_manifest", "bucket");
    let sample = sample.with("yaml_body", json!(nowhere));
    assert_eq!(place(sample.clone()).as_deref(), Some("tenant-demo/sample"));
    let elsewhere = sample.with("namespace", json!("tenant-other"));
    assert_eq!(place(elsewhere).as_deref(), Some("tenant-other/sample"));
    let sample = Sample::named("kubernetes_manifest", "bucket");
    let manifest = json!({
        "value": {"apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket", "metadata": {"name": "sample"}},
        "type": ["object", {}],
    });
    let sample = sample.with("manifest", manifest);
    assert_eq!(place(sample).as_deref(), Some("tenant-demo/sample"));
}

/// Only the first document is used, and YAML is parsed like in the provider's parser.
#[test]
fn yaml_is_read_as_the_provider_read_it() {
    let body = "---\n# a comment\nspec:\n  external: yes\n  replicas: 0x3\n  size: 1Gi\n  users: &a {app: {}}\n---\nspec: {}\n";
    let sample = Sample::named("gavinbunney_kubectl_manifest", "postgres");
    let moved = sample
        .with("yaml_body", json!(body))
        .moved_to(model("hikube_postgres"));
    assert_eq!(moved.diagnostics.iter().count(), 0);
    let of = |name: &str| moved.state.attribute(name).clone();
    assert_eq!(of("external"), Value::from(true));
    assert_eq!(of("replicas"), Value::from(3));
    assert_eq!(of("size"), Value::from("1Gi"));
    assert!(of("users").attribute("app").as_map().is_some());
}

/// Terraform encodes a value with its type if the schema does not define the type.
#[test]
fn a_value_of_open_type_is_read_at_any_depth() {
    let override_ =
        json!({"value": {"a": [{"b": 1}]}, "type": ["object", {"a": ["list", ["map", "number"]]}]});
    let manifest = json!({
        "value": {
            "apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Kubernetes",
            "metadata": {"name": "sample", "namespace": "tenant-demo"},
            "spec": {"addons": {"cilium": {"valuesOverride": override_}}},
        },
        "type": ["object", {
            "apiVersion": "string", "kind": "string", "metadata": ["map", "string"],
            "spec": ["object", {"addons": ["map", ["object", {"valuesOverride": "dynamic"}]]}],
        }],
    });
    let sample = Sample::named("kubernetes_manifest", "kubernetes").with("manifest", manifest);
    let state = sample.moved_to(model("hikube_kubernetes")).state;
    let given = state
        .attribute("addons")
        .attribute("cilium")
        .attribute("values_override");
    assert_eq!(given.as_str(), Some(r#"{"a":[{"b":1}]}"#));
}

/// Manifests for platforms before 1.3 have `running`.
#[test]
fn former_names_are_read() {
    let body = "spec: {running: false, instanceType: u1.large}";
    let sample = Sample::named("alekc_kubectl_manifest", "vm").with("yaml_body", json!(body));
    let state = sample.moved_to(model("hikube_vm")).state;
    assert_eq!(state.attribute("run_strategy").as_str(), Some("Halted"));
}

/// A state of ours from another registry is kept, with its private data.
#[test]
fn a_resource_of_ours_from_another_registry_stays() {
    let bucket = model("hikube_bucket");
    let state = br#"{"id": "tenant-demo/a", "name": "a", "namespace": "tenant-demo", "locking": true, "old": 1}"#;
    let own = moved(
        bucket,
        "registry.example.org/acme/hikube",
        "hikube_bucket",
        state,
    );
    assert_eq!(own.diagnostics.iter().count(), 0);
    assert_eq!(own.state.attribute("locking"), &Value::from(true));
    assert_eq!(own.private, b"theirs");
    let other = moved(
        bucket,
        "registry.example.org/acme/hikube",
        "hikube_vm",
        state,
    );
    assert!(other.state.is_null() && other.diagnostics.has_errors());
}
