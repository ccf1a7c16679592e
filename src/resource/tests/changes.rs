//! Changes of objects by other clients.

use serde_json::{Map, Value as Json, json};

use crate::api::JsonSchema;
use crate::schema::{Block, Meaning, Shape};

/// A change of one field.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The top-level attribute that contains it.
    pub(super) attribute: String,
    /// The changed spec.
    pub(super) spec: Map<String, Json>,
    /// Whether the effective value changes.
    pub(super) counts: bool,
}

/// All single changes of fields that the schema has.
pub(super) fn changes(object: &Block, live: &JsonSchema, shown: &Map<String, Json>) -> Vec<Change> {
    let mut changes = Vec::new();
    for attribute in &object.attributes {
        let former = attribute.renamed_from.as_ref().map(|former| former.name);
        for name in [Some(&*attribute.api), former].into_iter().flatten() {
            let Some(json) = shown.get(name) else {
                continue;
            };
            let live = live.properties.get(name);
            for (changed, counts) in of_value(&attribute.shape, live, json) {
                let mut spec = shown.clone();
                spec.insert(name.to_owned(), changed);
                changes.push(Change {
                    attribute: attribute.name.to_string(),
                    spec,
                    counts,
                });
            }
        }
    }
    changes
}

type Changed = Vec<(Json, bool)>;

fn of_value(shape: &Shape, live: Option<&JsonSchema>, json: &Json) -> Changed {
    match (shape, json) {
        (_, Json::Bool(flag)) => vec![(json!(!flag), true)],
        (Shape::Integer { .. }, Json::Number(number)) => {
            vec![(json!(number.as_i64().expect("a small number") + 1), true)]
        }
        (Shape::Text(text), Json::String(content)) if text.synonym(content).is_some() => {
            vec![(json!(text.synonym(content)), false), (json!("x"), true)]
        }
        (Shape::Text(text), _) => of_text(text.meaning, json),
        (Shape::Object(object), Json::Object(fields)) => {
            let none = JsonSchema::default();
            let inner = changes(object, live.unwrap_or(&none), fields);
            let inner = inner.into_iter();
            inner
                .map(|change| (Json::Object(change.spec), change.counts))
                .collect()
        }
        (Shape::Map(shape), Json::Object(entries)) => of_entries(shape, live, entries),
        // A list that is a map on this release is covered by the tests of former shapes.
        (Shape::List(_), Json::Object(_)) => Vec::new(),
        (Shape::List(shape), Json::Array(items)) => of_items(shape, live, items, true),
        (Shape::Set(shape), Json::Array(items)) => of_items(shape, live, items, false),
        _ => panic!("{json} is no {shape:?}"),
    }
}

fn of_text(meaning: Meaning, json: &Json) -> Changed {
    match (meaning, json) {
        (Meaning::Quantity, Json::String(text)) => match text.parse::<i64>() {
            Ok(number) => vec![(json!("12345Mi"), true), (json!(number), false)],
            Err(_) => vec![(json!("12345Mi"), true), (json!(54321), true)],
        },
        (Meaning::Quantity, Json::Number(_)) => vec![(json!("12345Mi"), true)],
        (Meaning::Json, Json::Object(fields)) => {
            let mut more = fields.clone();
            more.insert("zz".to_owned(), json!([1]));
            vec![(Json::Object(more), true)]
        }
        (Meaning::Duration, _) => vec![(json!("77s"), true)],
        (Meaning::IntOrString, Json::Number(number)) => {
            vec![(json!(number.to_string()), false), (json!(4711), true)]
        }
        (_, Json::String(text)) if text.is_empty() => vec![(json!("x"), true)],
        (_, Json::String(text)) => vec![(json!(format!("{text}x")), true), (json!(""), true)],
        _ => panic!("{json} is no text"),
    }
}

fn of_entries(shape: &Shape, live: Option<&JsonSchema>, entries: &Map<String, Json>) -> Changed {
    let mut changed = Vec::new();
    let filled = |key: &str| live.is_some_and(|live| live.properties.contains_key(key));
    for (key, entry) in entries {
        let schema = live.and_then(|live| {
            let property = live.properties.get(key);
            property.or(live.additional_properties.as_deref())
        });
        for (inner, counts) in of_value(shape, schema, entry) {
            let mut entries = entries.clone();
            entries.insert(key.clone(), inner);
            changed.push((Json::Object(entries), counts));
        }
        if !filled(key) {
            let mut fewer = entries.clone();
            fewer.remove(key);
            changed.push((Json::Object(fewer), true));
        }
    }
    let mut more = entries.clone();
    let entry = match shape {
        Shape::Object(_) => json!({}),
        _ => json!("1"),
    };
    more.insert("zz-new".to_owned(), entry);
    changed.push((Json::Object(more), true));
    changed
}

fn of_items(shape: &Shape, live: Option<&JsonSchema>, items: &[Json], ordered: bool) -> Changed {
    let schema = live.and_then(|live| live.items.as_deref());
    let mut changed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for (inner, counts) in of_value(shape, schema, item) {
            let mut items = items.to_vec();
            items[index] = inner;
            // An element of a set may become equal to another one.
            let is_new = ordered || !items[..index].contains(&items[index]);
            if is_new {
                changed.push((Json::Array(items), counts));
            }
        }
    }
    let reversed: Vec<Json> = items.iter().rev().cloned().collect();
    let is_other = ordered && reversed != items;
    changed.push((Json::Array(reversed), is_other));
    if let Some(first) = items.first() {
        let mut twice = items.to_vec();
        twice.push(first.clone());
        changed.push((Json::Array(twice), ordered));
        changed.push((json!([]), true));
    }
    changed
}

/// The JSON pointers of all fields and elements.
pub(super) fn changes_of(json: &Json) -> Vec<String> {
    let mut places = Vec::new();
    let mut inside = |step: &str, json: &Json| {
        let step = format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        let within = changes_of(json).into_iter();
        places.push(step.clone());
        places.extend(within.map(|rest| format!("{step}{rest}")));
    };
    match json {
        Json::Object(fields) => fields.iter().for_each(|(name, json)| inside(name, json)),
        Json::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, json)| inside(&index.to_string(), json));
        }
        _ => {}
    }
    places
}
