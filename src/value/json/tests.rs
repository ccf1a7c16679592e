use proptest::prelude::*;

use super::*;
use crate::value::arbitrary;

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number"))
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((ty, value)))
}

fn pair() -> Type {
    Type::object([("a", Type::Number), ("b", Type::String)])
}

fn read(text: &str, ty: &Type) -> Result<Value, DecodeError> {
    from_slice(text.as_bytes(), ty)
}

#[test]
fn every_type_is_encoded_as_by_terraform() {
    let cases = [
        (Type::Bool, "null", Value::Null),
        (Type::Dynamic, "null", Value::Null),
        (Type::Bool, "true", Value::Bool(true)),
        (Type::String, r#""🧡 é\n""#, Value::from("🧡 é\n")),
        (Type::Number, "0.1", number("0.1")),
        (Type::Number, "3", number("3.0")),
        (Type::Number, "0", number("-0")),
        (
            Type::Number,
            "9223372036854775808",
            number("9223372036854775808"),
        ),
        (
            Type::Number,
            "1000000000000000000000000000000",
            number("1e30"),
        ),
        (Type::Number, "1e+999999", number("1e999999")),
        (Type::Number, "1e-999999999999", number("1e-999999999999")),
        (
            Type::list(Type::Bool),
            "[true,null]",
            Value::List(vec![Value::Bool(true), Value::Null]),
        ),
        (
            Type::set(Type::Number),
            "[1,2]",
            Value::set([number("2"), number("1")]),
        ),
        (
            Type::map(Type::Bool),
            r#"{"k":false}"#,
            Value::map([("k", Value::Bool(false))]),
        ),
        (
            pair(),
            r#"{"a":1,"b":null}"#,
            Value::map([("a", number("1")), ("b", Value::Null)]),
        ),
        (
            Type::Tuple(vec![Type::Bool, Type::Number]),
            "[true,1]",
            Value::List(vec![Value::Bool(true), number("1")]),
        ),
        (
            Type::Dynamic,
            r#"{"type":["list","string"],"value":["a"]}"#,
            dynamic(
                Type::list(Type::String),
                Value::List(vec![Value::from("a")]),
            ),
        ),
        (
            Type::Dynamic,
            r#"{"type":"string","value":null}"#,
            dynamic(Type::String, Value::Null),
        ),
    ];
    for (ty, text, value) in cases {
        assert_eq!(
            encode(&value, &ty).map(|json| json.to_string()),
            Ok(text.to_owned())
        );
        assert_eq!(read(text, &ty), Ok(value), "{text}");
    }
}

#[test]
fn old_states_are_decoded_leniently() {
    let digits = "123456789012345678901234567890.123456789012345678901234567890";
    let cases = [
        (Type::Number, r#""12.50""#.to_owned(), number("12.5")),
        (Type::Number, "-0.0".to_owned(), number("0")),
        (Type::Number, digits.to_owned(), number(digits)),
        (Type::Number, "1E30".to_owned(), number("1e30")),
        (Type::String, digits.to_owned(), Value::from(digits)),
        (Type::String, "true".to_owned(), Value::from("true")),
        (Type::String, "\"e\u{301}\"".to_owned(), Value::from("é")),
        (Type::Bool, r#""true""#.to_owned(), Value::Bool(true)),
        (Type::Bool, r#""0""#.to_owned(), Value::Bool(false)),
        (
            pair(),
            r#"{"c":[1]}"#.to_owned(),
            Value::map([("a", Value::Null), ("b", Value::Null)]),
        ),
        (
            pair(),
            r#"{"a":"7","b":7}"#.to_owned(),
            Value::map([("a", number("7")), ("b", Value::from("7"))]),
        ),
        (
            Type::set(Type::String),
            r#"["b","a","b"]"#.to_owned(),
            Value::set([Value::from("a"), Value::from("b")]),
        ),
        (
            Type::map(Type::Bool),
            "{\"e\u{301}\":true}".to_owned(),
            Value::map([("é", Value::Bool(true))]),
        ),
        (
            Type::Dynamic,
            r#"{"type":"dynamic","value":null}"#.to_owned(),
            Value::Null,
        ),
    ];
    for (ty, text, value) in cases {
        assert_eq!(read(&text, &ty), Ok(value), "{text}");
    }
}

#[test]
fn json_of_another_type_is_an_error_without_the_value() {
    let cases = [
        (Type::Bool, "1", "a bool is required, not a number"),
        (Type::Bool, r#""secret""#, "a bool is required"),
        (Type::Number, "true", "a number is required, not a bool"),
        (Type::Number, r#""secret""#, "a number is required"),
        (Type::String, "[]", "a string is required, not an array"),
        (
            Type::list(Type::Bool),
            "{}",
            "a list is required, not an object",
        ),
        (
            Type::map(Type::Bool),
            "[]",
            "a map is required, not an array",
        ),
        (pair(), r#""secret""#, "an object is required, not a string"),
        (
            pair(),
            r#"{"a":[]}"#,
            "a: a number is required, not an array",
        ),
        (
            Type::map(Type::list(Type::Bool)),
            r#"{"k":[null,2]}"#,
            r#"["k"][1]: a bool is required, not a number"#,
        ),
        (
            Type::list(Type::set(Type::Bool)),
            "[[],[true,2]]",
            "[1]: a bool is required, not a number",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            "[]",
            "a tuple of 1 elements is required, not 0",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            "[3]",
            "[0]: a bool is required, not a number",
        ),
        (
            Type::Dynamic,
            "true",
            "a value with its type is required, not a bool",
        ),
        (
            Type::Dynamic,
            r#"{"type":"bool"}"#,
            "a dynamic value must be an object with `type` and `value`",
        ),
        (
            Type::Dynamic,
            r#"{"type":"secret","value":1}"#,
            "the type of a dynamic value is invalid",
        ),
        (Type::Bool, "true false", "invalid JSON (line 1, column 6)"),
        (Type::Bool, "", "invalid JSON (line 1, column 0)"),
    ];
    for (ty, text, message) in cases {
        assert_eq!(read(text, &ty).expect_err(message).to_string(), message);
    }
    assert!(read(&"[".repeat(100_000), &Type::Dynamic).is_err());
    // serde_json reserves this key for its own encoding of numbers. It does not occur in states.
    assert!(
        read(
            r#"{"$serde_json::private::Number":"1"}"#,
            &Type::map(Type::String)
        )
        .is_err()
    );
}

#[test]
fn values_that_json_cannot_encode_are_errors() {
    let cases = [
        (
            Type::Bool,
            Value::Unknown,
            "JSON cannot encode an unknown value",
        ),
        (
            Type::Number,
            number("-Inf"),
            "JSON cannot encode an infinite number",
        ),
        (
            Type::Number,
            Value::from("secret"),
            "a number is required, not a string",
        ),
        (
            pair(),
            Value::map([("c", Value::Null)]),
            "c: the object type does not have this attribute",
        ),
        (
            Type::map(Type::list(Type::Bool)),
            Value::map([("k", Value::List(vec![Value::Unknown]))]),
            r#"["k"][0]: JSON cannot encode an unknown value"#,
        ),
        (
            Type::object([("s", Type::set(Type::Bool))]),
            Value::map([("s", Value::set([Value::Unknown]))]),
            "s: JSON cannot encode an unknown value",
        ),
        (
            Type::Tuple(vec![Type::Bool]),
            Value::List(vec![Value::Null, Value::Null]),
            "a tuple of 1 elements is required, not 2",
        ),
    ];
    for (ty, value, message) in cases {
        assert_eq!(encode(&value, &ty).expect_err(message).to_string(), message);
    }
}

#[test]
fn a_missing_attribute_is_encoded_as_null() {
    let sparse = Value::map([("a", number("1"))]);
    assert_eq!(encode(&sparse, &pair()), Ok(json!({ "a": 1, "b": null })));
}

fn typed_values() -> impl Strategy<Value = (Type, Value)> {
    arbitrary::types().prop_flat_map(|ty| {
        let value = arbitrary::values(&ty, false);
        (Just(ty), value)
    })
}

proptest! {
    #[test]
    fn values_round_trip((ty, value) in typed_values()) {
        let json = encode(&value, &ty).expect("a known value of the type");
        prop_assert_eq!(decode(&json, &ty), Ok(value.clone()));
        prop_assert_eq!(read(&json.to_string(), &ty), Ok(value));
    }

    #[test]
    fn json_of_other_types_never_panics((ty, value) in typed_values(), other in arbitrary::types()) {
        let json = encode(&value, &ty).expect("a known value of the type");
        if let Ok(value) = decode(&json, &other) {
            prop_assert!(encode(&value, &other).is_ok() || json.to_string().contains("Inf"));
        }
    }

    #[test]
    fn arbitrary_text_never_panics(ty in arbitrary::types(), text in "[\\[\\]{}:,\"a0-9.e-]{0,32}") {
        let _ = read(&text, &ty);
    }

    #[test]
    fn types_round_trip(ty in arbitrary::types()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Some(ty));
    }
}
