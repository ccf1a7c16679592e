//! Every plan is valid, its apply is consistent with it, and the next plan is empty.
use crate::resource::observe::observed::Observed;
use crate::resource::plan::request::{Namespace, PlanRequest};
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::live::is_immutable;
use crate::resource::state::private::Private;
use crate::resource::state::reported::state_after_apply;
use proptest::prelude::*;

use super::configurations::{changes, configurations};
use super::consistency::{
    assert_object_compatible, assert_paths_exist, assert_plan_valid, assert_wholly_known,
};
use super::imports::effect;
use super::platform::Platform;
use super::{acme, hold, plan};
use crate::schema::{Attribute, same};
use crate::value::{Path, Value, msgpack};

/// The state after a create.
pub(super) fn created(model: &ResourceType, platform: &Platform, config: &Value) -> Value {
    let planned = plan(model, platform, &Value::Null, config).planned;
    let object = platform.shown(platform.created(model, config), &planned);
    state_after_apply(model, &planned, &Observed::alone(object.clone()))
}

#[test]
fn a_create_is_applied_as_planned_and_the_next_plan_is_empty() {
    hold(20, configurations, |model, platform, config| {
        let first = plan(model, platform, &Value::Null, &config);
        prop_assert!(!first.diagnostics.has_errors(), "{:?}", first.diagnostics);
        let problems = assert_plan_valid(&model.schema, &Value::Null, &config, &first.planned);
        prop_assert_eq!(problems, Vec::<String>::new());
        prop_assert!(first.requires_replace.is_empty());

        let object = platform.shown(platform.created(model, &config), &first.planned);
        let state = state_after_apply(model, &first.planned, &Observed::alone(object.clone()));
        prop_assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
        let problems = assert_object_compatible(&first.planned, &state);
        prop_assert_eq!(problems, Vec::<String>::new());

        prop_assert_eq!(&platform.read(model, &state, &object), &state);
        let second = plan(model, platform, &state, &config);
        prop_assert_eq!(&second.planned, &state);
        prop_assert!(second.requires_replace.is_empty());
        prop_assert!(!second.diagnostics.has_errors(), "{:?}", second.diagnostics);
        let problems = assert_plan_valid(&model.schema, &state, &config, &second.planned);
        prop_assert_eq!(problems, Vec::<String>::new());
        Ok(())
    });
}

/// Possible private data of an object, from this or another version of the provider.
fn remembered() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        Just(b"\x00 of another version".to_vec()),
        Just(br#"{"uid": "1", "version": 7, "waiting": true}"#.to_vec()),
        Just(br#"{"uid": "1", "version": 9, "pending": {"version": 9, "status": "True", "since": "2026-05-31T14:30:00Z"}}"#.to_vec()),
        Just(br#"{"uid": "1", "version": 7, "imported": true, "renamed": ["diskSize"]}"#.to_vec()),
    ]
}

/// With any private data, and whether or not the object is ready, a plan is valid and keeps the private data of the
/// object.
#[test]
fn a_change_of_what_is_remembered_in_any_way_is_planned() {
    let inputs = |model: &'static ResourceType, platform: &Platform| {
        (changes(model, platform), remembered(), any::<bool>()).boxed()
    };
    hold(
        8,
        inputs,
        |model, platform, ((before, after), private, is_ready)| {
            let mut prior = created(model, platform, &before);
            prior.set_attribute("ready", is_ready.into());
            let plan = crate::resource::plan(
                model,
                &PlanRequest {
                    prior: &prior,
                    config: &after,
                    private: &private,
                    namespace: &acme(),
                    stores_credentials: true,
                    protects_from_deletion: false,
                    is_applying: false,
                    live: Some(&platform.schema),
                },
            );
            let problems = assert_plan_valid(&model.schema, &prior, &after, &plan.planned);
            prop_assert_eq!(problems, Vec::<String>::new());
            let (kept, was) = (Private::read(&plan.private), Private::read(&private));
            prop_assert_eq!((kept.uid, kept.pending), (was.uid, was.pending));
            prop_assert_eq!((kept.waiting, kept.imported), (was.waiting, was.imported));
            let goes_on_waiting = was.waiting && !is_ready;
            let waits = plan.planned.attribute("wait_for").as_str() != Some("none");
            if goes_on_waiting && waits {
                prop_assert!(plan.planned.attribute("ready").is_unknown());
            }
            Ok(())
        },
    );
}

/// If the provider does not store credentials, the planned outputs are omitted, and the next plan is empty.
#[test]
fn a_create_without_stored_credentials_is_applied_as_planned() {
    hold(8, configurations, |model, platform, config| {
        let plan = |prior: &Value| {
            crate::resource::plan(
                model,
                &PlanRequest {
                    prior,
                    config: &config,
                    private: &[],
                    namespace: &acme(),
                    stores_credentials: false,
                    protects_from_deletion: false,
                    is_applying: false,
                    live: Some(&platform.schema),
                },
            )
        };
        let first = plan(&Value::Null).planned;
        let problems = assert_plan_valid(&model.schema, &Value::Null, &config, &first);
        prop_assert_eq!(problems, Vec::<String>::new());
        let object = platform.shown(platform.created(model, &config), &first);
        let state = state_after_apply(model, &first, &Observed::alone(object));
        prop_assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
        let problems = assert_object_compatible(&first, &state);
        prop_assert_eq!(problems, Vec::<String>::new());
        prop_assert_eq!(&plan(&state).planned, &state);
        Ok(())
    });
}

/// The platform's schema decides which fields are immutable on an existing object.
#[test]
fn immutable_fields_are_those_of_the_platform() {
    for kind in crate::kinds::KINDS {
        let model = &ResourceType::of(kind);
        for platform in Platform::all(model) {
            for attribute in model.spec.attributes.iter().filter(|a| a.is_field()) {
                let (name, is_fixed) = (&attribute.name, platform.fixed.contains(&*attribute.api));
                let found = is_immutable(attribute, Some(&platform.schema));
                assert_eq!(found, is_fixed, "{name} on {}", platform.release);
            }
        }
    }
    let disk = Platform::on("1.6", super::bad_input::model("hikube_vm_disk"));
    assert!(disk.fixed.contains("storageClass"));
}

/// Whether the second configuration has another effect on the platform.
fn moves(
    model: &ResourceType,
    platform: &Platform,
    attribute: &Attribute,
    before: &Value,
    config: &Value,
) -> bool {
    let [before, after] = [before, config].map(|config| {
        let object = platform.shown(platform.created(model, config), config);
        effect(model, platform, &object)
            .attribute(&attribute.name)
            .clone()
    });
    !same(&attribute.shape, &before, &after)
}

#[test]
fn a_change_is_planned_and_applied_as_planned() {
    hold(20, changes, |model, platform, (before, config)| {
        let prior = created(model, platform, &before);
        let changed = plan(model, platform, &prior, &config);
        let planned = &changed.planned;
        let problems = assert_plan_valid(&model.schema, &prior, &config, planned);
        prop_assert_eq!(problems, Vec::<String>::new());
        let problems = assert_paths_exist(&changed.requires_replace, &prior, planned);
        prop_assert_eq!(problems, Vec::<String>::new());
        for path in &changed.requires_replace {
            let of = |value| super::parts::get(value, path).cloned();
            prop_assert_ne!(of(&prior), of(planned), "{}", path);
        }
        for attribute in &model.spec.attributes {
            let name = &*attribute.name;
            let is_listed = changed.requires_replace.contains(&Path::of(name));
            let moves = moves(model, platform, attribute, &before, &config);
            let is_fixed = attribute.replace || platform.fixed.contains(&*attribute.api);
            prop_assert_eq!(is_listed, is_fixed && moves, "{}", name);
        }
        if *planned == prior {
            prop_assert!(planned.is_wholly_known());
        }
        let again = plan(model, platform, &prior, &config);
        let ty = model.schema.value_type();
        let bytes = msgpack::encode(planned, &ty).expect("a plan of the schema's type");
        prop_assert_eq!(Ok(bytes), msgpack::encode(&again.planned, &ty));
        prop_assert_eq!(&changed.requires_replace, &again.requires_replace);
        Ok(())
    });
}

/// Without the platform's schema everything works on the release that the declarations describe.
#[test]
fn a_create_is_done_without_the_platforms_schema() {
    hold(20, configurations, |model, platform, config| {
        if platform.release != "1.6" {
            return Ok(());
        }
        let request = |prior| PlanRequest {
            prior,
            config: &config,
            private: &[],
            namespace: &Namespace::None,
            stores_credentials: true,
            protects_from_deletion: false,
            is_applying: false,
            live: None,
        };
        let planned = plan(model, platform, &Value::Null, &config).planned;
        let stored = crate::resource::spec::encode::encode(
            &model.spec,
            &config,
            &Value::Null,
            serde_json::Map::new(),
            None,
        );
        let object = platform.shown(stored, &planned);
        let state = state_after_apply(model, &planned, &Observed::alone(object.clone()));
        prop_assert_eq!(&platform.read(model, &state, &object), &state);
        let second = crate::resource::plan(model, &request(&state));
        prop_assert_eq!(&second.planned, &state);
        prop_assert!(second.requires_replace.is_empty());
        Ok(())
    });
}

#[test]
fn a_namespace_may_be_unknown_or_missing() {
    hold(6, configurations, |model, platform, mut config| {
        config.set_attribute("namespace", Value::Null);
        let planned_in = |namespace: &Namespace| {
            crate::resource::plan(
                model,
                &PlanRequest {
                    prior: &Value::Null,
                    config: &config,
                    private: &[],
                    namespace,
                    stores_credentials: true,
                    protects_from_deletion: false,
                    is_applying: false,
                    live: Some(&platform.schema),
                },
            )
        };
        let (unknown, none) = (
            planned_in(&Namespace::Unknown),
            planned_in(&Namespace::None),
        );
        let known = planned_in(&acme());
        for plan in [&unknown, &none, &known] {
            let problems = assert_plan_valid(&model.schema, &Value::Null, &config, &plan.planned);
            prop_assert_eq!(problems, Vec::<String>::new());
        }
        let problems = assert_object_compatible(&unknown.planned, &known.planned);
        prop_assert_eq!(problems, Vec::<String>::new());
        prop_assert!(!unknown.diagnostics.has_errors());
        prop_assert_eq!(none.diagnostics.has_errors(), model.entry.is_none());
        Ok(())
    });
}

#[test]
fn a_destroy_is_planned_as_nothing() {
    hold(2, configurations, |model, platform, config| {
        let prior = created(model, platform, &config);
        let destroyed = plan(model, platform, &prior, &Value::Null);
        prop_assert!(destroyed.planned.is_null() && destroyed.requires_replace.is_empty());
        Ok(())
    });
}
