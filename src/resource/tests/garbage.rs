//! Any content of the platform is decoded to values of the schema's type, because the platform stores invalid values.

use crate::resource::resource_type::ResourceType;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::spec::encode::encode;
use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};

use super::changes::changes_of;
use super::configurations::configurations;
use super::hold;
use super::platform::Platform;
use crate::api::JsonSchema;
use crate::schema::{Diagnostics, Severity, Shape};
use crate::value::arbitrary::strings;
use crate::value::{Value, msgpack};

pub(super) fn anything() -> BoxedStrategy<Json> {
    let leaves = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "-?[1-9][0-9]{0,30}(\\.[0-9]{1,4})?(e-?[0-9]{1,6})?"
            .prop_map(|text| serde_json::from_str(&text).expect("a number")),
        strings().prop_map(Json::from),
    ];
    leaves
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                collection::btree_map(strings(), inner, 0..3)
                    .prop_map(|fields| Json::Object(fields.into_iter().collect())),
            ]
        })
        .boxed()
}

type Input = (Value, Vec<(Index, Json)>);

fn inputs(model: &'static ResourceType, platform: &Platform) -> BoxedStrategy<Input> {
    let damages = collection::vec((any::<Index>(), anything()), 1..6);
    (configurations(model, platform), damages).boxed()
}

/// Replaces a field with a value, at any depth.
pub(super) fn damage(fields: &mut Map<String, Json>, place: &Index, by: &Json) {
    let places = changes_of(&Json::Object(fields.clone()));
    let mut damaged = Json::Object(fields.clone());
    if let Some(at) = places.get(place.index(places.len().max(1)))
        && let Some(field) = damaged.pointer_mut(at)
    {
        *field = by.clone();
    }
    if let Json::Object(damaged) = damaged {
        *fields = damaged;
    }
}

#[test]
fn garbage_is_read_as_values_of_the_type() {
    hold(16, inputs, |model, platform, (config, damages)| {
        let mut object = platform.shown(platform.created(model, &config), &config);
        for (place, by) in &damages {
            damage(&mut object.spec, place, by);
        }
        let ty = model.spec.value_type();
        for live in [None, Some(&platform.schema)] {
            for prior in [&Value::Null, &config] {
                for mode in [Mode::Drift, Mode::Effective] {
                    let messages = &mut Diagnostics::new();
                    let read = decode(&model.spec, &object.spec, prior, live, mode, messages).value;
                    let bytes = msgpack::encode(&read, &ty);
                    prop_assert!(bytes.is_ok(), "{:?} of {:?}", bytes, read);
                    prop_assert!(read.is_wholly_known());
                }
            }
            // The configuration is merged into any stored content.
            encode(
                &model.spec,
                &config,
                &Value::Null,
                object.spec.clone(),
                live,
            );
        }
        Ok(())
    });
}

#[test]
fn an_object_of_nothing_but_garbage_is_read() {
    let fields = |model: &ResourceType, garbage: &Json| -> Map<String, Json> {
        let names = model.spec.attributes.iter().map(|a| a.api.to_string());
        names.map(|name| (name, garbage.clone())).collect()
    };
    for kind in crate::kinds::KINDS {
        let model = &ResourceType::of(kind);
        for garbage in [
            json!(null),
            json!([null]),
            json!({"": null}),
            json!(1.5),
            json!([[{}]]),
        ] {
            let messages = &mut Diagnostics::new();
            let shown = fields(model, &garbage);
            let read = decode(
                &model.spec,
                &shown,
                &Value::Null,
                None,
                Mode::Drift,
                messages,
            );
            let bytes = msgpack::encode(&read.value, &model.spec.value_type());
            assert!(bytes.is_ok(), "{garbage}: {bytes:?}");
        }
    }
}

/// Invalid values are null, with a warning.
#[test]
fn a_value_of_another_type_is_null_with_a_warning() {
    // With a schema that has no defaults, no value is a default.
    let live = Some(&JsonSchema::default());
    for kind in crate::kinds::KINDS {
        let model = &ResourceType::of(kind);
        for attribute in model.spec.fields() {
            let garbage = match attribute.shape {
                // For a list, each element.
                Shape::List(_) | Shape::Set(_) => json!([[[7]]]),
                _ => json!([[7]]),
            };
            let shown = Map::from_iter([(attribute.api.to_string(), garbage)]);
            for mode in [Mode::Drift, Mode::Effective] {
                let messages = &mut Diagnostics::new();
                let read = decode(&model.spec, &shown, &Value::Null, live, mode, messages);
                let value = read.value.attribute(&attribute.name);
                let elements = value.as_elements().unwrap_or_default();
                assert!(
                    value.is_null() || elements == [Value::Null],
                    "{} of {}: {value:?}",
                    attribute.name,
                    kind.type_name
                );
                let warned: Vec<_> = messages.iter().collect();
                assert!(
                    matches!(warned[..], [one] if one.severity == Severity::Warning
                    && one.path.as_ref().is_some_and(|path| {
                        path.to_string().starts_with(&*attribute.name)
                    })),
                    "{} of {}: {warned:?}",
                    attribute.name,
                    kind.type_name
                );
            }
        }
    }
}
