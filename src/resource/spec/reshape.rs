//! Fields that were a map in one release of the platform and are a list of named objects in another, or the reverse.
//! Reads convert to the current shape, requests to that of the platform.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::names::{Live, field_name};
use crate::api::JsonSchema;
use crate::schema::{Attribute, Block, FormerShape, FormerSpec, Shape};
use crate::value::Value;

/// Whether an attribute, at any depth, had another shape.
pub(crate) fn has_former_shapes(block: &Block) -> bool {
    block.former_spec.is_some()
        || block.fields().any(|attribute| {
            attribute.former_shape.is_some()
                || attribute.shape.nested().is_some_and(has_former_shapes)
        })
}

/// The marker in the private data of a plan for a field that the platform has in its former shape. It is not a valid
/// field name.
pub(crate) fn former_shape_note(attribute: &Attribute) -> String {
    format!("{}: former shape", attribute.api)
}

/// Whether the platform's schema of a field has the former shape.
pub(crate) fn is_former_schema(former: FormerShape, schema: Live<'_>) -> bool {
    let kind = schema.map_or("", |schema| &schema.kind);
    match former {
        FormerShape::Map { .. } => kind == "object",
        FormerShape::List { .. } => kind == "array",
    }
}

/// Whether a stored value has the former shape.
pub(crate) fn is_former_json(former: FormerShape, json: &Json) -> bool {
    match former {
        FormerShape::Map { .. } => json.is_object(),
        FormerShape::List { .. } => json.is_array(),
    }
}

/// Converts a value to the current shape. A value in neither shape is returned unchanged.
pub(crate) fn to_today<'a>(attribute: &Attribute, json: &'a Json, like: &Value) -> Cow<'a, Json> {
    let converted = match (attribute.former_shape, json) {
        (Some(FormerShape::Map { key }), Json::Object(entries)) => {
            items(entries, key).map(|items| ordered(items, key, &names(attribute, key, like)))
        }
        (Some(FormerShape::List { key }), Json::Array(items)) => entries(items, key),
        _ => None,
    };
    converted.map_or(Cow::Borrowed(json), Cow::Owned)
}

/// Converts a value to the platform's former shape. List items keep the order of the stored list.
pub(crate) fn to_former(former: FormerShape, json: Json, stored: Option<&Json>) -> Json {
    let converted = match (former, &json) {
        (FormerShape::Map { key }, Json::Array(items)) => entries(items, key),
        (FormerShape::List { key }, Json::Object(fields)) => {
            let stored = stored.and_then(Json::as_array).into_iter().flatten();
            let order: Vec<&str> = stored.filter_map(|item| item.get(key)?.as_str()).collect();
            items(fields, key).map(|items| ordered(items, key, &order))
        }
        _ => None,
    };
    converted.unwrap_or(json)
}

/// Converts the entries of a map to list items with their keys. None if an entry is not an object.
fn items(entries: &Map<String, Json>, key: &str) -> Option<Vec<Json>> {
    let items = entries.iter().map(|(name, entry)| {
        let mut item = entry.as_object()?.clone();
        item.insert(key.to_owned(), name.as_str().into());
        Some(Json::Object(item))
    });
    items.collect()
}

/// Converts list items to the entries of a map. None if an item has no key, or a duplicate one.
fn entries(items: &[Json], key: &str) -> Option<Json> {
    let mut entries = Map::new();
    for item in items {
        let mut entry = item.as_object()?.clone();
        let Some(Json::String(name)) = entry.remove(key) else {
            return None;
        };
        if entries.insert(name, Json::Object(entry)).is_some() {
            return None;
        }
    }
    Some(Json::Object(entries))
}

/// Sorts items by this order of their keys, others last.
fn ordered(mut items: Vec<Json>, key: &str, order: &[&str]) -> Json {
    items.sort_by_key(|item| {
        let name = item.get(key).and_then(Json::as_str);
        order
            .iter()
            .position(|other| Some(*other) == name)
            .unwrap_or(order.len())
    });
    Json::Array(items)
}

/// The keys of list items.
fn names<'a>(attribute: &Attribute, key: &str, list: &'a Value) -> Vec<&'a str> {
    let Some(name) = key_attribute(attribute, key) else {
        return Vec::new();
    };
    let items = list.as_elements().into_iter().flatten();
    items
        .filter_map(|item| item.attribute(&name.name).as_str())
        .collect()
}

fn key_attribute<'a>(attribute: &'a Attribute, key: &str) -> Option<&'a Attribute> {
    let block = attribute.shape.nested()?;
    block.attributes.iter().find(|inner| inner.api == key)
}

/// The list items of the state, each at the position of the item with the same key in `json`.
pub(crate) fn aligned_prior(attribute: &Attribute, prior: &Value, json: &Json) -> Option<Value> {
    let Some(FormerShape::Map { key }) = attribute.former_shape else {
        return None;
    };
    let name = key_attribute(attribute, key)?;
    let before = prior.as_elements()?;
    let items = json.as_array()?.iter().map(|item| {
        let key = item.get(key).and_then(Json::as_str);
        let mut before = before.iter();
        before
            .find(|before| key.is_some() && before.attribute(&name.name).as_str() == key)
            .cloned()
            .unwrap_or_default()
    });
    Some(Value::List(items.collect()))
}

/// The stored list items, each at the position of the planned item with the same key.
pub(crate) fn aligned_stored(attribute: &Attribute, stored: Json, planned: &Value) -> Json {
    let Some(FormerShape::Map { key }) = attribute.former_shape else {
        return stored;
    };
    let (Some(name), Some(planned)) = (key_attribute(attribute, key), planned.as_elements()) else {
        return stored;
    };
    let Json::Array(items) = stored else {
        return stored;
    };
    let mut by_key: BTreeMap<String, Json> = items
        .into_iter()
        .filter_map(|item| Some((item.get(key)?.as_str()?.to_owned(), item)))
        .collect();
    let aligned = planned.iter().map(|item| {
        let key = item.attribute(&name.name).as_str();
        key.and_then(|key| by_key.remove(key)).unwrap_or(Json::Null)
    });
    Json::Array(aligned.collect())
}

/// The platform's schema, converted to the current shape of each field. The `kind` of a field still states the
/// platform's shape.
pub(crate) fn with_today_shapes<'a>(block: &Block, live: &'a JsonSchema) -> Cow<'a, JsonSchema> {
    if !has_former_shapes(block) {
        return Cow::Borrowed(live);
    }
    let mut schema = live.clone();
    reshape(block, &mut schema);
    Cow::Owned(schema)
}

/// Whether the platform's schema has the former form of a spec.
pub(crate) fn is_former_spec(former: FormerSpec, live: &JsonSchema) -> bool {
    !live.properties.is_empty() && !live.properties.contains_key(former.lacks)
}

/// The marker in the private data of a plan for a spec that the platform has in its former form. It is not a valid
/// field name.
pub(crate) const FORMER_SPEC_NOTE: &str = "former spec";

/// Converts a stored spec to the current form. Its form is found by the platform's schema, otherwise by the stored
/// spec.
pub(crate) fn spec_of_today<'a>(
    block: &Block,
    stored: &'a Map<String, Json>,
    live: Option<&JsonSchema>,
) -> Cow<'a, Map<String, Json>> {
    let former = block.former_spec.filter(|former| match live {
        Some(live) => is_former_spec(*former, live),
        None => (former.is_former)(stored),
    });
    match former {
        Some(former) => {
            let mut stored = stored.clone();
            (former.to_today)(&mut stored);
            Cow::Owned(stored)
        }
        None => Cow::Borrowed(stored),
    }
}

fn reshape(block: &Block, schema: &mut JsonSchema) {
    if let Some(former) = block.former_spec
        && is_former_spec(former, schema)
    {
        let today: JsonSchema = serde_json::from_str(former.schema).unwrap_or_default();
        schema.properties.extend(today.properties);
    }
    for attribute in block.fields() {
        let name = field_name(attribute, Some(schema), None).name;
        let Some(field) = schema.properties.get_mut(name) else {
            continue;
        };
        match attribute.former_shape {
            Some(FormerShape::Map { key }) if field.items.is_none() => {
                field.items = field.additional_properties.clone().map(|mut item| {
                    item.properties.entry(key.to_owned()).or_default().kind = "string".to_owned();
                    item.required.push(key.to_owned());
                    item
                });
            }
            Some(FormerShape::List { key }) if field.additional_properties.is_none() => {
                field.additional_properties = field.items.clone().map(|mut entry| {
                    entry.properties.remove(key);
                    entry.required.retain(|required| required != key);
                    entry
                });
            }
            _ => {}
        }
        let Some(nested) = attribute.shape.nested() else {
            continue;
        };
        match &attribute.shape {
            Shape::Map(_) => {
                if let Some(entry) = &mut field.additional_properties {
                    reshape(nested, entry);
                }
            }
            Shape::List(_) | Shape::Set(_) => {
                if let Some(item) = &mut field.items {
                    reshape(nested, item);
                }
            }
            _ => reshape(nested, field),
        }
    }
}
