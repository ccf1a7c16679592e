//! What the codecs share: names of shapes for messages, and the normal form of strings.

use std::{borrow::Cow, collections::BTreeMap};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{EncodeError, Step, Type, Value};

/// A type's shape, for a message. Not the whole type, which may be pages long.
pub(super) fn of_type(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::Dynamic => "a value with its type",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Object(_) => "an object",
        Type::Tuple(_) => "a tuple",
    }
}

/// A value's shape, for a message. Never the value itself, which may be a secret.
fn of_value(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Unknown => "an unknown value",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map",
        Value::Dynamic(_) => "a value with its type",
    }
}

/// What is said of something of the wrong shape.
pub(super) fn mismatch(ty: &Type, given: &str) -> String {
    format!("{} is required, but this is {given}", of_type(ty))
}

/// What is said of a tuple of the wrong length.
pub(super) fn wrong_length(required: usize, given: usize) -> String {
    format!("a tuple of {required} elements is required, but this has {given}")
}

/// The error for a value that is not of the type it should be written as.
pub(super) fn wrong_shape(ty: &Type, value: &Value) -> EncodeError {
    EncodeError::new(mismatch(ty, of_value(value)))
}

/// Refuses an object that has an attribute its type has not.
pub(super) fn refuse_extra(
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), EncodeError> {
    match entries.keys().find(|name| !attributes.contains_key(*name)) {
        Some(name) => Err(EncodeError::new("the object's type has no such attribute")
            .within(Step::Attribute(name.clone()))),
        None => Ok(()),
    }
}

/// The text in Unicode normal form C. Terraform normalises every string (cty value_init.go), so a
/// string in any other form would come back changed.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// The entries of a map under normalised keys. Of keys that become one, the last stays, as in cty.
pub(super) fn nfc_keys(entries: &BTreeMap<String, Value>) -> BTreeMap<Cow<'_, str>, &Value> {
    entries
        .iter()
        .map(|(key, value)| (nfc(key), value))
        .collect()
}
