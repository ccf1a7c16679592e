//! Shared by the codecs: messages about types, and Unicode normalization.

use std::{borrow::Cow, collections::BTreeMap};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::error::EncodeError;
use super::path::Step;
use super::value::Value;
use super::value_type::Type;

/// The name of a type for messages, without nested types, which may be long.
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

/// The name of a value's type for messages, without the value, which may be a secret.
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

/// The message for a value of the wrong type.
pub(super) fn mismatch(ty: &Type, actual: &str) -> String {
    format!("{} is required, not {actual}", of_type(ty))
}

/// The message for a tuple of the wrong length.
pub(super) fn wrong_length(required: usize, actual: usize) -> String {
    format!("a tuple of {required} elements is required, not {actual}")
}

/// The error for a value of the wrong type.
pub(super) fn wrong_shape(ty: &Type, value: &Value) -> EncodeError {
    EncodeError::new(mismatch(ty, of_value(value)))
}

/// Refuses attributes that the object type does not have.
pub(super) fn refuse_extra(
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), EncodeError> {
    match entries.keys().find(|name| !attributes.contains_key(*name)) {
        Some(name) => Err(
            EncodeError::new("the object type does not have this attribute")
                .within(Step::Attribute(name.clone())),
        ),
        None => Ok(()),
    }
}

/// The text in Unicode normal form C. Terraform normalizes every string (cty value_init.go), so another form would
/// be changed.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// The entries of a map with normalized keys. Of keys that become equal, the last is kept, as in cty.
pub(super) fn nfc_keys(entries: &BTreeMap<String, Value>) -> BTreeMap<Cow<'_, str>, &Value> {
    entries
        .iter()
        .map(|(key, value)| (nfc(key), value))
        .collect()
}
