//! Outputs: when a plan makes them unknown, and when they are kept.
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::{put_outputs, without_outputs};
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::configurations::{changes, configurations};
use super::plans::created;
use super::{hold, plan};
use crate::api::JsonSchema;
use crate::value::Value;

/// A change makes only those outputs unknown that depend on it. Otherwise provider blocks configured with an output
/// would be unknown at every change.
#[test]
fn an_output_becomes_unknown_only_with_its_inputs() {
    hold(20, changes, |model, platform, (before, after)| {
        let prior = created(model, platform, &before);
        let planned = plan(model, platform, &prior, &after).planned;
        let differs = |name: &&str| planned.attribute(name) != prior.attribute(name);
        let stores =
            |values: &Value| values.attribute("store_credentials").as_bool() != Some(false);
        for output in &model.outputs {
            let [before, now] = [&prior, &planned].map(|values| values.attribute(output.name));
            let follows = output.unknown_when_changed.iter().any(differs);
            let is_kept = !output.secret || stores(&planned);
            let was_kept = !output.secret || stores(&prior);
            let may_change = follows && (!output.use_state_for_unknown || before.is_null());
            let expected = match (is_kept, was_kept) {
                (false, _) => &output.not_stored(),
                (true, false) => &output.planned(&planned),
                (true, true) if may_change => &output.planned(&planned),
                (true, true) => before,
            };
            prop_assert_eq!(now, expected, "{}", output.name);
        }
        Ok(())
    });
}

/// The planned value of an output is the reported one after the apply.
#[test]
fn outputs_known_at_plan_equal_the_reported_ones() {
    hold(20, configurations, |model, platform, config| {
        let planned = plan(model, platform, &Value::Null, &config).planned;
        let object = platform.shown(platform.created(model, &config), &planned);
        let mut reported = planned.clone();
        put_outputs(model, &mut reported, &Observed::alone(object));
        for output in &model.outputs {
            let now = planned.attribute(output.name);
            if !now.is_unknown() {
                prop_assert_eq!(now, reported.attribute(output.name), "{}", output.name);
            }
        }
        Ok(())
    });
}

#[test]
fn constants_and_names_are_known_at_plan() {
    let planned = |kind: &str, name: &str, namespace: Value| {
        let kinds = crate::kinds::KINDS.iter();
        let kind = kinds.into_iter().find(|one| one.type_name == kind);
        let model = &ResourceType::of(kind.expect("a kind"));
        let platform = super::platform::Platform::on("1.6", model);
        let mut config = model.schema.null();
        config.set_attribute("name", name.into());
        config.set_attribute("namespace", namespace);
        plan(model, &platform, &Value::Null, &config).planned
    };
    let tenant = |name, namespace| {
        let planned = planned("hikube_tenant", name, namespace);
        planned.attribute("status_namespace").clone()
    };
    assert_eq!(
        tenant("dev", "tenant-acme".into()),
        "tenant-acme-dev".into()
    );
    assert_eq!(tenant("acme", "tenant-root".into()), "tenant-acme".into());
    assert_eq!(tenant("dev", Value::Unknown), Value::Unknown);
    let postgres = planned("hikube_postgres", "shop", "tenant-acme".into());
    let host = Value::from("postgres-shop-rw.tenant-acme.svc");
    assert_eq!(postgres.attribute("host"), &host);
    assert_eq!(postgres.attribute("port"), &Value::from(5432));
    let bucket = planned("hikube_bucket", "shop", "tenant-acme".into());
    assert_eq!(bucket.attribute("region"), &"us-east-1".into());
}

/// `ready` is unknown only if the platform has work to do, so the plan of a change shows only that change.
#[test]
fn ready_is_unknown_only_where_the_platform_has_something_to_do() {
    hold(20, changes, |model, platform, (before, after)| {
        let prior = created(model, platform, &before);
        let mut handled = before.clone();
        let handling = [
            "labels",
            "annotations",
            "wait_for",
            "timeouts",
            "store_credentials",
        ];
        for name in handling {
            if model.schema.attribute(name).is_some() {
                handled.set_attribute(name, after.attribute(name).clone());
            }
        }
        let planned = plan(model, platform, &prior, &handled).planned;
        prop_assert_eq!(planned.attribute("ready"), &Value::from(true));

        let planned = plan(model, platform, &prior, &after).planned;
        let [stored, wanted] = [&prior, &planned]
            .map(|values| platform.shown(platform.created(model, values), &prior).spec)
            .map(|shown| installed(&platform.schema, Json::Object(shown)));
        let is_open = planned.attribute("ready").is_unknown();
        prop_assert!(is_open || stored == wanted, "{:?} {:?}", stored, wanted);
        Ok(())
    });
}

/// The values at installation: merged with the defaults.
fn installed(schema: &JsonSchema, value: Json) -> Json {
    let Json::Object(given) = value else {
        return value;
    };
    let default = schema.default.as_ref().and_then(Json::as_object);
    let mut whole = default.cloned().unwrap_or_default();
    for (name, value) in given {
        let field = schema.properties.get(&name);
        let value = installed(field.unwrap_or(&JsonSchema::default()), value);
        whole.insert(name, value);
    }
    Json::Object(whole)
}

#[test]
fn an_explicit_default_keeps_ready_known() {
    let model = super::bad_input::model("hikube_postgres");
    let platform = super::platform::Platform::on("1.6", model);
    let config = |json: &str| super::bad_input::config(model, json);
    let prior = created(model, &platform, &config("{}"));
    let ready = |json: &str| {
        let planned = plan(model, &platform, &prior, &config(json)).planned;
        planned.attribute("ready").clone()
    };
    assert_eq!(ready(r#"{"replicas": 2}"#), Value::from(true));
    assert_eq!(
        ready(r#"{"quorum": {"min_sync_replicas": 0}}"#),
        Value::from(true)
    );
    assert!(ready(r#"{"replicas": 3}"#).is_unknown());
    assert!(ready(r#"{"users": {"app": {}}}"#).is_unknown());
    assert!(ready(r#"{"external": "?"}"#).is_unknown());
}

#[test]
fn a_state_without_outputs_keeps_the_object() {
    hold(4, configurations, |model, platform, config| {
        let state = created(model, platform, &config);
        let bare = without_outputs(model, &state);
        let is_output = |name: &str| {
            ["ready", "managed_by"].contains(&name)
                || model.outputs.iter().any(|output| output.name == name)
        };
        for attribute in &model.schema.attributes {
            let value = bare.attribute(&attribute.name);
            if is_output(&attribute.name) {
                prop_assert!(value.is_null(), "{}", attribute.name);
            } else {
                prop_assert_eq!(value, state.attribute(&attribute.name));
            }
        }
        Ok(())
    });
}

/// `for_each` over credentials is valid if there are no users, or if credentials are not stored.
#[test]
fn credentials_keyed_by_user_are_empty_and_not_null() {
    hold(20, configurations, |model, platform, config| {
        let state = created(model, platform, &config);
        let users = config.attribute("users").as_map();
        let is_kept = state.attribute("store_credentials").as_bool() != Some(false);
        if is_kept && users.is_some_and(|users| !users.is_empty()) {
            return Ok(());
        }
        let empty = Value::Map(BTreeMap::new());
        for output in model.outputs.iter().filter(|output| output.secret) {
            if output.not_stored() == empty {
                prop_assert_eq!(state.attribute(output.name), &empty);
            }
        }
        Ok(())
    });
}

/// References to the id of a new object wait until it exists.
#[test]
fn the_id_is_known_once_there_is_an_object() {
    hold(8, changes, |model, platform, (before, after)| {
        let planned = plan(model, platform, &Value::Null, &before).planned;
        prop_assert!(planned.attribute("id").is_unknown());
        let prior = created(model, platform, &before);
        let planned = plan(model, platform, &prior, &after).planned;
        prop_assert_eq!(planned.attribute("id"), prior.attribute("id"));
        Ok(())
    });
}
