use std::collections::BTreeMap;

use super::field::Secret;
use crate::value::Value;

/// A Rust type that can be converted to a [`Value`]. Outputs are built as structs, whose implementation is derived.
pub trait ToValue {
    /// Converts to a value; `None` becomes null.
    fn to_value(self) -> Value;
}

impl ToValue for bool {
    fn to_value(self) -> Value {
        Value::from(self)
    }
}

impl ToValue for i64 {
    fn to_value(self) -> Value {
        Value::from(self)
    }
}

impl ToValue for String {
    fn to_value(self) -> Value {
        Value::from(self)
    }
}

impl ToValue for Secret {
    fn to_value(self) -> Value {
        Value::from(self.into_text())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(self) -> Value {
        self.map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(self) -> Value {
        Value::List(self.into_iter().map(ToValue::to_value).collect())
    }
}

impl<T: ToValue> ToValue for BTreeMap<String, T> {
    fn to_value(self) -> Value {
        let entries = self.into_iter();
        Value::map(entries.map(|(key, value)| (key, value.to_value())))
    }
}
