use std::collections::BTreeSet;
use std::time::Duration;

use super::declaration::Action;
use super::list::ACTIONS;
use crate::schema::{Diagnostics, Usage, duration};
use crate::value::Value;

/// A configuration with these attributes; the others are null.
fn config(action: &Action, given: &[(&str, Value)]) -> Value {
    let attributes = (action.schema)().attributes;
    let mut config = Value::map(
        attributes
            .iter()
            .map(|attribute| (attribute.name.to_string(), Value::Null)),
    );
    for (name, value) in given {
        config.set_attribute(name, value.clone());
    }
    config
}

fn errors(diagnostics: &Diagnostics) -> Vec<String> {
    let errors = diagnostics.iter();
    errors
        .map(|error| {
            let path = error.path.as_ref().map(ToString::to_string);
            format!("{}: {}", path.unwrap_or_default(), error.detail)
        })
        .collect()
}

fn named(name: &str) -> &'static Action {
    ACTIONS
        .iter()
        .find(|action| action.type_name == name)
        .unwrap()
}

#[test]
fn every_action_is_described_and_has_a_timeout() {
    let names: BTreeSet<_> = ACTIONS.iter().map(|action| action.type_name).collect();
    assert_eq!(names.len(), ACTIONS.len());
    for action in ACTIONS {
        let name = action.type_name;
        assert!(name.starts_with("hikube_"), "{name}");
        let texts = [action.description, action.subcategory].into_iter();
        for text in texts.chain(action.details.iter().copied()) {
            assert!(!text.is_empty() && !text.contains("  "), "{name}: {text}");
        }
        let schema = (action.schema)();
        for attribute in &schema.attributes {
            assert!(
                attribute.description.len() > 10,
                "{name}.{}",
                attribute.name
            );
            assert_ne!(
                attribute.usage,
                Usage::Computed,
                "{name}.{}",
                attribute.name
            );
        }
        let timeout = schema.attribute("timeout").unwrap();
        assert_eq!(timeout.usage, Usage::Optional, "{name}");
        let default = timeout.default.as_ref().and_then(|value| value.as_str());
        let default = Duration::try_from(duration(default.unwrap()).unwrap()).unwrap();
        assert_eq!(default, action.timeout, "{name}");
    }
}

#[test]
fn a_machine_is_named_by_its_id() {
    for name in ["hikube_vm_restart", "hikube_vm_start", "hikube_vm_stop"] {
        let action = named(name);
        let of = |id: Value| errors(&action.validate(&config(action, &[("vm_id", id)])));
        assert_eq!(of("tenant-a/web".into()), Vec::<String>::new());
        assert_eq!(of(Value::Unknown), Vec::<String>::new());
        for wrong in ["web", "", "tenant-a/", "tenant-a/../b", "a/b/c"] {
            let found = of(wrong.into());
            assert!(
                found.len() == 1 && found[0].starts_with("vm_id: `vm_id` must be `namespace/name`"),
                "{wrong}: {found:?}"
            );
        }
        let missing = of(Value::Null);
        assert!(
            missing.len() == 1 && missing[0].contains("required"),
            "{missing:?}"
        );
        assert_eq!(errors(&action.validate(&Value::Null)), missing);
    }
}

#[test]
fn an_invocation_needs_known_values() {
    for action in ACTIONS {
        let attributes = (action.schema)().attributes.into_iter();
        let unknown = Value::map(attributes.map(|attribute| {
            let is_required = attribute.usage == Usage::Required;
            let value = if is_required {
                Value::Unknown
            } else {
                Value::Null
            };
            (attribute.name.to_string(), value)
        }));
        assert!(!action.validate(&unknown).has_errors());
        let found = errors(&action.validate_known(&unknown));
        assert!(
            found.len() == 1 && found[0].contains("known only after"),
            "{found:?}"
        );
    }
}

#[test]
fn durations_are_checked() {
    let stop = named("hikube_vm_stop");
    let of = |given: &[(&str, &str)]| {
        let id = [("vm_id", Value::from("tenant-a/web"))];
        let given = given.iter().map(|(name, text)| (*name, Value::from(*text)));
        let given: Vec<_> = id.into_iter().chain(given).collect();
        errors(&stop.validate(&config(stop, &given))).join(", ")
    };
    for fine in [
        &[("grace_period", "0s")][..],
        &[("grace_period", "4m59s")],
        &[("grace_period", "10m"), ("timeout", "11m")],
    ] {
        assert_eq!(of(fine), "", "{fine:?}");
    }
    for (given, expected) in [
        (
            &[("timeout", "soon")][..],
            "timeout: `timeout` must be a duration",
        ),
        (
            &[("grace_period", "-1s")],
            "grace_period: `grace_period` must be a duration",
        ),
        (
            &[("grace_period", "1500ms")],
            "must be a whole number of seconds",
        ),
        (&[("grace_period", "5m")], "must be shorter than `timeout`"),
        (
            &[("grace_period", "30s"), ("timeout", "30s")],
            "must be shorter than `timeout`",
        ),
    ] {
        assert!(of(given).contains(expected), "{given:?}: {}", of(given));
    }
}
