use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::attribute::{Block, Shape};
use super::duration::duration;
use super::quantity::Amount;
use super::text::{Meaning, Text};
use crate::value::Value;

/// Whether two values are equivalent: `1Gi` and `1024Mi`, `90s` and `1m30s`, JSON that differs only in whitespace or
/// the order of keys. An unknown value is not equivalent to any value.
pub fn same(shape: &Shape, one: &Value, other: &Value) -> bool {
    match (shape, one, other) {
        (_, Value::Null, Value::Null) => true,
        (_, Value::Unknown, _) | (_, _, Value::Unknown) => false,
        (Shape::Text(text), Value::String(one), Value::String(other)) => {
            one == other || same_text(text, one, other)
        }
        (Shape::List(element), Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(element, a, b))
        }
        (Shape::Set(element), Value::Set(one), Value::Set(other)) => {
            let among =
                |value: &Value, values: &[Value]| values.iter().any(|v| same(element, value, v));
            one.iter().all(|value| among(value, other))
                && other.iter().all(|value| among(value, one))
        }
        (Shape::Map(element), Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|((k, a), (l, b))| k == l && same(element, a, b))
        }
        (Shape::Object(object), Value::Map(one), Value::Map(other)) => {
            same_object(object, one, other)
        }
        (Shape::Dynamic, one, other) if one.is_wholly_known() && other.is_wholly_known() => {
            same_json(&one.to_json(), &other.to_json())
        }
        _ => one == other,
    }
}

fn same_object(
    object: &Block,
    one: &BTreeMap<String, Value>,
    other: &BTreeMap<String, Value>,
) -> bool {
    object.attributes.iter().all(|attribute| {
        let of = |entries: &BTreeMap<String, Value>| {
            entries.get(&*attribute.name).cloned().unwrap_or_default()
        };
        same(&attribute.shape, &of(one), &of(other))
    })
}

fn same_text(text: &Text, one: &str, other: &str) -> bool {
    fn both<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
        one.is_some() && one == other
    }
    if text.synonym(one) == Some(other) {
        return true;
    }
    match text.meaning {
        Meaning::Plain | Meaning::IntOrString => false,
        Meaning::Quantity => both(Amount::parse(one), Amount::parse(other)),
        Meaning::Duration => both(duration(one), duration(other)),
        Meaning::Json => match (json(one), json(other)) {
            (Some(one), Some(other)) => same_json(&one, &other),
            _ => false,
        },
    }
}

/// The platform stores every number as a 64-bit float: `1.0` is returned as `1`.
fn same_json(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(a), Json::Number(b)) => {
            a == b || a.as_f64().is_some() && a.as_f64() == b.as_f64()
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        _ => one == other,
    }
}

fn json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Field;

    fn text(meaning: Meaning) -> Shape {
        Shape::Text(Text {
            meaning,
            ..Text::default()
        })
    }

    #[test]
    fn meaning_decides_not_spelling() {
        let check =
            |meaning, one: &str, other: &str| same(&text(meaning), &one.into(), &other.into());
        assert!(check(Meaning::Quantity, "1Gi", "1024Mi"));
        assert!(!check(Meaning::Quantity, "1Gi", "1G"));
        assert!(check(Meaning::Duration, "90s", "1m30s"));
        assert!(check(Meaning::Duration, "1.5h", "90m"));
        assert!(check(
            Meaning::Json,
            r#"{"a":1,"b":2}"#,
            r#"{ "b": 2, "a": 1 }"#
        ));
        assert!(!check(Meaning::Plain, "1Gi", "1024Mi"));
        assert!(!check(Meaning::Quantity, "x", "y"));
    }

    #[test]
    fn synonyms_mean_the_same() {
        let sizes = Shape::Text(Text {
            synonyms: &[("micro", "t1.micro"), ("medium", "c1.small")],
            ..Text::default()
        });
        let check = |one: &str, other: &str| same(&sizes, &one.into(), &other.into());
        assert!(check("micro", "t1.micro") && check("t1.micro", "micro"));
        assert!(!check("micro", "c1.small") && !check("small", "c1.small"));
    }

    #[test]
    fn order_counts_in_a_list_and_not_in_a_set() {
        let (one, other) = (
            vec![Value::from(22), Value::from(80)],
            vec![Value::from(80), Value::from(22)],
        );
        let list = Vec::<i64>::shape();
        let set = std::collections::BTreeSet::<i64>::shape();
        assert!(!same(
            &list,
            &Value::List(one.clone()),
            &Value::List(other.clone())
        ));
        assert!(same(&set, &Value::set(one), &Value::set(other)));
    }
}
