use std::collections::BTreeMap;

use super::number::Number;
use super::value_type::Type;

/// A value of any [`Type`], which may be null or unknown.
///
/// The order is structural. Sets are sorted by it, so that equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Null, which differs from an empty string, list or map.
    #[default]
    Null,
    /// Known after apply. Refinements are ignored.
    Unknown,
    /// A boolean.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// A string in Unicode normal form C.
    String(String),
    /// A list or a tuple.
    List(Vec<Value>),
    /// A set, sorted and without duplicates. Create it with [`Value::set`].
    Set(Vec<Value>),
    /// A map or an object.
    Map(BTreeMap<String, Value>),
    /// A value with its type, for the type `dynamic`.
    Dynamic(Box<(Type, Value)>),
}

impl Value {
    /// A set of these elements, without duplicates.
    pub fn set(elements: impl IntoIterator<Item = Value>) -> Value {
        let mut elements: Vec<Value> = elements.into_iter().collect();
        elements.sort();
        elements.dedup();
        Value::Set(elements)
    }

    /// An object or map of these entries.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether the whole value is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown)
    }

    /// Whether no part of the value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(elements) | Value::Set(elements) => {
                elements.iter().all(Value::is_wholly_known)
            }
            Value::Map(entries) => entries.values().all(Value::is_wholly_known),
            Value::Dynamic(inner) => inner.1.is_wholly_known(),
            _ => true,
        }
    }

    /// The string, if the value is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if the value is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number, if the value is an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The entries of a map or object.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements of a list or set.
    pub fn as_elements(&self) -> Option<&[Value]> {
        match self {
            Value::List(elements) | Value::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// An attribute of an object. Null if the object or the attribute is missing, unknown if the object is unknown.
    pub fn attribute(&self, name: &str) -> &Value {
        match self {
            Value::Map(entries) => entries.get(name).unwrap_or(&Value::Null),
            Value::Unknown => &Value::Unknown,
            _ => &Value::Null,
        }
    }

    /// Sets an attribute of an object. Any other value is replaced with an object.
    pub fn set_attribute(&mut self, name: &str, value: Value) {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(BTreeMap::new());
        }
        if let Value::Map(entries) = self {
            entries.insert(name.to_owned(), value);
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(Number::from(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
