//! Other encodings that are accepted, and values that are converted.

use super::*;

#[test]
fn other_encodings_of_a_value_are_decoded() {
    let refined = |length: &[u8], payload: &[u8]| join(&[length, &[12], payload]);
    let cases: Vec<(&str, Type, Vec<u8>, Value)> = vec![
        (
            "wide int",
            Type::Number,
            vec![0xd3, 0, 0, 0, 0, 0, 0, 0, 5],
            number("5"),
        ),
        (
            "u64",
            Type::Number,
            join(&[&[0xcf], &[0xff; 8]]),
            number("18446744073709551615"),
        ),
        (
            "f32",
            Type::Number,
            vec![0xca, 0x3f, 0x80, 0, 0],
            number("1"),
        ),
        (
            "f64 -0",
            Type::Number,
            join(&[&[0xcb, 0x80], &[0; 7]]),
            number("0"),
        ),
        ("text", Type::Number, b"\xa41e30".to_vec(), number("1e30")),
        (
            "non-NFC",
            Type::String,
            b"\xa3e\xcc\x81".to_vec(),
            Value::from("é"),
        ),
        (
            "wide string",
            Type::String,
            b"\xdb\0\0\0\x01a".to_vec(),
            Value::from("a"),
        ),
        (
            "non-NFC key",
            Type::map(Type::Bool),
            b"\x81\xa3e\xcc\x81\xc3".to_vec(),
            Value::map([("é", Value::Bool(true))]),
        ),
        (
            "set in disorder",
            Type::set(Type::Number),
            vec![0x94, 3, 1, 3, 0xca, 0x3f, 0x80, 0, 0],
            Value::set([number("1"), number("3")]),
        ),
        (
            "set equal after normalization",
            Type::set(Type::String),
            b"\x92\xa3e\xcc\x81\xa2\xc3\xa9".to_vec(),
            Value::set([Value::from("é")]),
        ),
        (
            "object in disorder",
            pair(),
            b"\x82\xa1b\xa1x\xa1a\x01".to_vec(),
            Value::map([("a", number("1")), ("b", Value::from("x"))]),
        ),
        (
            "wide array",
            Type::list(Type::Bool),
            b"\xdd\0\0\0\x01\xc3".to_vec(),
            { Value::List(vec![Value::Bool(true)]) },
        ),
        (
            "wide map",
            Type::map(Type::Bool),
            b"\xdf\0\0\0\0".to_vec(),
            Value::map::<&str>([]),
        ),
        (
            "type as string",
            Type::Dynamic,
            b"\x92\xa8\"string\"\xa1a".to_vec(),
            dynamic(Type::String, Value::from("a")),
        ),
        (
            "dynamic of dynamic",
            Type::Dynamic,
            b"\x92\xc4\x09\"dynamic\"\xc0".to_vec(),
            Value::Null,
        ),
        (
            "refined",
            Type::String,
            refined(&[0xc7, 3], &[0x81, 1, 0xc2]),
            Value::Unknown,
        ),
        (
            "refined, odd key",
            Type::String,
            refined(&[0xc7, 3], &[0x81, 99, 0]),
            Value::Unknown,
        ),
        (
            "empty ext8",
            Type::String,
            refined(&[0xc7, 0], &[]),
            Value::Unknown,
        ),
        (
            "fixext2",
            Type::Number,
            refined(&[0xd5], &[0; 2]),
            Value::Unknown,
        ),
        (
            "fixext4",
            Type::Number,
            refined(&[0xd6], &[0; 4]),
            Value::Unknown,
        ),
        (
            "fixext8",
            Type::Number,
            refined(&[0xd7], &[0; 8]),
            Value::Unknown,
        ),
        (
            "fixext16",
            Type::Number,
            refined(&[0xd8], &[0; 16]),
            Value::Unknown,
        ),
        (
            "ext16",
            pair(),
            refined(&[0xc8, 1, 4], &[0xc0; 260]),
            Value::Unknown,
        ),
        (
            "ext32",
            Type::Dynamic,
            refined(&[0xc9, 0, 0, 0, 1], &[0]),
            Value::Unknown,
        ),
    ];
    for (name, ty, bytes, value) in cases {
        assert_eq!(decode(&bytes, &ty), Ok(value), "{name}");
    }
}

#[test]
fn values_are_normalized_without_loss() {
    let sparse = Value::map([("b", Value::from("x"))]);
    assert_eq!(
        encode(&sparse, &pair()),
        Ok(b"\x82\xa1a\xc0\xa1b\xa1x".to_vec())
    );
    let decomposed = Value::from("e\u{301}");
    assert_eq!(
        encode(&decomposed, &Type::String),
        Ok(b"\xa2\xc3\xa9".to_vec())
    );
    let keys = Value::map([("e\u{301}", Value::Null)]);
    assert_eq!(
        encode(&keys, &Type::map(Type::Bool)),
        Ok(b"\x81\xa2\xc3\xa9\xc0".to_vec())
    );
    let wrapped = dynamic(Type::Dynamic, dynamic(Type::Bool, Value::Bool(true)));
    assert_eq!(
        encode(&wrapped, &Type::Dynamic),
        Ok(b"\x92\xc4\x06\"bool\"\xc3".to_vec())
    );
}
