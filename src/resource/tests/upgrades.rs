//! An upgrade of the platform changes stored objects. Equivalent values are neither drift nor written.
use crate::resource::observe::observed::Observed;
use crate::resource::read::import::import;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::state_after_apply;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::bad_input::{config, errors, model};
use super::configurations::changes;
use super::consistency::{assert_object_compatible, assert_plan_valid};
use super::plans::created;
use super::platform::Platform;
use super::{hold, plan};
use crate::value::Value;

/// The state after an upgrade has set these fields, and the changes of the next plan.
#[track_caller]
fn unchanged_by(model: &ResourceType, platform: &Platform, config: &Value, upgraded: &Json) {
    let state = created(model, platform, config);
    let mut object = platform.shown(platform.created(model, config), &state);
    let fields = upgraded.as_object().expect("an object").clone();
    object.spec.extend(fields.clone());
    for read in [
        platform.read(model, &state, &object),
        platform.read_with_schema(model, &state, &object),
    ] {
        assert_eq!(read, state, "{}", platform.release);
        let planned = plan(model, platform, &read, config);
        assert_eq!(planned.planned, state, "{}", platform.release);
    }
}

#[test]
fn a_renamed_preset_is_no_drift() {
    let model = model("hikube_postgres");
    let platform = Platform::on("1.6", model);
    for (short, full) in [
        ("nano", "t1.nano"),
        ("micro", "t1.micro"),
        ("small", "t1.small"),
        ("medium", "c1.small"),
        ("large", "c1.medium"),
        ("xlarge", "c1.large"),
        ("2xlarge", "c1.xlarge"),
    ] {
        let given = config(model, &json!({"resources_preset": short}).to_string());
        unchanged_by(model, &platform, &given, &json!({"resourcesPreset": full}));
        let given = config(model, &json!({"resources_preset": full}).to_string());
        unchanged_by(model, &platform, &given, &json!({"resourcesPreset": short}));
    }
    // For an unset attribute, the default of any release is not drift.
    for platform in Platform::all(model) {
        let given = config(model, "{}");
        unchanged_by(
            model,
            &platform,
            &given,
            &json!({"resourcesPreset": "micro"}),
        );
        unchanged_by(
            model,
            &platform,
            &given,
            &json!({"resourcesPreset": "t1.micro"}),
        );
    }
}

#[test]
fn a_renamed_preset_is_not_written_back() {
    let model = model("hikube_postgres");
    let platform = Platform::on("1.6", model);
    let before = config(model, r#"{"resources_preset": "medium"}"#);
    let after = config(model, r#"{"resources_preset": "medium", "replicas": 3}"#);
    let prior = created(model, &platform, &before);
    let mut shown = platform.shown(platform.created(model, &before), &prior);
    shown
        .spec
        .insert("resourcesPreset".to_owned(), json!("c1.small"));
    let planned = plan(model, &platform, &prior, &after).planned;
    let written = platform.updated(model, [&prior, &planned, &after], &shown);
    assert_eq!(
        Json::Object(written),
        json!({"resourcesPreset": "c1.small", "replicas": 3})
    );
}

/// One configuration works on every release.
#[test]
fn a_preset_is_sent_under_the_name_of_the_platform() {
    let model = model("hikube_postgres");
    for (release, given, sent) in [
        ("0.41", "t1.nano", "nano"),
        ("0.41", "c1.small", "medium"),
        ("1.3", "c1.medium", "large"),
        ("1.3", "large", "large"),
        ("1.6", "large", "large"),
        ("1.6", "c1.medium", "c1.medium"),
    ] {
        let platform = Platform::on(release, model);
        let given = config(model, &json!({"resources_preset": given}).to_string());
        let planned = plan(model, &platform, &Value::Null, &given);
        assert_eq!(errors(&planned.diagnostics), [], "{release}");
        let stored = platform.created(model, &given);
        assert_eq!(stored["resourcesPreset"], sent, "{release}");
        let state = created(model, &platform, &given);
        assert_eq!(
            state.attribute("resources_preset"),
            given.attribute("resources_preset"),
        );
    }
}

#[test]
fn networks_copied_from_subnets_are_no_drift() {
    let model = model("hikube_vm");
    let networks = json!([{"name": "subnet-1a2b3c4d"}, {"name": "subnet-2b3c4d5e"}]);
    let both = json!({"subnets": networks, "networks": networks});
    for release in ["1.3", "1.6"] {
        let platform = Platform::on(release, model);
        for name in ["subnets", "networks"] {
            let given = config(model, &json!({ name: networks }).to_string());
            unchanged_by(model, &platform, &given, &both);
        }
        // Another order is a change.
        let given = config(model, &json!({"subnets": networks}).to_string());
        let state = created(model, &platform, &given);
        let mut object = platform.shown(platform.created(model, &given), &state);
        let others = json!([{"name": "subnet-2b3c4d5e"}, {"name": "subnet-1a2b3c4d"}]);
        object.spec.insert("networks".to_owned(), others);
        let read = platform.read(model, &state, &object);
        assert!(!read.attribute("networks").is_null());
    }
}

#[test]
fn an_import_shows_copied_networks_once() {
    let model = model("hikube_vm");
    let platform = Platform::on("1.6", model);
    let networks = json!([{"name": "subnet-1a2b3c4d"}]);
    let both = json!({"subnets": networks, "networks": networks});
    let given = config(model, &both.to_string());
    let state = created(model, &platform, &given);
    let object = platform.shown(platform.created(model, &given), &state);
    let imported = import(model, "tenant-acme/main", &super::acme()).state;
    let read = platform.read(model, &imported, &object);
    assert_eq!(read.attribute("networks"), state.attribute("networks"));
    assert!(read.attribute("subnets").is_null());
}

/// The release may change under an existing state: the next plan is valid, its apply is consistent with it, and the
/// plan after that is empty.
#[test]
fn a_state_outlives_the_release_it_was_made_on() {
    hold(8, changes, |model, platform, (before, config)| {
        let planned = plan(model, platform, &Value::Null, &before).planned;
        let stored = platform.created(model, &before);
        let state = created(model, platform, &before);
        for later in Platform::all(model) {
            let object = later.shown(stored.clone(), &planned);
            let prior = later.read(model, &state, &object);
            let changed = plan(model, &later, &prior, &config);
            let problems = assert_plan_valid(&model.schema, &prior, &config, &changed.planned);
            prop_assert_eq!(problems, Vec::<String>::new(), "{}", later.release);
            if changed.diagnostics.has_errors() || !changed.requires_replace.is_empty() {
                continue;
            }
            let planned = changed.planned;
            let values = [&prior, &planned, &config];
            let after = later.shown(later.updated(model, values, &object), &planned);
            let state = state_after_apply(model, &planned, &Observed::alone(after.clone()));
            let problems = assert_object_compatible(&planned, &state);
            prop_assert_eq!(problems, Vec::<String>::new(), "{}", later.release);
            let read = later.read_with_schema(model, &state, &after);
            prop_assert_eq!(&read, &state, "{}", later.release);
            let next = plan(model, &later, &state, &config);
            prop_assert_eq!(&next.planned, &state, "{}", later.release);
        }
        Ok(())
    });
}
