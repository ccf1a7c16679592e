use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::names::{Live, default_of, element, entry, field, field_name, is_ignored};
use super::reshape::{aligned_prior, spec_of_today, to_today, with_today_shapes};
use crate::api::JsonSchema;
use crate::schema::{
    Attribute, AttributeRole, Block, Diagnostics, Meaning, Shape, Usage, is_empty, same,
};
use crate::value::{Path, Value};

/// What to make of values that equal the platform's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For a resource: they stay null where the state has null.
    Drift,
    /// For a data source: they show.
    Effective,
    /// For the configuration of another provider: they show, because they were written there. What is empty
    /// and configures nothing is null.
    Configured,
    /// For the state of another provider that fills in defaults: as far as the declaration knows them, they
    /// are null.
    Recorded,
}

/// What is known when reading.
struct Reader<'a> {
    mode: Mode,
    diagnostics: &'a mut Diagnostics,
    /// A default that is neither the declared one nor available from the platform.
    in_doubt: bool,
}

/// What was read.
pub(crate) struct Decoded {
    /// The attributes of the spec.
    pub(crate) value: Value,
    /// Whether a value that the state does not have is none that the declaration knows as a default: only
    /// the platform's schema tells whether it is one. Ask again with the platform's schema.
    pub(crate) in_doubt: bool,
}

/// Reads the attributes of a spec from what the API shows, beside what the state has: what means the same
/// keeps the state's spelling.
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
        // Of what this platform ignores there is no drift. What it had before an upgrade stays in the state, as in the
        // configuration. Anything else no configuration can give: in a state it could only be removed.
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
        // An object of which nothing differs from its defaults is as good as left out.
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

    /// Whether a value the state does not have is what the platform shows for a field left out.
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
        // Empty is as good as nothing, unless the platform would put something in the place of nothing, or
        // being there is all that can be said (`upload = {}`).
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
        // Another release may have another default; of an object, the fields are looked at one by one.
        let is_doubtful = live.is_none() && !matches!(attribute.shape, Shape::Object(_));
        self.in_doubt |= is_doubtful;
        is_doubtful && default.is_some()
    }

    /// The API shows no value. An object in the state stays one, so that the plan names what is missing
    /// in it.
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
                // No configuration has null elements.
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
            // Release 0.41 fills single entries of a map by default.
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

    /// The platform stores whatever it is given. What cannot be a value of this attribute shows as null,
    /// so that the next apply puts the configured value in its place.
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

/// Whether a secret was written from its write-only attribute: it does not come into the state.
fn is_written_only(attribute: &Attribute, prior: &Value) -> bool {
    matches!(attribute.role, AttributeRole::Secret { version, .. }
        if !prior.attribute(version).is_null() && prior.attribute(&attribute.name).is_null())
}

/// What stands beside a secret is not on the platform: the version is the state's.
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

/// Of two attributes with the same meaning, of which an upgrade of the platform filled in the other, the one
/// that the state has is shown; where it has neither, the one in use today.
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

/// The entry that the platform fills into a map where it is left out.
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

/// A value by itself, null where it is none of this shape.
fn plain(shape: &Shape, json: &Json, live: Live<'_>) -> Value {
    let mut reader = Reader {
        mode: Mode::Effective,
        diagnostics: &mut Diagnostics::new(),
        in_doubt: false,
    };
    reader.value(shape, json, &Value::Null, live, &Path::root())
}

/// Whether an object has no attributes: it is there or not, and says no more.
fn is_marker(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(object) if object.attributes.is_empty())
}
