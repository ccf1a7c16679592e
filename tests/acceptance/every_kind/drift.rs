//! Finds a field of an example that can be changed outside of Terraform.

use hikube::schema::{Attribute, AttributeRole, Block, Meaning, Shape, Text};
use hikube_standin::Release;
use serde_json::{Value, json};

use super::content::in_api;
use super::example::has;

/// A change of one field of a spec.
#[derive(Debug)]
pub(crate) struct Drift {
    /// Its path in a plan.
    pub(crate) path: String,
    /// Its path in the object.
    pub(crate) pointer: Vec<String>,
    pub(crate) value: Value,
    is_set: bool,
}

/// The first boolean or number that is set and can change, otherwise the first string, otherwise the first boolean that
/// is not set.
pub(crate) fn drift(
    spec: &Block,
    state: &Value,
    stored: &Value,
    release: Release,
) -> Option<Drift> {
    let mut found = Vec::new();
    let all = Place {
        path: String::new(),
        pointer: Vec::new(),
        state,
        stored,
    };
    let mut search = Search {
        release,
        found: &mut found,
    };
    search.object(spec, &all);
    found.sort_by_key(|drift| match (drift.is_set, &drift.value) {
        (true, Value::Bool(_) | Value::Number(_)) => 0,
        (true, _) => 1,
        (false, _) => 2,
    });
    found.into_iter().next()
}

struct Search<'a> {
    release: Release,
    found: &'a mut Vec<Drift>,
}

/// The values of the state and the object at one path.
struct Place<'a> {
    path: String,
    pointer: Vec<String>,
    state: &'a Value,
    stored: &'a Value,
}

impl<'a> Place<'a> {
    /// A nested path: its name in the state and in the object.
    fn below(&self, name: &str, in_object: &str) -> Place<'a> {
        let separator = if self.path.is_empty() { "" } else { "." };
        Place {
            path: format!("{}{separator}{name}", self.path),
            pointer: [&self.pointer[..], &[in_object.to_owned()]].concat(),
            state: &self.state[name],
            stored: &self.stored[in_object],
        }
    }
}

impl Search<'_> {
    fn object(&mut self, block: &Block, at: &Place<'_>) {
        let release = self.release;
        let may_change = |attribute: &&Attribute| may_change(attribute) && has(release, attribute);
        for attribute in block.fields().filter(may_change) {
            let names = in_api(attribute);
            let is_stored = |name: &&&str| at.stored.get(**name).is_some();
            let name = names.iter().find(is_stored).unwrap_or(&names[0]);
            let at = at.below(&attribute.name, name);
            self.value(&attribute.shape, attribute.default.as_ref(), at);
        }
    }

    fn value(&mut self, shape: &Shape, default: Option<&Value>, at: Place<'_>) {
        match (shape, at.state) {
            (Shape::Object(block), Value::Object(_)) => self.object(block, &at),
            (Shape::Map(element), Value::Object(entries)) => {
                for key in entries.keys() {
                    self.value(element, None, at.below(key, key));
                }
            }
            _ => {
                let is_set = !at.state.is_null();
                let now = if is_set { Some(at.stored) } else { default };
                let value = now.and_then(|now| another(shape, now));
                self.found.extend(value.map(|value| Drift {
                    path: at.path,
                    pointer: at.pointer,
                    value,
                    is_set,
                }));
            }
        }
    }
}

/// Fields that force replacement, are irreversible, or delete data are skipped.
fn may_change(attribute: &Attribute) -> bool {
    attribute.role == AttributeRole::Field
        && !attribute.replace
        && !attribute.grow_only
        && attribute.upgrades.is_none()
        && attribute.alias_of.is_none()
        && (attribute.loses.is_none() || attribute.shape.nested().is_some())
}

/// Another value of the same shape.
fn another(shape: &Shape, now: &Value) -> Option<Value> {
    match (shape, now) {
        (Shape::Bool, Value::Bool(now)) => Some(json!(!now)),
        (Shape::Integer { max, .. }, Value::Number(now)) => {
            let now = now.as_i64()?;
            let is_greatest = max.is_some_and(|max| now >= max);
            Some(json!(if is_greatest { now - 1 } else { now + 1 }))
        }
        (Shape::Text(text), Value::String(now)) => another_text(text, now).map(Value::String),
        _ => None,
    }
}

/// The value with another first digit, which is still a valid amount, schedule or name.
fn another_text(text: &Text, now: &str) -> Option<String> {
    let has_rules = !text.choices.values.is_empty() || text.meaning == Meaning::Json;
    let at = now.find(|letter: char| letter.is_ascii_digit())?;
    let digit = if now[at..].starts_with('1') { "2" } else { "1" };
    (!has_rules).then(|| format!("{}{digit}{}", &now[..at], &now[at + 1..]))
}
