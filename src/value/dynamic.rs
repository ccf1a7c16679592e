//! Values of the type `dynamic`, and their JSON in an API, which has no types.

use serde_json::{Map, Value as Json};

use super::value::Value;
use super::value_type::Type;

impl Value {
    /// This value with its type, as an object or tuple at any depth. Null and unknown values have no type.
    #[must_use]
    pub fn into_dynamic(self) -> Value {
        match plain(self) {
            value @ (Value::Null | Value::Unknown) => value,
            value => Value::Dynamic(Box::new((type_of(&value), value))),
        }
    }

    /// The value of a dynamic value, otherwise this value.
    pub fn without_type(&self) -> &Value {
        match self {
            Value::Dynamic(inner) => inner.1.without_type(),
            value => value,
        }
    }

    /// The JSON of a wholly known value. Entries of a map that are null are omitted.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null | Value::Unknown => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(number) => number.to_string().parse().map_or(Json::Null, Json::Number),
            Value::String(text) => Json::String(text.clone()),
            Value::List(elements) | Value::Set(elements) => {
                elements.iter().map(Value::to_json).collect()
            }
            Value::Map(entries) => {
                let entries = entries.iter().filter(|(_, entry)| !entry.is_null());
                let entries = entries.map(|(key, entry)| (key.clone(), entry.to_json()));
                Json::Object(entries.collect::<Map<_, _>>())
            }
            Value::Dynamic(inner) => inner.1.to_json(),
        }
    }

    /// The value of JSON, without its type.
    pub fn of_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(elements) => Value::List(elements.iter().map(Value::of_json).collect()),
            Json::Object(entries) => Value::map(
                entries
                    .iter()
                    .map(|(key, entry)| (key.clone(), Value::of_json(entry))),
            ),
        }
    }
}

/// The value with lists instead of sets and without nested types, at any depth.
fn plain(value: Value) -> Value {
    match value {
        Value::List(elements) | Value::Set(elements) => {
            Value::List(elements.into_iter().map(plain).collect())
        }
        Value::Map(entries) => {
            Value::map(entries.into_iter().map(|(key, entry)| (key, plain(entry))))
        }
        Value::Dynamic(inner) => plain(inner.1),
        value => value,
    }
}

/// The type of a value as Terraform infers it from a literal.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        Value::List(elements) | Value::Set(elements) => {
            Type::Tuple(elements.iter().map(type_of).collect())
        }
        Value::Map(entries) => Type::object(
            entries
                .iter()
                .map(|(name, entry)| (name.clone(), type_of(entry))),
        ),
        Value::Dynamic(inner) => inner.0.clone(),
        Value::Null | Value::Unknown => Type::Dynamic,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::arbitrary::{types, values};
    use super::super::msgpack;
    use super::*;

    #[test]
    fn json_becomes_a_value_with_its_type_and_back() {
        let json = json!({"a": [1, "x", {"b": true}], "c": {}, "d": 0.5});
        let value = Value::of_json(&json).into_dynamic();
        assert_eq!(value.to_json(), json);
        let Value::Dynamic(inner) = value else {
            panic!("no type");
        };
        assert_eq!(
            inner.0.to_json(),
            json!(["object", {
                "a": ["tuple", ["number", "string", ["object", {"b": "bool"}]]],
                "c": ["object", {}],
                "d": "number",
            }])
        );
    }

    #[test]
    fn null_entries_are_not_sent() {
        let value = Value::map([("a", Value::Null), ("b", 1.into())]);
        assert_eq!(value.to_json(), json!({"b": 1}));
    }

    proptest! {
        #[test]
        fn every_value_with_its_type_can_be_encoded(value in types().prop_flat_map(|ty| values(&ty, true))) {
            let dynamic = value.into_dynamic();
            prop_assert!(msgpack::encode(&dynamic, &Type::Dynamic).is_ok(), "{dynamic:?}");
        }
    }
}
