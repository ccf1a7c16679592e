//! Moves from cozystack/cozystack.
use crate::resource::read::import::Imported;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use serde_json::{Value as Json, json};

use super::super::bad_input::{config, model};
use super::super::plan;
use super::super::platform::Platform;
use super::moved;
use crate::value::Value;

/// The provider's addresses. It was called lexfrei/cozystack before.
const PROVIDERS: [&str; 3] = [
    "registry.terraform.io/cozystack/cozystack",
    "registry.opentofu.org/lexfrei/cozystack",
    "registry.example.org/mirror/cozystack",
];

/// Attributes of each of its resources in addition to those of the spec.
fn state(spec: Json) -> Json {
    let mut state = json!({
        "id": "tenant-demo/sample", "name": "sample", "namespace": "tenant-demo", "ready": true,
        "chart_version": "0.1.0", "uid": "6b8bfb1e", "wait_for_ready": true, "wait_timeout": "15m",
    });
    let fields = state.as_object_mut().expect("an object");
    fields.extend(spec.as_object().expect("an object").clone());
    state
}

fn moved_from(provider: &str, type_name: &str, model: &ResourceType, spec: Json) -> Imported {
    moved(
        model,
        provider,
        type_name,
        state(spec).to_string().as_bytes(),
    )
}

/// The state of each kind, with the provider's defaults, and the equivalent configuration.
fn samples() -> Vec<(&'static str, &'static str, Json, Json)> {
    vec![
        (
            "cozystack_postgres",
            "hikube_postgres",
            json!({
                "replicas": 2, "resources": {"cpu": "1", "memory": "2Gi"}, "resources_preset": "t1.micro",
                "size": "20Gi", "storage_class": "", "external": false, "tls": null, "version": "v17",
                "users": {"app": {"password": "a made-up one", "replication": true}, "other": {"password": "", "replication": null}},
                "databases": {"shop": {"extensions": null, "roles": {"admin": ["app"], "readonly": null}}},
                "endpoints": {"host": "10.0.0.1", "read_host": null, "port": 5432},
            }),
            json!({
                "resources": {"cpu": "1", "memory": "2Gi"}, "size": "20Gi", "version": "v17",
                "users": {"app": {"password": "a made-up one", "replication": true}, "other": {}},
                "databases": {"shop": {"roles": {"admin": ["app"]}}},
            }),
        ),
        (
            "cozystack_kubernetes",
            "hikube_kubernetes",
            json!({
                "version": "v1.35", "host": "", "storage_class": "replicated", "kubeconfig": "apiVersion: v1",
                "node_groups": {"md0": {
                    "instance_type": "u1.large", "disk_size": "20Gi", "min_replicas": 1, "max_replicas": 10,
                    "roles": ["ingress-nginx"], "storage_class": "", "resources": {"cpu": "", "memory": ""},
                }},
            }),
            json!({"node_groups": {"md0": {
                "instance_type": "u1.large", "min_replicas": 1, "roles": ["ingress-nginx"],
            }}}),
        ),
        (
            "cozystack_vminstance",
            "hikube_vm",
            json!({
                "instance_type": "u1.medium", "instance_profile": "ubuntu", "run_strategy": "Halted",
                "disks": [{"name": "root", "bus": ""}, {"name": "data", "bus": "scsi"}], "networks": null,
                "gpus": [], "external": true, "external_method": "PortList", "external_ports": [443, 22],
                "external_allow_icmp": true, "ssh_keys": ["ssh-ed25519 AAAA ops@example.org"],
                "cloud_init": "#cloud-config\n", "cloud_init_seed": "", "cpu_model": "",
                "resources": {"cpu": "", "memory": "", "sockets": ""},
                "ip_address": "10.0.0.7", "ip_addresses": ["10.0.0.7"],
            }),
            json!({
                "run_strategy": "Halted", "disks": [{"name": "root"}, {"name": "data", "bus": "scsi"}],
                "external": true, "external_ports": [22, 443], "ssh_keys": ["ssh-ed25519 AAAA ops@example.org"],
                "cloud_init": "#cloud-config\n",
            }),
        ),
        (
            "cozystack_vmdisk",
            "hikube_vm_disk",
            json!({
                "source": {"disk": null, "http": null, "image": {"name": "ubuntu"}}, "optical": false,
                "storage": "20Gi", "storage_class": "local",
            }),
            json!({"source": {"image": {"name": "ubuntu"}}, "storage": "20Gi", "storage_class": "local"}),
        ),
        (
            "cozystack_bucket",
            "hikube_bucket",
            json!({
                "locking": false, "storage_pool": "", "users": {"app": {"readonly": true}},
                "credentials": {"app": {"access_key": "a", "secret_key": "b"}},
            }),
            json!({"users": {"app": {"readonly": true}}}),
        ),
        (
            "cozystack_tenant",
            "hikube_tenant",
            json!({
                "host": "", "etcd": true, "monitoring": false, "ingress": true, "gateway": null, "seaweedfs": false,
                "scheduling_class": "", "resource_quotas": {"cpu": "8", "memory": "16Gi"},
                "status_namespace": "tenant-demo-sample", "version": "1.0.0",
            }),
            json!({"etcd": true, "ingress": true, "resource_quotas": {"cpu": "8", "memory": "16Gi"}}),
        ),
    ]
}

#[test]
fn nothing_is_planned_after_a_move_from_cozystack() {
    for provider in PROVIDERS {
        for (theirs, ours, spec, given) in samples() {
            let model = model(ours);
            let moved = moved_from(provider, theirs, model, spec);
            assert_eq!(moved.diagnostics.iter().count(), 0, "{theirs}");
            let state = moved.state;
            assert_eq!(state.attribute("id").as_str(), Some("tenant-demo/sample"));
            assert!(state.attribute("labels").is_null(), "{theirs}");
            // Labels set by the platform and others stay unmanaged.
            assert!(!Private::read(&moved.private).imported, "{theirs}");

            let mut given = given;
            given["name"] = json!("sample");
            let config = config(model, &given.to_string());
            let platform = Platform::on("1.6", model);
            let object = platform.shown(platform.created(model, &config), &state);
            let mut prior = state.clone();
            prior.set_attribute("ready", true.into());
            let read = platform.read_with_schema(model, &prior, &object);
            let after = plan(model, &platform, &read, &config);
            assert_eq!(after.planned, read, "{theirs}");
            assert!(after.requires_replace.is_empty(), "{theirs}");
            // Also without a refresh, because the state contains the values of the platform.
            assert_eq!(
                plan(model, &platform, &state, &config).planned,
                state,
                "{theirs}"
            );
        }
    }
}

/// Every attribute of a spec can be moved, under our name and under the API's.
#[test]
fn attributes_are_found_by_their_names() {
    let model = model("hikube_postgres");
    let of = |spec: Json| moved_from(PROVIDERS[0], "cozystack_postgres", model, spec).state;
    let ours = of(
        json!({"backup": {"endpoint_url": "http://s3", "s3_access_key": "a"}, "unknown": {"a": 1}}),
    );
    let theirs = of(json!({"backup": {"endpointURL": "http://s3", "s3AccessKey": "a"}}));
    assert_eq!(ours, theirs);
    let url = ours.attribute("backup").attribute("endpoint_url");
    assert_eq!(url, &Value::from("http://s3"));

    let model = super::super::bad_input::model("hikube_kubernetes");
    let spec = json!({
        "node_groups": {"a": {"ephemeral_storage": "30Gi"}},
        "addons": {"cilium": {"values_override": "{\"a\":1}"}},
    });
    let state = moved_from(PROVIDERS[0], "cozystack_kubernetes", model, spec).state;
    let group = state.attribute("node_groups").attribute("a");
    assert_eq!(group.attribute("disk_size").as_str(), Some("30Gi"));
    let cilium = state.attribute("addons").attribute("cilium");
    assert_eq!(
        cilium.attribute("values_override").as_str(),
        Some(r#"{"a":1}"#)
    );
}

#[test]
fn another_kind_of_cozystack_is_refused() {
    let bucket = model("hikube_bucket");
    for (theirs, phrase) in [
        (
            "cozystack_vminstance",
            "A `cozystack_vminstance` cannot become a `hikube_bucket`. Move it to a `hikube_vm`.",
        ),
        (
            "cozystack_tenant_secret",
            "the provider has no resource for it. Keep it a `cozystack_tenant_secret`.",
        ),
    ] {
        let moved = moved_from(PROVIDERS[0], theirs, bucket, json!({}));
        let details: Vec<_> = moved.diagnostics.iter().map(|one| &one.detail).collect();
        assert!(
            details.len() == 1 && details[0].contains(phrase),
            "{details:?}"
        );
        assert!(moved.state.is_null());
    }
    let nameless = moved(bucket, PROVIDERS[0], "cozystack_bucket", b"{}");
    assert!(nameless.diagnostics.has_errors());
}
