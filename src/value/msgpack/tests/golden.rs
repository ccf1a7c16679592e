//! The encoding of each kind of value.

use super::*;

/// Values and their encodings, which are also decoded to the same value.
fn golden() -> Vec<(&'static str, Type, Value, Vec<u8>)> {
    let text = Type::String;
    let strings = || Type::list(Type::String);
    vec![
        ("null", Type::Bool, Value::Null, vec![0xc0]),
        ("null object", pair(), Value::Null, vec![0xc0]),
        ("unknown", Type::Bool, Value::Unknown, vec![0xd4, 0, 0]),
        ("true", Type::Bool, Value::Bool(true), vec![0xc3]),
        ("false", Type::Bool, Value::Bool(false), vec![0xc2]),
        ("empty string", text.clone(), Value::from(""), vec![0xa0]),
        (
            "short string",
            text.clone(),
            Value::from("abc"),
            b"\xa3abc".to_vec(),
        ),
        (
            "emoji",
            text.clone(),
            Value::from("🧡"),
            b"\xa4\xf0\x9f\xa7\xa1".to_vec(),
        ),
        (
            "NFC",
            text.clone(),
            Value::from("é"),
            b"\xa2\xc3\xa9".to_vec(),
        ),
        (
            "32 bytes",
            text.clone(),
            Value::from("x".repeat(32)),
            join(&[b"\xd9\x20", &[b'x'; 32]]),
        ),
        (
            "256 bytes",
            text.clone(),
            Value::from("x".repeat(256)),
            join(&[b"\xda\x01\x00", &[b'x'; 256]]),
        ),
        (
            "1 MB string",
            text,
            Value::from("x".repeat(1 << 20)),
            join(&[b"\xdb\x00\x10\x00\x00", &vec![b'x'; 1 << 20]]),
        ),
        ("empty list", strings(), Value::List(vec![]), vec![0x90]),
        (
            "list",
            strings(),
            Value::List(vec![
                Value::from("b"),
                Value::Null,
                Value::Unknown,
                Value::from("a"),
            ]),
            b"\x94\xa1b\xc0\xd4\x00\x00\xa1a".to_vec(),
        ),
        (
            "set",
            Type::set(Type::Number),
            Value::set([number("2"), number("1"), Value::Unknown, number("2")]),
            vec![0x93, 0xd4, 0, 0, 1, 2],
        ),
        (
            "tuple",
            Type::Tuple(vec![Type::Bool, Type::String]),
            Value::List(vec![Value::Bool(true), Value::from("a")]),
            b"\x92\xc3\xa1a".to_vec(),
        ),
        (
            "empty map",
            Type::map(Type::Bool),
            Value::map::<&str>([]),
            vec![0x80],
        ),
        (
            "map",
            Type::map(Type::Bool),
            Value::map([("b", Value::Bool(true)), ("a", Value::Null)]),
            b"\x82\xa1a\xc0\xa1b\xc3".to_vec(),
        ),
        (
            "object",
            pair(),
            Value::map([("b", Value::from("x")), ("a", number("1"))]),
            b"\x82\xa1a\x01\xa1b\xa1x".to_vec(),
        ),
        ("null of no type", Type::Dynamic, Value::Null, vec![0xc0]),
        (
            "unknown of no type",
            Type::Dynamic,
            Value::Unknown,
            vec![0xd4, 0, 0],
        ),
        (
            "dynamic",
            Type::Dynamic,
            dynamic(Type::String, Value::from("a")),
            b"\x92\xc4\x08\"string\"\xa1a".to_vec(),
        ),
        (
            "unknown of a type",
            Type::Dynamic,
            dynamic(Type::list(Type::Bool), Value::Unknown),
            b"\x92\xc4\x0f[\"list\",\"bool\"]\xd4\x00\x00".to_vec(),
        ),
        (
            "null of a type",
            Type::Dynamic,
            dynamic(Type::Bool, Value::Null),
            b"\x92\xc4\x06\"bool\"\xc0".to_vec(),
        ),
    ]
}

/// Numbers by go-cty's rule: an `int64` if possible, otherwise an exact float, otherwise a string.
fn golden_numbers() -> Vec<(&'static str, Vec<u8>)> {
    let float = |float: f64| join(&[&[0xcb], &float.to_be_bytes()]);
    vec![
        ("0", vec![0]),
        ("-0", vec![0]),
        ("3.0", vec![3]),
        ("127", vec![0x7f]),
        ("128", vec![0xcc, 0x80]),
        ("255", vec![0xcc, 0xff]),
        ("256", vec![0xcd, 1, 0]),
        ("65535", vec![0xcd, 0xff, 0xff]),
        ("65536", vec![0xce, 0, 1, 0, 0]),
        ("4294967296", vec![0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("9223372036854775807", join(&[&[0xcf, 0x7f], &[0xff; 7]])),
        ("-1", vec![0xff]),
        ("-32", vec![0xe0]),
        ("-33", vec![0xd0, 0xdf]),
        ("-128", vec![0xd0, 0x80]),
        ("-129", vec![0xd1, 0xff, 0x7f]),
        ("-32769", vec![0xd2, 0xff, 0xff, 0x7f, 0xff]),
        (
            "-2147483649",
            vec![0xd3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff],
        ),
        ("-9223372036854775808", join(&[&[0xd3, 0x80], &[0; 7]])),
        ("9223372036854775808", join(&[&[0xcb, 0x43, 0xe0], &[0; 6]])),
        ("-9223372036854775809", b"\xb4-9223372036854775809".to_vec()),
        ("18446744073709551615", b"\xb418446744073709551615".to_vec()),
        (
            "18446744073709551616",
            join(&[&[0xcb, 0x43, 0xf0], &[0; 6]]),
        ),
        ("0.5", join(&[&[0xcb, 0x3f, 0xe0], &[0; 6]])),
        ("-1.25", float(-1.25)),
        ("0.1", b"\xa30.1".to_vec()),
        ("1e22", float(1e22)),
        ("1e30", b"\xbf1000000000000000000000000000000".to_vec()),
        ("1e-7", b"\xa90.0000001".to_vec()),
        ("1e999999", b"\xa91e+999999".to_vec()),
        ("+Inf", float(f64::INFINITY)),
        ("-Inf", float(f64::NEG_INFINITY)),
    ]
}

#[test]
fn every_type_is_encoded_as_by_terraform() {
    for (name, ty, value, bytes) in golden() {
        assert_eq!(encode(&value, &ty).as_ref(), Ok(&bytes), "{name}");
        assert_eq!(decode(&bytes, &ty).as_ref(), Ok(&value), "{name}");
    }
}

#[test]
fn every_number_is_encoded_as_by_terraform() {
    for (text, bytes) in golden_numbers() {
        assert_eq!(
            encode(&number(text), &Type::Number).as_ref(),
            Ok(&bytes),
            "{text}"
        );
        assert_eq!(decode(&bytes, &Type::Number), Ok(number(text)), "{text}");
    }
}
