//! The JSON encoding of values, which Terraform uses in its state and may use in a `DynamicValue`.
//!
//! The encoding depends on the type and follows go-cty's `cty/json` package: numbers keep all digits, and a dynamic
//! value is an object with `type` and `value`.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::error::{DecodeError, EncodeError};
use super::number::Number;
use super::path::Step;
use super::shape;
use super::value::Value;
use super::value_type::Type;

#[cfg(test)]
mod tests;

/// Decodes JSON text as a value of this type, see [`decode`].
///
/// # Errors
/// The bytes are not valid JSON, or [`decode`] fails.
pub fn from_slice(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let json = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        DecodeError::new(format!("invalid JSON (line {line}, column {column})"))
    })?;
    decode(&json, ty)
}

/// Decodes a value of this type, as leniently as old states require: unknown attributes of an object are ignored,
/// missing ones are null, and strings, numbers and booleans are converted to each other.
///
/// # Errors
/// A part of the JSON does not have its type.
pub fn decode(json: &Json, ty: &Type) -> Result<Value, DecodeError> {
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, _) => decode_bool(json),
        (Type::Number, Json::Number(number)) => decode_number(number.as_str()),
        (Type::Number, Json::String(text)) => decode_number(text),
        (Type::String, _) => decode_string(json),
        (Type::Dynamic, Json::Object(entries)) => decode_dynamic(entries),
        (Type::List(element), Json::Array(elements)) => {
            decode_elements(elements, element).map(Value::List)
        }
        (Type::Set(element), Json::Array(elements)) => {
            let elements = decode_elements(elements, element);
            elements.map(Value::set).map_err(DecodeError::within_set)
        }
        (Type::Map(element), Json::Object(entries)) => decode_map(entries, element),
        (Type::Object(attributes), Json::Object(entries)) => decode_object(entries, attributes),
        (Type::Tuple(types), Json::Array(elements)) => decode_tuple(elements, types),
        _ => Err(wrong_shape(ty, json)),
    }
}

/// Accepts the strings that go-cty converts to a bool (convert/conversion_primitive.go).
fn decode_bool(json: &Json) -> Result<Value, DecodeError> {
    match json {
        Json::Bool(flag) => Ok(Value::Bool(*flag)),
        Json::String(text) => match text.as_str() {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(DecodeError::new("a bool is required")),
        },
        _ => Err(wrong_shape(&Type::Bool, json)),
    }
}

fn decode_number(text: &str) -> Result<Value, DecodeError> {
    let number = text
        .parse::<Number>()
        .map_err(|error| DecodeError::new(error.to_string()))?;
    Ok(Value::Number(number))
}

fn decode_string(json: &Json) -> Result<Value, DecodeError> {
    match json {
        Json::String(text) => Ok(Value::String(shape::nfc(text).into_owned())),
        Json::Number(number) => Ok(Value::String(number.as_str().to_owned())),
        Json::Bool(flag) => Ok(Value::String(flag.to_string())),
        _ => Err(wrong_shape(&Type::String, json)),
    }
}

fn decode_dynamic(entries: &Map<String, Json>) -> Result<Value, DecodeError> {
    let (Some(ty), Some(value)) = (entries.get("type"), entries.get("value")) else {
        return Err(DecodeError::new(
            "a dynamic value must be an object with `type` and `value`",
        ));
    };
    let ty = Type::from_json(ty)
        .ok_or_else(|| DecodeError::new("the type of a dynamic value is invalid"))?;
    let value = decode(value, &ty)?;
    // The type "dynamic" means that the type is unknown, or is part of the value itself.
    Ok(if ty == Type::Dynamic {
        value
    } else {
        Value::Dynamic(Box::new((ty, value)))
    })
}

fn decode_elements(elements: &[Json], element: &Type) -> Result<Vec<Value>, DecodeError> {
    let decode =
        |(index, json)| decode(json, element).map_err(|error| error.within(Step::Index(index)));
    elements.iter().enumerate().map(decode).collect()
}

fn decode_tuple(elements: &[Json], types: &[Type]) -> Result<Value, DecodeError> {
    if elements.len() != types.len() {
        return Err(DecodeError::new(shape::wrong_length(
            types.len(),
            elements.len(),
        )));
    }
    let decode =
        |(index, (json, ty))| decode(json, ty).map_err(|error| error.within(Step::Index(index)));
    let elements: Result<_, _> = elements.iter().zip(types).enumerate().map(decode).collect();
    elements.map(Value::List)
}

fn decode_map(entries: &Map<String, Json>, element: &Type) -> Result<Value, DecodeError> {
    let decode = |(key, json): (&String, &Json)| {
        let value = decode(json, element).map_err(|error| error.within(Step::Key(key.clone())))?;
        Ok((shape::nfc(key).into_owned(), value))
    };
    let entries: Result<_, _> = entries.iter().map(decode).collect();
    entries.map(Value::Map)
}

fn decode_object(
    entries: &Map<String, Json>,
    attributes: &BTreeMap<String, Type>,
) -> Result<Value, DecodeError> {
    let decode = |(name, ty): (&String, &Type)| {
        let value = decode(entries.get(name).unwrap_or(&Json::Null), ty)
            .map_err(|error| error.within(Step::Attribute(name.clone())))?;
        Ok((name.clone(), value))
    };
    let entries: Result<_, _> = attributes.iter().map(decode).collect();
    entries.map(Value::Map)
}

/// The error for JSON of the wrong type. It does not contain the JSON, which may be a secret.
fn wrong_shape(ty: &Type, json: &Json) -> DecodeError {
    DecodeError::new(shape::mismatch(
        ty,
        match json {
            Json::Null => "null",
            Json::Bool(_) => "a bool",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        },
    ))
}

/// Encodes a wholly known value of this type. Missing attributes of an object are null.
///
/// # Errors
/// A part of the value does not have its type, an object has an unknown attribute, or JSON cannot encode a value:
/// unknown values and infinite numbers.
pub fn encode(value: &Value, ty: &Type) -> Result<Json, EncodeError> {
    match (ty, value) {
        (_, Value::Null) => Ok(Json::Null),
        (_, Value::Unknown) => Err(EncodeError::new("JSON cannot encode an unknown value")),
        (Type::Bool, Value::Bool(flag)) => Ok(Json::Bool(*flag)),
        (Type::Number, Value::Number(number)) => encode_number(number),
        (Type::String, Value::String(text)) => Ok(Json::String(shape::nfc(text).into_owned())),
        (Type::Dynamic, Value::Dynamic(inner)) => encode_dynamic(&inner.0, &inner.1),
        (Type::List(element), Value::List(elements)) => encode_elements(elements, element),
        (Type::Set(element), Value::Set(elements)) => {
            encode_elements(elements, element).map_err(EncodeError::within_set)
        }
        (Type::Map(element), Value::Map(entries)) => encode_map(entries, element),
        (Type::Object(attributes), Value::Map(entries)) => encode_object(entries, attributes),
        (Type::Tuple(types), Value::List(elements)) => encode_tuple(elements, types),
        _ => Err(shape::wrong_shape(ty, value)),
    }
}

/// The text of a finite number is a JSON number; that of an infinity is not.
fn encode_number(number: &Number) -> Result<Json, EncodeError> {
    let number = number.to_string().parse();
    number
        .map(Json::Number)
        .map_err(|_| EncodeError::new("JSON cannot encode an infinite number"))
}

fn encode_dynamic(ty: &Type, value: &Value) -> Result<Json, EncodeError> {
    // The type "dynamic" means that the type is unknown, so the value is not wrapped.
    if *ty == Type::Dynamic {
        return encode(value, ty);
    }
    Ok(json!({ "type": ty.to_json(), "value": encode(value, ty)? }))
}

fn encode_elements(elements: &[Value], element: &Type) -> Result<Json, EncodeError> {
    let encode =
        |(index, value)| encode(value, element).map_err(|error| error.within(Step::Index(index)));
    let elements: Result<_, _> = elements.iter().enumerate().map(encode).collect();
    elements.map(Json::Array)
}

fn encode_tuple(elements: &[Value], types: &[Type]) -> Result<Json, EncodeError> {
    if elements.len() != types.len() {
        return Err(EncodeError::new(shape::wrong_length(
            types.len(),
            elements.len(),
        )));
    }
    let encode =
        |(index, (value, ty))| encode(value, ty).map_err(|error| error.within(Step::Index(index)));
    let elements: Result<_, _> = elements.iter().zip(types).enumerate().map(encode).collect();
    elements.map(Json::Array)
}

fn encode_map(entries: &BTreeMap<String, Value>, element: &Type) -> Result<Json, EncodeError> {
    let encode = |(key, value): (_, &Value)| {
        let key = String::from(key);
        match encode(value, element) {
            Ok(json) => Ok((key, json)),
            Err(error) => Err(error.within(Step::Key(key))),
        }
    };
    let entries: Result<_, _> = shape::nfc_keys(entries).into_iter().map(encode).collect();
    entries.map(Json::Object)
}

fn encode_object(
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<Json, EncodeError> {
    shape::refuse_extra(entries, attributes)?;
    let encode = |(name, ty): (&String, &Type)| {
        let value = entries.get(name).unwrap_or(&Value::Null);
        match encode(value, ty) {
            Ok(json) => Ok((name.clone(), json)),
            Err(error) => Err(error.within(Step::Attribute(name.clone()))),
        }
    };
    let entries: Result<_, _> = attributes.iter().map(encode).collect();
    entries.map(Json::Object)
}
