//! Regression tests for failures of property tests, and requirements of the installation.
use crate::resource::observe::observed::Observed;
use crate::resource::read::import::import;
use crate::resource::spec::strip_defaults::strip_defaults;
use crate::resource::state::reported::state_after_apply;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::bad_input::{config, model};
use super::configurations::configurations;
use super::consistency::assert_object_compatible;
use super::plans::created;
use super::platform::Platform;
use super::{hold, plan};
use crate::api::JsonSchema;
use crate::value::{Path, Value};

/// An empty object selects an upload.
#[test]
fn an_upload_replaces_an_empty_disk_and_is_imported() {
    let model = model("hikube_vm_disk");
    let (empty, upload) = (
        config(model, "{}"),
        config(model, r#"{"source": {"upload": {}}}"#),
    );
    for platform in Platform::all(model) {
        for (before, after) in [(&empty, &upload), (&upload, &empty)] {
            let prior = created(model, &platform, before);
            let changed = plan(model, &platform, &prior, after);
            assert_eq!(changed.requires_replace, [Path::of("source")]);
        }
        let state = created(model, &platform, &upload);
        let object = platform.shown(platform.created(model, &upload), &state);
        let imported = import(model, "tenant-acme/main", &super::acme()).state;
        let read = platform.read(model, &imported, &object);
        assert_eq!(read.attribute("source"), state.attribute("source"));
    }
}

/// Without the platform's schema, the read spec differs from the stored one: the declared defaults are removed, and all
/// other fields are kept.
#[test]
fn declared_defaults_are_not_written_back() {
    let shown = serde_json::json!({
        "replicas": 2, "size": "20Gi", "storageClass": "", "external": false,
        "users": {"app": {"replication": false}}, "databases": {}, "unknown": "",
        "quorum": {"minSyncReplicas": 0, "maxSyncReplicas": 1},
        "backup": {"enabled": false, "s3AccessKey": ""},
    });
    let shown = shown.as_object().expect("an object").clone();
    let stored = strip_defaults(&model("hikube_postgres").spec, shown);
    let expected = serde_json::json!({
        "size": "20Gi", "users": {"app": {"replication": false}}, "unknown": "",
        "quorum": {"maxSyncReplicas": 1},
    });
    assert_eq!(Json::Object(stored), expected);
}

/// Terraform plans a map of primitive values as a whole.
#[test]
fn an_entry_learned_later_changes_no_other() {
    let model = model("hikube_tenant");
    let platform = Platform::on("1.6", model);
    let quotas = |text: &str| config(model, &format!(r#"{{"resource_quotas": {text}}}"#));
    let before = quotas(r#"{"cpu": "1", "memory": "1Gi"}"#);
    let prior = created(model, &platform, &before);
    let partly = quotas(r#"{"cpu": "?", "memory": "1024Mi"}"#);
    let known = quotas(r#"{"cpu": "1000m", "memory": "1024Mi"}"#);
    let [first, second] =
        [partly, known].map(|config| plan(model, &platform, &prior, &config).planned);
    let problems = assert_object_compatible(&first, &second);
    assert_eq!(problems, Vec::<String>::new());
}

/// Releases before 1.6 add an entry to a configured map.
#[test]
fn an_entry_the_platform_fills_in_is_no_drift() {
    let model = model("hikube_postgres");
    let config = config(
        model,
        r#"{
            "resources_preset": "nano",
            "backup": {"schedule": "a", "s3_access_key": "a", "s3_secret_key": "a"},
            "postgresql": {"parameters": {"work_mem": "4MB"}}
        }"#,
    );
    for platform in Platform::all(model) {
        let state = created(model, &platform, &config);
        let object = platform.shown(platform.created(model, &config), &state);
        let read = platform.read(model, &state, &object);
        assert_eq!(read, state, "{}", platform.release);
    }
}

/// A required value is never treated as unset.
#[test]
fn an_empty_required_text_is_imported() {
    let model = model("hikube_kubernetes");
    let users = r#"{"oidc": {"users": [{"email": "", "role": "view"}]}}"#;
    let config = config(model, users);
    let platform = Platform::on("1.6", model);
    let state = created(model, &platform, &config);
    let object = platform.shown(platform.created(model, &config), &state);
    let imported = import(model, "tenant-acme/main", &super::acme()).state;
    let read = platform.read(model, &imported, &object);
    let users = |state: &Value| state.attribute("oidc").attribute("users").clone();
    assert_eq!(users(&read), users(&state));
}

/// The required keys that entries and elements lack. The installation sets no defaults there.
fn lacking(schema: &JsonSchema, json: &Json, inside: bool) -> Vec<String> {
    match json {
        Json::Object(fields) => {
            let required = schema.required.iter().filter(|_| inside);
            let missing = required.filter(|name| !fields.contains_key(*name)).cloned();
            let within = fields.iter().flat_map(|(name, json)| {
                let property = schema.properties.get(name);
                let of = property.or(schema.additional_properties.as_deref());
                of.map_or(Vec::new(), |of| {
                    lacking(of, json, inside || property.is_none())
                })
            });
            missing.chain(within).collect()
        }
        Json::Array(items) => {
            let of = schema.items.as_deref();
            let items = items.iter();
            items
                .flat_map(|item| of.map_or(Vec::new(), |of| lacking(of, item, true)))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn entries_state_what_the_installer_needs() {
    hold(16, configurations, |model, platform, config| {
        let stored = Json::Object(platform.created(model, &config));
        let lacking = lacking(&platform.schema, &stored, false);
        prop_assert_eq!(lacking, Vec::<String>::new());
        Ok(())
    });
}

/// A change only of the provider's own attributes writes nothing, so outputs keep their planned values even if the
/// platform has changed them since.
#[test]
fn a_planned_value_is_not_overwritten_by_a_newer_one() {
    let model = model("hikube_bucket");
    let platform = Platform::on("1.6", model);
    let before = config(model, "{}");
    let after = config(model, r#"{"wait_for": "none"}"#);
    let prior = created(model, &platform, &before);
    let planned = plan(model, &platform, &prior, &after).planned;
    assert!(planned.is_wholly_known());
    let mut object = platform.shown(platform.created(model, &after), &prior);
    object.status.clear();
    assert_eq!(
        state_after_apply(model, &planned, &Observed::alone(object.clone())),
        planned
    );
}
