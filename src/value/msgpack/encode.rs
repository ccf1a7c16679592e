use std::{borrow::Cow, collections::BTreeMap};

use rmp::encode::{self, ByteBuf};

use crate::value::error::EncodeError;
use crate::value::number::Number;
use crate::value::path::Step;
use crate::value::shape;
use crate::value::value::Value;
use crate::value::value_type::Type;

/// The encoding of an unknown value: extension type 0 with one byte (go-cty msgpack/unknown.go).
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Encodes a value of this type. The encoding is deterministic.
///
/// Missing attributes of an object are null. Strings are written in Unicode normal form C.
///
/// # Errors
/// A part of the value does not have its type, an object has an unknown attribute, or a length exceeds MessagePack's
/// limit.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    let mut out = ByteBuf::new();
    write(&mut out, value, ty)?;
    Ok(out.into_vec())
}

fn write(out: &mut ByteBuf, value: &Value, ty: &Type) -> Result<(), EncodeError> {
    match (ty, value) {
        (_, Value::Null) => done(encode::write_nil(out)),
        (_, Value::Unknown) => {
            out.as_mut_vec().extend_from_slice(&UNKNOWN);
            Ok(())
        }
        (Type::Bool, Value::Bool(flag)) => done(encode::write_bool(out, *flag)),
        (Type::Number, Value::Number(number)) => write_number(out, number),
        (Type::String, Value::String(text)) => write_text(out, &shape::nfc(text)),
        (Type::Dynamic, Value::Dynamic(inner)) => write_dynamic(out, &inner.0, &inner.1),
        (Type::List(element), Value::List(elements)) => write_list(out, elements, element),
        (Type::Set(element), Value::Set(elements)) => {
            write_list(out, elements, element).map_err(EncodeError::within_set)
        }
        (Type::Map(element), Value::Map(entries)) => write_map(out, entries, element),
        (Type::Object(attributes), Value::Map(entries)) => write_object(out, entries, attributes),
        (Type::Tuple(types), Value::List(elements)) => write_tuple(out, elements, types),
        _ => Err(shape::wrong_shape(ty, value)),
    }
}

/// The order of encodings is go-cty's (msgpack/marshal.go): Terraform sends 0.1 as a string, because no float is
/// exactly 0.1.
fn write_number(out: &mut ByteBuf, number: &Number) -> Result<(), EncodeError> {
    if let Some(whole) = number.as_i64() {
        return done(encode::write_sint(out, whole));
    }
    match number.as_f64_exact() {
        Some(float) => done(encode::write_f64(out, float)),
        None => write_text(out, &number.to_string()),
    }
}

fn write_text(out: &mut ByteBuf, text: &str) -> Result<(), EncodeError> {
    length(text.len())?;
    done(encode::write_str(out, text))
}

fn write_dynamic(out: &mut ByteBuf, ty: &Type, value: &Value) -> Result<(), EncodeError> {
    // The type "dynamic" means that the type is unknown, so the value is not wrapped.
    if *ty == Type::Dynamic {
        return write(out, value, ty);
    }
    let name = ty.to_json().to_string();
    length(name.len())?;
    done(encode::write_array_len(out, 2))?;
    done(encode::write_bin(out, name.as_bytes()))?;
    write(out, value, ty)
}

fn write_list(out: &mut ByteBuf, elements: &[Value], element: &Type) -> Result<(), EncodeError> {
    done(encode::write_array_len(out, length(elements.len())?))?;
    for (index, value) in elements.iter().enumerate() {
        write(out, value, element).map_err(|error| error.within(Step::Index(index)))?;
    }
    Ok(())
}

fn write_tuple(out: &mut ByteBuf, elements: &[Value], types: &[Type]) -> Result<(), EncodeError> {
    if elements.len() != types.len() {
        return Err(EncodeError::new(shape::wrong_length(
            types.len(),
            elements.len(),
        )));
    }
    done(encode::write_array_len(out, length(elements.len())?))?;
    for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
        write(out, value, ty).map_err(|error| error.within(Step::Index(index)))?;
    }
    Ok(())
}

fn write_map(
    out: &mut ByteBuf,
    entries: &BTreeMap<String, Value>,
    element: &Type,
) -> Result<(), EncodeError> {
    let entries: BTreeMap<Cow<'_, str>, &Value> = shape::nfc_keys(entries);
    done(encode::write_map_len(out, length(entries.len())?))?;
    for (key, value) in entries {
        write_text(out, &key)?;
        write(out, value, element)
            .map_err(|error| error.within(Step::Key(key.clone().into_owned())))?;
    }
    Ok(())
}

fn write_object(
    out: &mut ByteBuf,
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
) -> Result<(), EncodeError> {
    shape::refuse_extra(entries, attributes)?;
    done(encode::write_map_len(out, length(attributes.len())?))?;
    for (name, ty) in attributes {
        write_text(out, name)?;
        write(out, entries.get(name).unwrap_or(&Value::Null), ty)
            .map_err(|error| error.within(Step::Attribute(name.clone())))?;
    }
    Ok(())
}

/// Converts a length to MessagePack's type.
fn length(count: usize) -> Result<u32, EncodeError> {
    u32::try_from(count).map_err(|_| EncodeError::new("the value is too long for MessagePack"))
}

/// Converts the result of `rmp`. Writing to memory does not fail.
fn done<T, E>(written: Result<T, E>) -> Result<(), EncodeError> {
    written
        .map(drop)
        .map_err(|_| EncodeError::new("could not write to memory"))
}
