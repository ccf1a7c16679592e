//! After an import, the plan of a configuration without the platform's defaults is empty.
use crate::resource::read::import::import;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::validate::configuration::validate;
use proptest::prelude::*;

use super::bad_input::{config, model};
use super::configurations::configurations;
use super::platform::Platform;
use super::{acme, hold, parts, plan};
use crate::api::{LAST_APPLIED, Object};
use crate::schema::{AttributeRole, Diagnostics, Shape, same};
use crate::value::{Step, Value};

/// The effective values.
pub(super) fn effect(model: &ResourceType, platform: &Platform, object: &Object) -> Value {
    let live = Some(&platform.schema);
    let messages = &mut Diagnostics::new();
    decode(
        &model.spec,
        &object.spec,
        &Value::Null,
        live,
        Mode::Effective,
        messages,
    )
    .value
}

/// An empty value equals an unset one, if the platform has no default for it.
fn is_empty(value: Option<&Value>) -> bool {
    match value {
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::List(items) | Value::Set(items)) => items.is_empty(),
        Some(Value::Map(parts)) => parts.values().all(Value::is_null),
        _ => false,
    }
}

/// The configuration without the platform's defaults.
fn shortest(model: &ResourceType, platform: &Platform, config: &Value) -> Value {
    let of = |config: &Value| {
        let object = platform.shown(platform.created(model, config), config);
        effect(model, platform, &object)
    };
    let imported = |config: &Value| {
        let object = platform.shown(platform.created(model, config), config);
        platform.read(model, &Value::map::<String>([]), &object)
    };
    let shape = Shape::Object(model.spec.clone());
    let config = &given_plainly(&Shape::Object(model.schema.clone()), config);
    let mut shortest = config.clone();
    for path in parts::paths(&model.spec, config).into_iter().rev() {
        let is_attribute = matches!(path.steps().last(), Some(Step::Attribute(_)));
        if !is_attribute || parts::get(&shortest, &path).is_none_or(Value::is_null) {
            continue;
        }
        let mut shorter = shortest.clone();
        parts::drop_part(&mut shorter, &path);
        let is_same = same(&shape, &of(&shorter), &of(&shortest))
            || is_empty(parts::get(&shortest, &path)) && imported(&shorter) == imported(&shortest);
        if is_same && !validate(model, &shorter).has_errors() {
            shortest = shorter;
        }
    }
    for name in ["labels", "annotations"] {
        if shortest
            .attribute(name)
            .as_map()
            .is_some_and(|map| map.is_empty())
        {
            shortest.set_attribute(name, Value::Null);
        }
    }
    for name in [
        "deletion_protection",
        "deletion_policy",
        "wait_for",
        "timeouts",
        "store_credentials",
    ] {
        if model.schema.attribute(name).is_some() {
            shortest.set_attribute(name, Value::Null);
        }
    }
    shortest
}

/// The configuration with secrets in their ordinary attributes instead of write-only ones, as an import reads them.
pub(super) fn given_plainly(shape: &Shape, config: &Value) -> Value {
    match (shape, config) {
        (Shape::Object(object), Value::Map(_)) => {
            Value::map(object.attributes.iter().map(|inner| {
                let value = match (inner.role, config.attribute(&inner.name)) {
                    (AttributeRole::Secret { write_only, .. }, Value::Null) => {
                        config.attribute(write_only)
                    }
                    (
                        AttributeRole::WriteOnly
                        | AttributeRole::Version
                        | AttributeRole::Renamed { .. },
                        _,
                    ) => &Value::Null,
                    (_, value) => value,
                };
                (inner.name.clone(), given_plainly(&inner.shape, value))
            }))
        }
        (Shape::Map(element), Value::Map(entries)) => {
            let entries = entries.iter();
            Value::map(entries.map(|(key, entry)| (key.clone(), given_plainly(element, entry))))
        }
        (Shape::List(element), Value::List(items)) => {
            let items = items.iter();
            Value::List(items.map(|item| given_plainly(element, item)).collect())
        }
        _ => config.clone(),
    }
}

/// The configuration with the state's spelling inside lists and maps of primitive values, where Terraform does not
/// allow a plan to differ from the configuration.
fn spelled(shape: &Shape, config: &Value, state: &Value) -> Value {
    match (shape, config) {
        (Shape::Object(object), Value::Map(_)) => {
            let attributes = object.attributes.iter();
            Value::map(attributes.map(|inner| {
                let values = [config, state].map(|value| value.attribute(&inner.name));
                (
                    inner.name.clone(),
                    spelled(&inner.shape, values[0], values[1]),
                )
            }))
        }
        (Shape::Map(element), Value::Map(entries)) if shape.nested().is_some() => {
            let entries = entries.iter();
            Value::map(
                entries.map(|(key, entry)| {
                    (key.clone(), spelled(element, entry, state.attribute(key)))
                }),
            )
        }
        (Shape::List(_) | Shape::Map(_), _) if same(shape, config, state) => state.clone(),
        _ => config.clone(),
    }
}

#[test]
fn nothing_is_planned_after_an_import() {
    hold(8, configurations, |model, platform, config| {
        let config = shortest(model, platform, &config);
        let planned = plan(model, platform, &Value::Null, &config).planned;
        let mut object = platform.shown(platform.created(model, &config), &planned);
        object.annotations.remove("by.someone/else");
        let [namespace, name] = model.place(&planned);
        let id = &format!("{namespace}/{name}");
        let imported = import(model, id, &acme());
        prop_assert!(!imported.diagnostics.has_errors());
        let state = platform.read(model, &imported.state, &object);
        let config = spelled(&Shape::Object(model.schema.clone()), &config, &state);
        let second = plan(model, platform, &state, &config);
        prop_assert_eq!(&second.planned, &state);
        prop_assert!(second.requires_replace.is_empty());
        Ok(())
    });
}

/// Releases before 1.6 add an entry to a map. An import does not show whether it is configured, and the plan is empty
/// in both cases.
#[test]
fn an_entry_that_the_platform_fills_in_may_be_configured_or_not() {
    let model = model("hikube_postgres");
    let of = |entries: &str| {
        let text = r#"{"resources_preset": "nano", "postgresql": {"parameters": {ENTRIES}}}"#;
        config(model, &text.replace("ENTRIES", entries))
    };
    let short = of(r#""a": "100""#);
    let long = of(r#""a": "100", "max_connections": "100""#);
    let other = of(r#""a": "100", "max_connections": "101""#);
    for platform in ["0.41", "1.3"].map(|release| Platform::on(release, model)) {
        for made in [&short, &long] {
            let mut object = platform.shown(platform.created(model, made), made);
            object.annotations.clear();
            let imported = import(model, "tenant-acme/main", &acme()).state;
            let state = platform.read(model, &imported, &object);
            for config in [&short, &long] {
                let planned = plan(model, &platform, &state, config).planned;
                assert_eq!(planned, state, "{}", platform.release);
            }
            let planned = plan(model, &platform, &state, &other).planned;
            let of = |value: &Value| value.attribute("postgresql").clone();
            assert_eq!(of(&planned), of(&other), "{}", platform.release);
        }
    }
}

/// The annotation of `kubectl apply` contains the whole manifest, including passwords.
#[test]
fn kubectls_copy_of_the_manifest_is_not_imported() {
    let model = model("hikube_bucket");
    let platform = Platform::on("1.6", model);
    let imported = import(model, "tenant-acme/main", &acme()).state;
    let mut object = platform.shown(serde_json::Map::new(), &imported);
    object
        .annotations
        .insert(LAST_APPLIED.to_owned(), "{}".to_owned());
    let read = platform.read(model, &imported, &object);
    let shown = read.attribute("annotations").as_map().expect("annotations");
    assert_eq!(shown.keys().collect::<Vec<_>>(), ["by.someone/else"]);
}
