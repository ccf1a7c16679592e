//! Generates valid specs of a kind from the platform's schema.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::{collection, prelude::BoxedStrategy};
use serde_json::json;

use crate::api::JsonSchema;
use crate::value::Value;

/// Pairs of equivalent amounts.
const AMOUNTS: &[&str] = &["1Gi", "1024Mi", "10Gi", "500m", "0.5", "2", "2000m"];

/// Any spec.
pub(super) fn specs(schema: &JsonSchema) -> BoxedStrategy<Value> {
    let fields = schema.properties.iter().map(|(name, field)| {
        let known = field_values(field);
        let is_required = schema.required.contains(name) && field.default.is_none();
        let value = if is_required {
            known.prop_map(Some).boxed()
        } else {
            prop_oneof![4 => Just(None), 4 => known.prop_map(Some), 1 => Just(Some(Value::Null))]
                .boxed()
        };
        (Just(name.clone()), value)
    });
    let fields: Vec<_> = fields.collect();
    let given = |fields: Vec<(String, Option<Value>)>| {
        let fields = fields.into_iter();
        Value::map(fields.filter_map(|(name, value)| Some((name, value?))))
    };
    fields.prop_map(given).boxed()
}

/// Any value, and frequently the platform's default.
fn field_values(schema: &JsonSchema) -> BoxedStrategy<Value> {
    match &schema.default {
        Some(default) => {
            prop_oneof![4 => values(schema), 1 => Just(Value::of_json(default))].boxed()
        }
        None => values(schema),
    }
}

fn values(schema: &JsonSchema) -> BoxedStrategy<Value> {
    if !schema.choices.is_empty() {
        let choices: Vec<Value> = schema.choices.iter().map(Value::of_json).collect();
        return select(choices).boxed();
    }
    let numbers = (-3_i64..12).prop_map(Value::from);
    if schema.int_or_string {
        let texts = select(AMOUNTS).prop_map(Value::from);
        return prop_oneof![texts, (0_i64..12).prop_map(Value::from)].boxed();
    }
    let entries = schema.additional_properties.as_deref();
    match (&*schema.kind, entries, &schema.items) {
        ("object", Some(entry), _) => {
            let keys = "[a-z][a-z0-9]{0,3}";
            let entries = collection::btree_map(keys, values(entry), 0..3);
            entries.prop_map(Value::Map).boxed()
        }
        ("object", None, _) if !schema.properties.is_empty() => specs(schema),
        ("array", _, Some(item)) => collection::vec(values(item), 0..3)
            .prop_map(Value::List)
            .boxed(),
        ("string", ..) => "[a-z][a-z0-9.-]{0,6}|".prop_map(Value::from).boxed(),
        ("integer", ..) => numbers.boxed(),
        ("boolean", ..) => any::<bool>().prop_map(Value::from).boxed(),
        _ => {
            let objects = [
                json!({}),
                json!({"a": 1, "b": ["c", {"d": true}]}),
                json!({"a": 0.5}),
            ];
            select(objects.map(|json| Value::of_json(&json)).to_vec()).boxed()
        }
    }
}

/// The spec with some unknown values.
pub(super) fn with_unknowns(mut spec: Value, places: &[Index]) -> Value {
    for place in places {
        let count = parts(&mut spec).len();
        if count > 0 {
            *parts(&mut spec).swap_remove(place.index(count)) = Value::Unknown;
        }
    }
    spec
}

/// All fields, entries and elements without others inside.
fn parts(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Map(entries) => entries.values_mut().flat_map(parts).collect(),
        Value::List(items) => items.iter_mut().flat_map(parts).collect(),
        leaf => vec![leaf],
    }
}
