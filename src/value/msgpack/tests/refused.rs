//! What is neither read nor written.

use super::*;

#[test]
fn bytes_of_another_type_are_refused_without_showing_them() {
    let object = Type::object([("p", Type::map(pair()))]);
    let cases: Vec<(Type, &[u8], &str)> = vec![
        (
            Type::Bool,
            b"\xa4true",
            "a bool is required, but this is a string",
        ),
        (
            Type::Bool,
            b"\x01",
            "a bool is required, but this is an integer",
        ),
        (
            Type::String,
            b"\x01",
            "a string is required, but this is an integer",
        ),
        (
            Type::String,
            b"\xc4\x01a",
            "a string is required, but this is binary",
        ),
        (Type::String, b"\xa1\xff", "a string is not valid UTF-8"),
        (
            Type::Number,
            b"\xc3",
            "a number is required, but this is a bool",
        ),
        (Type::Number, b"\xa6secret", "a number is required"),
        (
            Type::Number,
            b"\xcb\x7f\xf8\0\0\0\0\0\0",
            "a number is required, not NaN",
        ),
        (
            Type::list(Type::Bool),
            b"\x80",
            "a list is required, but this is a map",
        ),
        (
            Type::set(Type::Bool),
            b"\x91\x90",
            "a bool is required, but this is an array",
        ),
        (
            Type::map(Type::Bool),
            b"\x90",
            "a map is required, but this is an array",
        ),
        (
            Type::map(Type::Bool),
            b"\x81\x01\xc3",
            "a key is an integer instead of a string",
        ),
        (
            pair(),
            b"\xcb\0\0\0\0\0\0\0\0",
            "an object is required, but this is a float",
        ),
        (pair(), b"\x81\xa1a\x01", "b: the attribute is missing"),
        (
            pair(),
            b"\x81\xa1c\x01",
            "c: the object's type has no such attribute",
        ),
        (
            pair(),
            b"\x82\xa1a\x01\xa1a\x01",
            "a: the attribute is there twice",
        ),
        (
            object,
            b"\x81\xa1p\x81\xa1k\x82\xa1b\xa0\xa1a\xc3",
            r#"p["k"].a: a number is required, but this is a bool"#,
        ),
        (
            Type::list(Type::set(Type::Bool)),
            b"\x92\x90\x92\xc3\x01",
            "[1]: a bool is required, but this is an integer",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            b"\x92\xc3\xc3",
            "a tuple of 1 elements is required, but this has 2",
        ),
        (
            Type::Dynamic,
            b"\xc3",
            "a value with its type is required, but this is a bool",
        ),
        (
            Type::Dynamic,
            b"\x91\xc3",
            "a dynamic value is an array of a type and a value",
        ),
        (
            Type::Dynamic,
            b"\x92\xc3\xc3",
            "a dynamic value's type is not the JSON of a type",
        ),
        (
            Type::Dynamic,
            b"\x92\xa3\"x\"\xc3",
            "a dynamic value's type is not the JSON of a type",
        ),
        (
            Type::Bool,
            b"\xc1",
            "a bool is required, but this is a byte that MessagePack never uses",
        ),
        (
            Type::Bool,
            b"\xc3\xc3",
            "the MessagePack goes on after the value",
        ),
        (
            Type::Bool,
            b"",
            "the MessagePack ends in the middle of this value",
        ),
        (
            Type::Bool,
            b"\xd4\x00",
            "the MessagePack ends in the middle of this value",
        ),
        (
            Type::String,
            b"\xdb\xff\xff\xff\xff",
            "the MessagePack ends in the middle of this value",
        ),
    ];
    for (ty, bytes, message) in cases {
        let error = decode(bytes, &ty).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn hostile_lengths_and_depths_are_refused_cheaply() {
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
fn values_of_another_type_are_not_written() {
    let secret = Value::from("secret");
    let cases = [
        (
            Type::Bool,
            secret.clone(),
            "a bool is required, but this is a string",
        ),
        (
            Type::Dynamic,
            secret.clone(),
            "a value with its type is required, but this is a string",
        ),
        (
            Type::list(Type::Bool),
            Value::set([]),
            "a list is required, but this is a set",
        ),
        (
            pair(),
            Value::map([("c", Value::Null)]),
            "c: the object's type has no such attribute",
        ),
        (
            Type::map(Type::list(Type::Bool)),
            Value::map([("k", Value::List(vec![Value::Null, secret.clone()]))]),
            r#"["k"][1]: a bool is required, but this is a string"#,
        ),
        (
            Type::object([("s", Type::set(Type::Bool))]),
            Value::map([("s", Value::set([secret]))]),
            "s: a bool is required, but this is a string",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            Value::List(vec![]),
            "a tuple of 1 elements is required, but this has 0",
        ),
    ];
    for (ty, value, message) in cases {
        let error = encode(&value, &ty).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
