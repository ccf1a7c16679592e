use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::names::{FieldName, Live, Target, element, entry, field, field_name, known_synonym};
use super::reshape::{
    FORMER_SPEC_NOTE, aligned_stored, former_shape_note, is_former_json, is_former_schema,
    is_former_spec, spec_of_today, to_former, to_today, with_today_shapes,
};
use crate::schema::{Attribute, AttributeRole, Block, Meaning, Shape, Text, written_afresh};
use crate::value::Value;

/// Merges the attributes into the stored spec: non-null attributes are set, null ones are removed, and fields that the
/// schema does not have are kept. `values` is wholly known. Comparing it with `prior` shows which write-only secrets to
/// write again; the others keep their stored value.
pub(crate) fn encode(
    object: &Block,
    values: &Value,
    prior: &Value,
    stored: Map<String, Json>,
    live: Option<&crate::api::JsonSchema>,
) -> Map<String, Json> {
    let target = Target {
        live,
        renamed: None,
    };
    encode_in(target, object, values, prior, stored).0
}

/// The same, for a request.
///
/// # Errors
/// Set attributes whose name or shape on this platform is not known. Under another name they would be stored and
/// ignored.
pub(crate) fn encode_for(
    target: Target<'_>,
    object: &Block,
    values: &Value,
    prior: &Value,
    stored: Map<String, Json>,
) -> Result<Map<String, Json>, Vec<String>> {
    let (spec, mut unnamed) = encode_in(target, object, values, prior, stored);
    if unnamed.is_empty() {
        Ok(spec)
    } else {
        unnamed.dedup();
        Err(unnamed)
    }
}

/// The spec, and the set attributes whose name or shape on this platform is not known.
fn encode_in(
    target: Target<'_>,
    object: &Block,
    values: &Value,
    prior: &Value,
    stored: Map<String, Json>,
) -> (Map<String, Json>, Vec<String>) {
    let live = target.live.map(|live| with_today_shapes(object, live));
    let is_former = has_former_spec(object, target, &stored);
    let stored = spec_of_today(object, &stored, target.live).into_owned();
    let mut encoder = Encoder::to(target);
    let mut spec = encoder.fields(
        object,
        [values, prior],
        stored,
        live.as_deref(),
        object.is_entry,
    );
    match (object.former_spec, is_former) {
        (Some(former), Some(true)) => (former.to_former)(&mut spec),
        (Some(former), None) if spec.contains_key(former.lacks) => {
            encoder.unnamed.push(former.lacks.to_owned());
        }
        _ => {}
    }
    (spec, encoder.unnamed)
}

/// Whether the platform has the former form of the spec, by its schema, otherwise by the plan, otherwise by the stored
/// spec. None if it is not known.
fn has_former_spec(object: &Block, target: Target<'_>, stored: &Map<String, Json>) -> Option<bool> {
    let Some(former) = object.former_spec else {
        return Some(false);
    };
    match (target.live, target.renamed) {
        (Some(live), _) => Some(is_former_spec(former, live)),
        (None, Some(renamed)) => Some(renamed.contains(FORMER_SPEC_NOTE)),
        (None, None) if (former.is_former)(stored) => Some(true),
        (None, None) => stored.contains_key(former.lacks).then_some(false),
    }
}

/// The new value and the prior one.
type Values<'a> = [&'a Value; 2];

fn inner<'a>(values: Values<'a>, name: &str) -> Values<'a> {
    values.map(|values| values.attribute(name))
}

struct Encoder<'a> {
    renamed: Option<&'a BTreeSet<String>>,
    /// Set attributes whose name or shape on the platform is not known.
    unnamed: Vec<String>,
}

impl Encoder<'_> {
    fn to(target: Target<'_>) -> Encoder<'_> {
        Encoder {
            renamed: target.renamed,
            unnamed: Vec::new(),
        }
    }

    fn fields(
        &mut self,
        object: &Block,
        values: Values<'_>,
        mut stored: Map<String, Json>,
        live: Live<'_>,
        inside_entry: bool,
    ) -> Map<String, Json> {
        for attribute in object.fields() {
            let target = self.name(attribute, live, &stored);
            for other in [
                Some(&*attribute.api),
                attribute.renamed_from.as_ref().map(|former| former.name),
            ] {
                if let Some(other) = other.filter(|other| *other != target.name) {
                    stored.remove(other);
                }
            }
            let schema = field(live, target.name);
            let is_told = live.is_some() || self.renamed.is_some() || {
                let renamed_from = attribute.renamed_from.as_ref();
                renamed_from.is_none_or(|former| {
                    [&*attribute.api, former.name]
                        .iter()
                        .any(|name| stored.contains_key(*name))
                })
            };
            let found = stored.remove(target.name);
            let shape = &attribute.shape;
            let is_former = self.has_former_shape(attribute, live, schema, found.as_ref());
            let mut after = match given(attribute, values) {
                Given::Value([Value::Null, _]) => {
                    self.absent(shape, found.clone(), schema, inside_entry)
                }
                Given::Value(value) => {
                    let before = found.as_ref().map(|json| {
                        let today = to_today(attribute, json, &Value::Null).into_owned();
                        aligned_stored(attribute, today, value[0])
                    });
                    Some(self.encoded(shape, value, before, schema, inside_entry))
                }
                Given::AsStored => found.clone(),
            };
            if let (Some(json), Some(former)) = (&after, target.former) {
                let said = former.values.iter().find(|(ours, _)| ours == json);
                after = Some(said.map_or_else(|| json.clone(), |(_, theirs)| theirs.clone()));
            }
            if after.is_none() && inside_entry {
                after = needed(attribute, target.name, live, schema);
            }
            if let Some(json) = after {
                if !is_told || is_former.is_none() {
                    self.unnamed.push(attribute.name.to_string());
                }
                let json = match attribute.former_shape {
                    Some(former) if is_former == Some(true) => {
                        to_former(former, json, found.as_ref())
                    }
                    _ => json,
                };
                stored.insert(target.name.to_owned(), json);
            }
        }
        stored
    }

    /// The name in the platform's schema, otherwise that of the plan, otherwise that in the stored spec.
    fn name<'a>(
        &self,
        attribute: &'a Attribute,
        live: Live<'_>,
        stored: &Map<String, Json>,
    ) -> FieldName<'a> {
        match (live, self.renamed, &attribute.renamed_from) {
            (None, Some(renamed), Some(former)) => {
                let is_renamed = renamed.contains(&*attribute.api);
                FieldName {
                    name: if is_renamed {
                        former.name
                    } else {
                        &attribute.api
                    },
                    former: is_renamed.then_some(former),
                }
            }
            _ => field_name(attribute, live, Some(stored)),
        }
    }

    /// Whether the platform has the former shape of a field, by its schema, otherwise by the plan, otherwise by the
    /// stored spec. None if it is not known.
    fn has_former_shape(
        &self,
        attribute: &Attribute,
        live: Live<'_>,
        schema: Live<'_>,
        stored: Option<&Json>,
    ) -> Option<bool> {
        let Some(former) = attribute.former_shape else {
            return Some(false);
        };
        match (live, self.renamed) {
            (Some(_), _) => Some(is_former_schema(former, schema)),
            (None, Some(renamed)) => Some(renamed.contains(&former_shape_note(attribute))),
            (None, None) => stored.map(|json| is_former_json(former, json)),
        }
    }

    /// If an object is null, its fields that the schema does not have are kept.
    fn absent(
        &mut self,
        shape: &Shape,
        before: Option<Json>,
        live: Live<'_>,
        inside_entry: bool,
    ) -> Option<Json> {
        let (Shape::Object(object), Some(Json::Object(stored))) = (shape, before) else {
            return None;
        };
        let left = self.fields(object, [&Value::Null; 2], stored, live, inside_entry);
        (!left.is_empty()).then_some(Json::Object(left))
    }

    fn encoded(
        &mut self,
        shape: &Shape,
        values: Values<'_>,
        before: Option<Json>,
        live: Live<'_>,
        inside_entry: bool,
    ) -> Json {
        let [value, prior] = values;
        match (shape, value) {
            (Shape::Object(object), Value::Map(_)) => {
                let stored = match before {
                    Some(Json::Object(stored)) => stored,
                    _ => Map::new(),
                };
                Json::Object(self.fields(object, values, stored, live, inside_entry))
            }
            (Shape::Map(shape), Value::Map(entries)) => {
                let mut stored = match before {
                    Some(Json::Object(stored)) => stored,
                    _ => Map::new(),
                };
                self.entries_of(shape, entries, prior, &mut stored, live)
            }
            (Shape::List(shape), Value::List(elements)) => {
                let mut stored = match before {
                    Some(Json::Array(stored)) => stored,
                    _ => Vec::new(),
                };
                stored.resize(elements.len(), Json::Null);
                let kept = |index: usize| same_item(shape, &elements[index], &stored[index]);
                let priors = prior.as_elements().unwrap_or_default();
                elements
                    .iter()
                    .enumerate()
                    .map(|(index, value)| {
                        let before = kept(index).then(|| stored[index].clone());
                        let prior = priors.get(index).unwrap_or(&Value::Null);
                        self.encoded(shape, [value, prior], before, element(live), true)
                    })
                    .collect()
            }
            (Shape::Set(shape), Value::Set(elements)) => elements
                .iter()
                .map(|value| self.encoded(shape, [value, &Value::Null], None, element(live), true))
                .collect(),
            (Shape::Text(text), Value::String(content)) => match before {
                // Equivalent values are not written.
                Some(Json::String(stored)) if text.synonym(content) == Some(&stored) => {
                    Json::String(stored)
                }
                _ => text_of(text, content, live),
            },
            (Shape::Dynamic, value) => value.to_json(),
            (_, Value::Bool(flag)) => Json::Bool(*flag),
            (_, Value::Number(number)) => {
                serde_json::from_str(&number.to_string()).unwrap_or(Json::Null)
            }
            _ => Json::Null,
        }
    }

    fn entries_of(
        &mut self,
        shape: &Shape,
        entries: &BTreeMap<String, Value>,
        prior: &Value,
        stored: &mut Map<String, Json>,
        live: Live<'_>,
    ) -> Json {
        let encoded = entries.iter().map(|(key, value)| {
            (
                key.clone(),
                self.encoded(
                    shape,
                    [value, prior.attribute(key)],
                    stored.remove(key),
                    entry(live, key),
                    true,
                ),
            )
        });
        Json::Object(encoded.collect())
    }
}

/// What to do with a field.
enum Given<'a> {
    /// Set it to this value; the second one is the prior value.
    Value(Values<'a>),
    /// Keep it: a write-only secret whose version did not change, or what the platform may set.
    AsStored,
}

fn given<'a>(attribute: &Attribute, values: Values<'a>) -> Given<'a> {
    let value = inner(values, &attribute.name);
    let AttributeRole::Secret {
        write_only,
        version,
    } = attribute.role
    else {
        if attribute.set_by_platform && value.iter().all(|value| value.is_null()) {
            return Given::AsStored;
        }
        return Given::Value(value);
    };
    let [now, before] = values;
    if !value[0].is_null() || now.attribute(version).is_null() {
        Given::Value(value)
    } else if written_afresh(attribute, now, before) {
        Given::Value([now.attribute(write_only), &Value::Null])
    } else {
        Given::AsStored
    }
}

/// The required fields of map entries and list elements, in which the platform sets no defaults at install: by the
/// platform's schema, otherwise by the declaration.
fn needed(attribute: &Attribute, name: &str, live: Live<'_>, schema: Live<'_>) -> Option<Json> {
    let is_required =
        live.is_some_and(|live| live.required.iter().any(|required| required == name));
    let is_known = live.is_none() || schema.is_some();
    let is_needed = is_required || attribute.always_send && is_known;
    if !is_needed {
        return None;
    }
    let theirs = schema.and_then(crate::api::JsonSchema::shown_default);
    let empty = schema
        .is_some_and(|schema| schema.kind == "object")
        .then(|| Json::Object(Map::new()));
    theirs.or_else(|| attribute.default.clone()).or(empty)
}

/// Whether the element at the same position is the same one, by its required fields, such as a disk's name. Only then
/// are fields kept that the schema does not have. In a reordered list it is another element.
fn same_item(shape: &Shape, value: &Value, stored: &Json) -> bool {
    let Shape::Object(object) = shape else {
        return false;
    };
    object
        .attributes
        .iter()
        .filter(|a| a.usage == crate::schema::Usage::Required)
        .all(|attribute| {
            let ours = value.attribute(&attribute.name).as_str();
            ours.is_some() && ours == stored.get(&*attribute.api).and_then(Json::as_str)
        })
}

fn text_of(text: &Text, content: &str, live: Live<'_>) -> Json {
    let parsed = || serde_json::from_str::<Json>(content).ok();
    match text.meaning {
        Meaning::Json => parsed().unwrap_or(Json::Null),
        // An integer is sent as a number if the platform accepts both: release 0.41 accepts `max_connections` only as
        // an integer.
        Meaning::IntOrString if live.is_none_or(|schema| schema.kind != "string") => parsed()
            .filter(|json| json.as_i64().is_some_and(|number| is_kept(number, content)))
            .unwrap_or_else(|| Json::String(content.to_owned())),
        _ => Json::String(
            known_synonym(text, content, live)
                .unwrap_or(content)
                .to_owned(),
        ),
    }
}

/// Whether an integer is returned unchanged: the platform stores it as a 64-bit float.
fn is_kept(number: i64, content: &str) -> bool {
    number.unsigned_abs() <= 1 << 53 && number.to_string() == content
}
