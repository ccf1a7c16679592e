use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::names::{Live, default_of, element, entry, field, field_name, is_ignored};
use super::reshape::{aligned_prior, spec_of_today, to_today, with_today_shapes};
use crate::api::JsonSchema;
use crate::schema::{
    Attribute, AttributeRole, Block, Diagnostics, Meaning, Shape, Usage, is_empty, same,
};
use crate::value::{Path, Value};

/// How to treat values that equal the platform's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For a resource: null if the state has null.
    Drift,
    /// For a data source: included.
    Effective,
    /// For the configuration of another provider: included, because they were configured. Empty values without effect
    /// are null.
    Configured,
    /// For the state of another provider that includes defaults: null if they equal the declared default.
    Recorded,
}

/// The inputs of a read.
struct Reader<'a> {
    mode: Mode,
    diagnostics: &'a mut Diagnostics,
    /// A default that is neither declared nor available from the platform.
    in_doubt: bool,
}

/// The result of a read.
pub(crate) struct Decoded {
    /// The attributes of the spec.
    pub(crate) value: Value,
    /// Whether there is a value that the state does not have and that is not a declared default. Only the platform's
    /// schema shows whether it is a default: read again with it.
    pub(crate) in_doubt: bool,
}

/// Decodes the attributes of a spec from the API's response. Values that are equivalent to those in the state keep the
/// state's spelling.
pub(crate) fn decode(
    object: &Block,
    shown: &Map<String, Json>,
    prior: &Value,
    live: Option<&JsonSchema>,
    mode: Mode,
    diagnostics: &mut Diagnostics,
) -> Decoded {
    let mut reader = Reader {
        mode,
        diagnostics,
        in_doubt: false,
    };
    let shown = &*spec_of_today(object, shown, live);
    let live = live.map(|live| with_today_shapes(object, live));
    let value = reader.object(object, Some(shown), prior, live.as_deref(), &Path::root());
    Decoded {
        value,
        in_doubt: reader.in_doubt,
    }
}

/// Leaves out what the platform may set and the state does not have: it is not drift.
pub(crate) fn leave_to_platform(object: &Block, prior: &Value, read: &mut Value) {
    let left = object.fields().filter(|attribute| {
        attribute.set_by_platform && prior.attribute(&attribute.name).is_null()
    });
    left.for_each(|attribute| read.set_attribute(&attribute.name, Value::Null));
}

impl Reader<'_> {
    fn object(
        &mut self,
        object: &Block,
        shown: Option<&Map<String, Json>>,
        prior: &Value,
        live: Live<'_>,
        path: &Path,
    ) -> Value {
        let mut value = Value::map(object.fields().map(|attribute| {
            let path = path.attribute(&attribute.name);
            let before = prior.attribute(&attribute.name);
            let value = if is_written_only(attribute, prior) {
                Value::Null
            } else {
                self.attribute(attribute, shown, before, live, &path)
            };
            (attribute.name.clone(), value)
        }));
        object
            .fields()
            .for_each(|secret| keep_version(secret, prior, &mut value));
        for attribute in &object.attributes {
            if matches!(attribute.role, AttributeRole::Renamed { .. }) {
                value.set_attribute(&attribute.name, Value::Null);
            }
        }
        if self.mode == Mode::Drift {
            object
                .fields()
                .for_each(|alias| leave_out_alias(alias, prior, &mut value));
        }
        value
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        shown: Option<&Map<String, Json>>,
        prior: &Value,
        live: Live<'_>,
        path: &Path,
    ) -> Value {
        let source = field_name(attribute, live, shown);
        // Fields that this platform ignores cannot drift. If the platform had them before an upgrade, they stay in the
        // state, as in the configuration. Other fields cannot be configured, so a plan could only remove them.
        if self.mode == Mode::Drift && is_ignored(live, source.name) {
            let was_known = attribute.until.is_some();
            return if was_known {
                prior.clone()
            } else {
                Value::Null
            };
        }
        let schema = field(live, source.name);
        let Some(json) = shown
            .and_then(|fields| fields.get(source.name))
            .filter(|json| !json.is_null())
        else {
            return self.nothing(&attribute.shape, prior, schema, path);
        };
        let json = &*to_today(attribute, json, prior);
        let is_new = prior.is_null() && self.mode != Mode::Effective;
        if is_new && self.is_left_out(attribute, json, live, schema) {
            return Value::Null;
        }
        let today = source.former.and_then(|former| {
            former
                .values
                .iter()
                .find(|(_, theirs)| theirs == json)
                .map(|(ours, _)| ours)
        });
        let aligned = aligned_prior(attribute, prior, json);
        let prior = aligned.as_ref().unwrap_or(prior);
        let value = self.value(&attribute.shape, today.unwrap_or(json), prior, schema, path);
        // An object that equals its defaults is treated as unset.
        let is_nothing = |value: &Value| {
            value
                .as_map()
                .is_some_and(|map| map.values().all(Value::is_null))
        };
        let is_object = matches!(attribute.shape, Shape::Object(_)) && !is_marker(&attribute.shape);
        if is_new && is_object && is_nothing(&value) {
            return Value::Null;
        }
        value
    }

    /// Whether a value that the state does not have is what the platform returns for an unset field.
    fn is_left_out(
        &mut self,
        attribute: &Attribute,
        json: &Json,
        live: Live<'_>,
        schema: Live<'_>,
    ) -> bool {
        if attribute.usage == Usage::Required {
            return false;
        }
        let default = default_of(attribute, live)
            .map(|default| to_today(attribute, &default, &Value::Null).into_owned());
        // An empty value equals an unset one, unless the platform has a default for an unset field, or the object has
        // no attributes (`upload = {}`).
        let is_nothing = is_empty(json) && default.as_ref().is_none_or(is_empty);
        if is_nothing && !is_marker(&attribute.shape) {
            return true;
        }
        if self.mode == Mode::Configured {
            return false;
        }
        let is_default =
            |default: &Json| default == json || means_same(&attribute.shape, json, default, schema);
        if default.as_ref().is_some_and(is_default) {
            return true;
        }
        if self.mode == Mode::Recorded {
            return false;
        }
        // Another release may have another default. For an object, each field is compared.
        let is_doubtful = live.is_none() && !matches!(attribute.shape, Shape::Object(_));
        self.in_doubt |= is_doubtful;
        is_doubtful && default.is_some()
    }

    /// The API returns no value. An object in the state stays an object, so that the plan shows its missing fields.
    fn nothing(&mut self, shape: &Shape, prior: &Value, live: Live<'_>, path: &Path) -> Value {
        match (shape, prior) {
            (Shape::Object(object), Value::Map(_)) => self.object(object, None, prior, live, path),
            _ => Value::Null,
        }
    }

    fn value(
        &mut self,
        shape: &Shape,
        json: &Json,
        prior: &Value,
        live: Live<'_>,
        path: &Path,
    ) -> Value {
        let read = match (shape, json) {
            (Shape::Object(object), Json::Object(fields)) => {
                return self.object(object, Some(fields), prior, live, path);
            }
            (Shape::Map(shape), Json::Object(entries)) => {
                return self.map(shape, entries, prior, live, path);
            }
            (Shape::List(shape), Json::Array(elements)) => {
                let before = prior.as_elements().unwrap_or_default();
                let read = elements.iter().enumerate().map(|(index, json)| {
                    let prior = before.get(index).unwrap_or(&Value::Null);
                    self.value(shape, json, prior, element(live), &path.index(index))
                });
                let read: Vec<Value> = read.collect();
                // A configuration cannot contain null elements.
                if read.iter().any(Value::is_null) {
                    return Value::Null;
                }
                Value::List(read)
            }
            (Shape::Set(shape), Json::Array(elements)) => {
                let read = elements
                    .iter()
                    .map(|json| self.value(shape, json, &Value::Null, element(live), path));
                let read: Vec<Value> = read.collect();
                if read.iter().any(Value::is_null) {
                    return Value::Null;
                }
                Value::set(read)
            }
            (Shape::Bool, Json::Bool(flag)) => Value::Bool(*flag),
            (Shape::Integer { .. }, Json::Number(number)) => match number.to_string().parse() {
                Ok(number) => Value::Number(number),
                Err(_) => return self.unreadable(path),
            },
            (Shape::Dynamic, json) => Value::of_json(json).into_dynamic(),
            (Shape::Text(text), json) => match text_of(text.meaning, json) {
                Some(text) => Value::String(text),
                None => return self.unreadable(path),
            },
            _ => return self.unreadable(path),
        };
        if same(shape, &read, prior) {
            prior.clone()
        } else {
            read
        }
    }

    fn map(
        &mut self,
        shape: &Shape,
        entries: &Map<String, Json>,
        prior: &Value,
        live: Live<'_>,
        path: &Path,
    ) -> Value {
        let mut read = BTreeMap::new();
        for (key, json) in entries {
            let before = prior.attribute(key);
            // In release 0.41, the default of a map contains single entries.
            let default = live.and_then(|schema| schema.properties.get(key)?.shown_default());
            let is_default = |default: &Json| {
                default == json || means_same(shape, json, default, entry(live, key))
            };
            let is_new = self.mode == Mode::Drift && before.is_null();
            if json.is_null() || is_new && default.as_ref().is_some_and(is_default) {
                continue;
            }
            self.in_doubt |= is_new && live.is_none();
            read.insert(
                key.clone(),
                self.value(shape, json, before, entry(live, key), &path.key(key)),
            );
        }
        Value::Map(read)
    }

    /// The platform stores any value. A value that is invalid for this attribute is read as null, so that the next
    /// apply replaces it with the configured value.
    fn unreadable(&mut self, path: &Path) -> Value {
        let next = match self.mode {
            Mode::Drift => "; the next apply replaces it by the configured value or removes it",
            _ => "",
        };
        self.diagnostics.warn_at(
            path,
            "Unreadable Value on the Platform",
            format!(
                "The platform holds a value of another type at `{path}`, written by someone else. It is \
                 shown as null{next}."
            ),
        );
        Value::Null
    }
}

/// Whether a secret was set with its write-only attribute, so that it is omitted from the state.
fn is_written_only(attribute: &Attribute, prior: &Value) -> bool {
    matches!(attribute.role, AttributeRole::Secret { version, .. }
        if !prior.attribute(version).is_null() && prior.attribute(&attribute.name).is_null())
}

/// The sibling attributes of a secret are not stored on the platform: the version is that of the state.
fn keep_version(attribute: &Attribute, prior: &Value, value: &mut Value) {
    if let AttributeRole::Secret {
        write_only,
        version,
    } = attribute.role
    {
        value.set_attribute(write_only, Value::Null);
        value.set_attribute(version, prior.attribute(version).clone());
    }
}

/// Selects one of two attributes with the same meaning, if an upgrade of the platform has set the other: the one in the
/// state, otherwise the current one.
fn leave_out_alias(attribute: &Attribute, prior: &Value, value: &mut Value) {
    let Some(main) = attribute.alias_of else {
        return;
    };
    let (ours, theirs) = (value.attribute(&attribute.name), value.attribute(main));
    if ours.is_null() || !same(&attribute.shape, ours, theirs) {
        return;
    }
    if prior.attribute(&attribute.name).is_null() {
        value.set_attribute(&attribute.name, Value::Null);
    } else if prior.attribute(main).is_null() {
        value.set_attribute(main, Value::Null);
    }
}

/// The entry that the platform adds to an unset map.
pub(crate) fn filled_entry(shape: &Shape, key: &str, live: Option<&JsonSchema>) -> Option<Value> {
    let default = live?.properties.get(key)?.shown_default()?;
    Some(plain(shape, &default, entry(live, key))).filter(|value| !value.is_null())
}

fn text_of(meaning: Meaning, json: &Json) -> Option<String> {
    match (meaning, json) {
        (Meaning::Json, Json::Object(_)) => Some(json.to_string()),
        (Meaning::Json, _) => None,
        (_, Json::String(text)) => Some(text.clone()),
        (Meaning::Quantity | Meaning::IntOrString, Json::Number(number)) => {
            Some(number.to_string())
        }
        _ => None,
    }
}

/// Whether the value is the default in another spelling: `1Gi` for `1024Mi`, 100 for "100".
fn means_same(shape: &Shape, json: &Json, default: &Json, live: Live<'_>) -> bool {
    let value = plain(shape, json, live);
    !value.is_null() && same(shape, &value, &plain(shape, default, live))
}

/// A single value; null if it does not have this shape.
fn plain(shape: &Shape, json: &Json, live: Live<'_>) -> Value {
    let mut reader = Reader {
        mode: Mode::Effective,
        diagnostics: &mut Diagnostics::new(),
        in_doubt: false,
    };
    reader.value(shape, json, &Value::Null, live, &Path::root())
}

/// Whether an empty object differs from an absent one: an object has no attributes, or any.
fn is_marker(shape: &Shape) -> bool {
    match shape {
        Shape::Object(object) => object.attributes.is_empty(),
        shape => matches!(shape, Shape::Dynamic),
    }
}
