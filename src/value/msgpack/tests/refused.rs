//! Invalid encodings and values.

use super::*;

#[test]
fn bytes_of_another_type_are_an_error_without_the_value() {
    let object = Type::object([("p", Type::map(pair()))]);
    let cases: Vec<(Type, &[u8], &str)> = vec![
        (Type::Bool, b"\xa4true", "a bool is required, not a string"),
        (Type::Bool, b"\x01", "a bool is required, not an integer"),
        (
            Type::String,
            b"\x01",
            "a string is required, not an integer",
        ),
        (
            Type::String,
            b"\xc4\x01a",
            "a string is required, not binary",
        ),
        (Type::String, b"\xa1\xff", "a string is not valid UTF-8"),
        (Type::Number, b"\xc3", "a number is required, not a bool"),
        (Type::Number, b"\xa6secret", "a number is required"),
        (
            Type::Number,
            b"\xcb\x7f\xf8\0\0\0\0\0\0",
            "a number is required, not NaN",
        ),
        (
            Type::list(Type::Bool),
            b"\x80",
            "a list is required, not a map",
        ),
        (
            Type::set(Type::Bool),
            b"\x91\x90",
            "a bool is required, not an array",
        ),
        (
            Type::map(Type::Bool),
            b"\x90",
            "a map is required, not an array",
        ),
        (
            Type::map(Type::Bool),
            b"\x81\x01\xc3",
            "a key must be a string, not an integer",
        ),
        (
            pair(),
            b"\xcb\0\0\0\0\0\0\0\0",
            "an object is required, not a float",
        ),
        (pair(), b"\x81\xa1a\x01", "b: missing attribute"),
        (
            pair(),
            b"\x81\xa1c\x01",
            "c: the object type does not have this attribute",
        ),
        (pair(), b"\x82\xa1a\x01\xa1a\x01", "a: duplicate attribute"),
        (
            object,
            b"\x81\xa1p\x81\xa1k\x82\xa1b\xa0\xa1a\xc3",
            r#"p["k"].a: a number is required, not a bool"#,
        ),
        (
            Type::list(Type::set(Type::Bool)),
            b"\x92\x90\x92\xc3\x01",
            "[1]: a bool is required, not an integer",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            b"\x92\xc3\xc3",
            "a tuple of 1 elements is required, not 2",
        ),
        (
            Type::Dynamic,
            b"\xc3",
            "a value with its type is required, not a bool",
        ),
        (
            Type::Dynamic,
            b"\x91\xc3",
            "a dynamic value must be an array of type and value",
        ),
        (
            Type::Dynamic,
            b"\x92\xc3\xc3",
            "the type of a dynamic value is invalid",
        ),
        (
            Type::Dynamic,
            b"\x92\xa3\"x\"\xc3",
            "the type of a dynamic value is invalid",
        ),
        (
            Type::Bool,
            b"\xc1",
            "a bool is required, not a reserved byte",
        ),
        (Type::Bool, b"\xc3\xc3", "unexpected data after the value"),
        (Type::Bool, b"", "unexpected end of the MessagePack data"),
        (
            Type::Bool,
            b"\xd4\x00",
            "unexpected end of the MessagePack data",
        ),
        (
            Type::String,
            b"\xdb\xff\xff\xff\xff",
            "unexpected end of the MessagePack data",
        ),
    ];
    for (ty, bytes, message) in cases {
        let error = decode(bytes, &ty).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn excessive_lengths_and_depths_are_errors_without_allocation() {
    for element in [Type::Bool, Type::Object([].into()), Type::Dynamic] {
        for ty in [
            Type::list(element.clone()),
            Type::set(element.clone()),
            Type::map(element),
        ] {
            for marker in [0xdd, 0xdf] {
                assert!(decode(&[marker, 0xff, 0xff, 0xff, 0xff], &ty).is_err());
            }
        }
    }
    let levels = b"\x92\xc4\x12[\"list\",\"dynamic\"]\x91".repeat(100_000);
    let error = decode(&levels, &Type::Dynamic).expect_err("too deep");
    assert_eq!(error.problem(), "nested more than 256 levels deep");
    let levels = b"\x92\xc4\x09\"dynamic\"".repeat(100_000);
    let error = decode(&levels, &Type::Dynamic).expect_err("too deep");
    assert_eq!(error.problem(), "nested more than 256 levels deep");
    let name = [
        "[\"list\",".repeat(60_000),
        "1".to_owned(),
        "]".repeat(60_000),
    ]
    .concat();
    let mut bytes = vec![0x92, 0xc6];
    bytes.extend_from_slice(&(name.len() as u32).to_be_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0xc0);
    assert!(decode(&bytes, &Type::Dynamic).is_err());
}

#[test]
fn values_of_another_type_are_errors() {
    let secret = Value::from("secret");
    let cases = [
        (
            Type::Bool,
            secret.clone(),
            "a bool is required, not a string",
        ),
        (
            Type::Dynamic,
            secret.clone(),
            "a value with its type is required, not a string",
        ),
        (
            Type::list(Type::Bool),
            Value::set([]),
            "a list is required, not a set",
        ),
        (
            pair(),
            Value::map([("c", Value::Null)]),
            "c: the object type does not have this attribute",
        ),
        (
            Type::map(Type::list(Type::Bool)),
            Value::map([("k", Value::List(vec![Value::Null, secret.clone()]))]),
            r#"["k"][1]: a bool is required, not a string"#,
        ),
        (
            Type::object([("s", Type::set(Type::Bool))]),
            Value::map([("s", Value::set([secret]))]),
            "s: a bool is required, not a string",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            Value::List(vec![]),
            "a tuple of 1 elements is required, not 0",
        ),
    ];
    for (ty, value, message) in cases {
        let error = encode(&value, &ty).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
