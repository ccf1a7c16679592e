use std::collections::BTreeMap;

use crate::api::JsonSchema;
use crate::resource::spec::decode::filled_entry;
use crate::resource::spec::names::{entry as entry_of, field_of};
use crate::schema::{AttributeRole, Block, Shape, same};
use crate::value::Value;

/// The configuration, with the state's spelling of equivalent values. `live` is the schema of the fields.
pub(crate) fn merged_object(
    object: &Block,
    config: &Value,
    prior: &Value,
    live: Option<&JsonSchema>,
) -> Value {
    Value::map(object.attributes.iter().map(|attribute| {
        let (config, prior) = (
            config.attribute(&attribute.name),
            prior.attribute(&attribute.name),
        );
        let merged = match attribute.role {
            AttributeRole::WriteOnly => Value::Null,
            _ => merged(&attribute.shape, config, prior, field_of(attribute, live)),
        };
        (attribute.name.clone(), merged)
    }))
}

fn merged(shape: &Shape, config: &Value, prior: &Value, live: Option<&JsonSchema>) -> Value {
    match (shape, config) {
        (_, Value::Null | Value::Unknown) => config.clone(),
        (Shape::Object(object), Value::Map(_)) => merged_object(object, config, prior, live),
        (Shape::Map(element), Value::Map(entries)) if matches!(**element, Shape::Object(_)) => {
            Value::map(entries.iter().map(|(key, entry)| {
                let live = entry_of(live, key);
                let merged = merged(element, entry, prior.attribute(key), live);
                (key.clone(), merged)
            }))
        }
        (Shape::List(element), Value::List(items)) if matches!(**element, Shape::Object(_)) => {
            let before = prior.as_elements().unwrap_or_default();
            let live = live.and_then(|live| live.items.as_deref());
            let items = items.iter().enumerate();
            let items = items.map(|(index, item)| {
                let before = before.get(index).unwrap_or(&Value::Null);
                merged(element, item, before, live)
            });
            Value::List(items.collect())
        }
        // An import omits entries that the platform adds, because they may not be configured.
        (Shape::Map(element), Value::Map(entries))
            if adds_defaults(element, entries, prior, live) =>
        {
            prior.clone()
        }
        // Terraform compares a list, set or map of primitive values, and a dynamic value, as a whole. If it has an unknown
        // element, it must equal the configuration: when the element becomes known, the spelling of the others must not
        // change.
        (Shape::List(_) | Shape::Set(_) | Shape::Map(_) | Shape::Dynamic, _) => config.clone(),
        _ if same(shape, config, prior) => prior.clone(),
        _ => config.clone(),
    }
}

/// Whether a map of primitive values differs from the state's only by entries that the platform adds with the same
/// value.
fn adds_defaults(
    element: &Shape,
    entries: &BTreeMap<String, Value>,
    prior: &Value,
    live: Option<&JsonSchema>,
) -> bool {
    let Some(before) = prior.as_map().filter(|before| !before.is_empty()) else {
        return false;
    };
    before.keys().all(|key| entries.contains_key(key))
        && before.len() < entries.len()
        && entries.iter().all(|(key, entry)| match before.get(key) {
            Some(before) => before == entry,
            None => {
                filled_entry(element, key, live).is_some_and(|filled| same(element, entry, &filled))
            }
        })
}
