use super::attribute::{Block, Role, Shape};
use crate::value::Value;

/// The known texts in a value that are secrets by its schema: everything in an attribute that is sensitive or
/// write-only, at any depth.
pub fn secrets<'a>(object: &Block, value: &'a Value) -> Vec<&'a str> {
    let mut found = Vec::new();
    find_in(object, value, &mut found);
    found
}

fn find_in<'a>(object: &Block, value: &'a Value, found: &mut Vec<&'a str>) {
    for attribute in &object.attributes {
        let value = value.attribute(&attribute.name);
        if attribute.sensitive || attribute.role == Role::WriteOnly {
            texts(value, found);
        } else {
            find(&attribute.shape, value, found);
        }
    }
}

fn find<'a>(shape: &Shape, value: &'a Value, found: &mut Vec<&'a str>) {
    match (shape, value) {
        (Shape::Object(object), value) => find_in(object, value, found),
        (Shape::Map(element), Value::Map(entries)) => {
            entries
                .values()
                .for_each(|entry| find(element, entry, found));
        }
        (Shape::List(element) | Shape::Set(element), Value::List(items) | Value::Set(items)) => {
            items.iter().for_each(|item| find(element, item, found));
        }
        _ => {}
    }
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
