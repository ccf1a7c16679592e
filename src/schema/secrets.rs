use super::attribute::{AttributeRole, Block};
use super::visit::visit;
use crate::value::{Path, Value};

/// The known strings of a value that are secrets by its schema: those in sensitive and write-only attributes, at any
/// depth.
pub fn secrets<'a>(block: &Block, value: &'a Value) -> Vec<&'a str> {
    let mut found = Vec::new();
    visit(block, value, &Path::root(), &mut |attribute, value, _| {
        let is_secret = attribute.sensitive || attribute.role == AttributeRole::WriteOnly;
        if is_secret {
            texts(value, &mut found);
        }
        !is_secret
    });
    found
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::List(items) | Value::Set(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(entries) => entries.values().for_each(|entry| texts(entry, found)),
        Value::Dynamic(inner) => texts(&inner.1, found),
        Value::Null | Value::Unknown | Value::Bool(_) | Value::Number(_) => {}
    }
}
