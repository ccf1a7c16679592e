use std::collections::BTreeMap;

use rmp::Marker;

use super::reader::{Reader, family};
use crate::value::error::DecodeError;
use crate::value::number::Number;
use crate::value::path::Step;
use crate::value::shape;
use crate::value::value::Value;
use crate::value::value_type::Type;

/// Maximum nesting. Schemas are far below it. It keeps dynamic values, which contain their type, from exhausting the
/// stack.
const MAX_DEPTH: usize = 256;

/// Decodes a value of this type.
///
/// Every extension is an unknown value, as in go-cty; refinements are ignored. Sets are sorted and without
/// duplicates, strings in Unicode normal form C.
///
/// # Errors
/// The bytes are not exactly one value of this type. An object must have exactly the attributes of its type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader, ty, MAX_DEPTH)?;
    if reader.is_empty() {
        Ok(value)
    } else {
        Err(DecodeError::new("unexpected data after the value"))
    }
}

fn read(reader: &mut Reader<'_>, ty: &Type, levels: usize) -> Result<Value, DecodeError> {
    let levels = levels
        .checked_sub(1)
        .ok_or_else(|| DecodeError::new(format!("nested more than {MAX_DEPTH} levels deep")))?;
    let marker = reader.marker()?;
    if let Some(length) = reader.extension(marker)? {
        let [_kind] = reader.array()?;
        reader.take(length)?;
        return Ok(Value::Unknown);
    }
    match ty {
        _ if marker == Marker::Null => Ok(Value::Null),
        Type::Bool => read_bool(marker),
        Type::Number => read_number(reader, marker),
        Type::String => read_string(reader, marker),
        Type::Dynamic => read_dynamic(reader, marker, levels),
        Type::List(element) => {
            let count = array_length(reader, marker, ty)?;
            read_elements(reader, count, element, levels).map(Value::List)
        }
        Type::Set(element) => {
            let count = array_length(reader, marker, ty)?;
            let elements = read_elements(reader, count, element, levels);
            elements.map(Value::set).map_err(DecodeError::within_set)
        }
        Type::Map(element) => {
            let count = map_length(reader, marker, ty)?;
            read_map(reader, count, element, levels)
        }
        Type::Object(attributes) => {
            let count = map_length(reader, marker, ty)?;
            read_object(reader, count, attributes, levels)
        }
        Type::Tuple(types) => {
            let count = array_length(reader, marker, ty)?;
            read_tuple(reader, count, types, levels)
        }
    }
}

fn read_bool(marker: Marker) -> Result<Value, DecodeError> {
    match marker {
        Marker::True => Ok(Value::Bool(true)),
        Marker::False => Ok(Value::Bool(false)),
        _ => Err(wrong_shape(&Type::Bool, marker)),
    }
}

fn read_number(reader: &mut Reader<'_>, marker: Marker) -> Result<Value, DecodeError> {
    let number = match marker {
        Marker::FixPos(whole) => Number::from(i64::from(whole)),
        Marker::FixNeg(whole) => Number::from(i64::from(whole)),
        Marker::U8 => Number::from(i64::from(u8::from_be_bytes(reader.array()?))),
        Marker::U16 => Number::from(i64::from(u16::from_be_bytes(reader.array()?))),
        Marker::U32 => Number::from(i64::from(u32::from_be_bytes(reader.array()?))),
        Marker::U64 => Number::from_u64(u64::from_be_bytes(reader.array()?)),
        Marker::I8 => Number::from(i64::from(i8::from_be_bytes(reader.array()?))),
        Marker::I16 => Number::from(i64::from(i16::from_be_bytes(reader.array()?))),
        Marker::I32 => Number::from(i64::from(i32::from_be_bytes(reader.array()?))),
        Marker::I64 => Number::from(i64::from_be_bytes(reader.array()?)),
        Marker::F32 => from_float(f64::from(f32::from_be_bytes(reader.array()?)))?,
        Marker::F64 => from_float(f64::from_be_bytes(reader.array()?))?,
        _ => match reader.string(marker)? {
            Some(bytes) => utf8(bytes)?
                .parse()
                .map_err(|error| DecodeError::new(format!("{error}")))?,
            None => return Err(wrong_shape(&Type::Number, marker)),
        },
    };
    Ok(Value::Number(number))
}

fn from_float(float: f64) -> Result<Number, DecodeError> {
    Number::from_f64(float).ok_or_else(|| DecodeError::new("a number is required, not NaN"))
}

fn read_string(reader: &mut Reader<'_>, marker: Marker) -> Result<Value, DecodeError> {
    match reader.string(marker)? {
        Some(bytes) => Ok(Value::String(shape::nfc(utf8(bytes)?).into_owned())),
        None => Err(wrong_shape(&Type::String, marker)),
    }
}

/// Reads a dynamic value: an array of the type, as JSON, and the value.
fn read_dynamic(
    reader: &mut Reader<'_>,
    marker: Marker,
    levels: usize,
) -> Result<Value, DecodeError> {
    if array_length(reader, marker, &Type::Dynamic)? != 2 {
        return Err(DecodeError::new(
            "a dynamic value must be an array of type and value",
        ));
    }
    let ty = read_type(reader)?;
    let value = read(reader, &ty, levels)?;
    // The type "dynamic" means that the type is unknown, or is part of the value itself.
    Ok(if ty == Type::Dynamic {
        value
    } else {
        Value::Dynamic(Box::new((ty, value)))
    })
}

/// `serde_json` limits the nesting of types.
fn read_type(reader: &mut Reader<'_>) -> Result<Type, DecodeError> {
    let marker = reader.marker()?;
    let bytes = match reader.binary(marker)? {
        Some(bytes) => Some(bytes),
        None => reader.string(marker)?,
    };
    bytes
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .and_then(|json| Type::from_json(&json))
        .ok_or_else(|| DecodeError::new("the type of a dynamic value is invalid"))
}

/// Does not allocate memory for `count`, which may be larger than the input.
fn read_elements(
    reader: &mut Reader<'_>,
    count: usize,
    element: &Type,
    levels: usize,
) -> Result<Vec<Value>, DecodeError> {
    let mut elements = Vec::new();
    for index in 0..count {
        let value = read(reader, element, levels);
        elements.push(value.map_err(|error| error.within(Step::Index(index)))?);
    }
    Ok(elements)
}

fn read_tuple(
    reader: &mut Reader<'_>,
    count: usize,
    types: &[Type],
    levels: usize,
) -> Result<Value, DecodeError> {
    if count != types.len() {
        return Err(DecodeError::new(shape::wrong_length(types.len(), count)));
    }
    let mut elements = Vec::with_capacity(types.len());
    for (index, ty) in types.iter().enumerate() {
        let value = read(reader, ty, levels);
        elements.push(value.map_err(|error| error.within(Step::Index(index)))?);
    }
    Ok(Value::List(elements))
}

/// Of keys that become equal by normalization, the last is kept, as in go-cty.
fn read_map(
    reader: &mut Reader<'_>,
    count: usize,
    element: &Type,
    levels: usize,
) -> Result<Value, DecodeError> {
    let mut entries = BTreeMap::new();
    for _ in 0..count {
        let key = shape::nfc(read_key(reader)?).into_owned();
        let value =
            read(reader, element, levels).map_err(|error| error.within(Step::Key(key.clone())))?;
        entries.insert(key, value);
    }
    Ok(Value::Map(entries))
}

fn read_object(
    reader: &mut Reader<'_>,
    count: usize,
    attributes: &BTreeMap<String, Type>,
    levels: usize,
) -> Result<Value, DecodeError> {
    let mut entries = BTreeMap::new();
    for _ in 0..count {
        let name = read_key(reader)?.to_owned();
        let within = |error: DecodeError| error.within(Step::Attribute(name.clone()));
        let Some(ty) = attributes.get(&name) else {
            return Err(within(DecodeError::new(
                "the object type does not have this attribute",
            )));
        };
        let value = read(reader, ty, levels).map_err(within)?;
        if entries.insert(name.clone(), value).is_some() {
            return Err(within(DecodeError::new("duplicate attribute")));
        }
    }
    match attributes.keys().find(|name| !entries.contains_key(*name)) {
        Some(name) => {
            Err(DecodeError::new("missing attribute").within(Step::Attribute(name.clone())))
        }
        None => Ok(Value::Map(entries)),
    }
}

fn read_key<'a>(reader: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    let marker = reader.marker()?;
    match reader.string(marker)? {
        Some(bytes) => utf8(bytes),
        None => Err(DecodeError::new(format!(
            "a key must be a string, not {}",
            family(marker)
        ))),
    }
}

fn array_length(reader: &mut Reader<'_>, marker: Marker, ty: &Type) -> Result<usize, DecodeError> {
    reader
        .array_length(marker)?
        .ok_or_else(|| wrong_shape(ty, marker))
}

fn map_length(reader: &mut Reader<'_>, marker: Marker, ty: &Type) -> Result<usize, DecodeError> {
    reader
        .map_length(marker)?
        .ok_or_else(|| wrong_shape(ty, marker))
}

fn utf8(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError::new("a string is not valid UTF-8"))
}

fn wrong_shape(ty: &Type, marker: Marker) -> DecodeError {
    DecodeError::new(shape::mismatch(ty, family(marker)))
}
