use std::collections::{BTreeMap, BTreeSet};

use super::attribute::{Block, Shape};
use super::choice::Choice;
use super::text::{Meaning, Text};
use super::unit::Unit;

/// A declared struct: the spec of a kind, a nested object, the provider block.
///
/// Implemented by `#[derive(Spec)]`. The struct only declares a schema and is never instantiated: plans contain null
/// and unknown values, which a struct cannot represent.
pub trait Spec {
    /// Its attributes and rules.
    fn block() -> Block;
}

/// A type that can be used for a field of a declared struct.
pub trait Field {
    /// Whether the attribute is optional.
    const OPTIONAL: bool = false;
    /// Whether the value is sensitive.
    const SENSITIVE: bool = false;
    /// The shape of the values.
    fn shape() -> Shape;
}

/// An amount, such as `500m` or `10Gi`. Compared by value, stored as it is written. The API accepts and returns an
/// integer or a string. Prefer the types with a unit: [`Bytes`], [`Cpu`], [`Cores`].
pub struct Quantity;

/// A [`Quantity`] of memory or storage, such as `10Gi`. Less than `1Mi` is an error.
pub struct Bytes;

/// A [`Quantity`] of CPU, such as `500m` or `2`. 1000 or more cores are an error.
pub struct Cpu;

/// A [`Quantity`] of whole CPU cores, such as `2`.
pub struct Cores;

/// A duration in Go's notation, such as `30s` or `1h30m`. Compared by value.
pub struct Duration;

/// A JSON object in a string, usually from `jsonencode`. Compared by value. The API accepts and returns it as an
/// object.
pub struct Json;

/// A string that the API may return as an integer.
pub struct IntOrString;

/// Any value, with its type. The API accepts and returns its JSON.
pub struct Dynamic;

/// A password, key or token: masked in plans, never logged.
pub struct Secret(String);

impl Secret {
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(text)
    }
}

impl Field for bool {
    fn shape() -> Shape {
        Shape::Bool
    }
}

impl Field for i64 {
    fn shape() -> Shape {
        Shape::Integer {
            min: None,
            max: None,
        }
    }
}

fn text(meaning: Meaning) -> Shape {
    Shape::Text(Text {
        meaning,
        ..Text::default()
    })
}

impl Field for String {
    fn shape() -> Shape {
        text(Meaning::Plain)
    }
}

impl Field for Quantity {
    fn shape() -> Shape {
        text(Meaning::Quantity)
    }
}

fn amount(unit: Unit) -> Shape {
    Shape::Text(Text {
        meaning: Meaning::Quantity,
        unit: Some(unit),
        ..Text::default()
    })
}

impl Field for Bytes {
    fn shape() -> Shape {
        amount(Unit::Bytes)
    }
}

impl Field for Cpu {
    fn shape() -> Shape {
        amount(Unit::Cpu)
    }
}

impl Field for Cores {
    fn shape() -> Shape {
        amount(Unit::Cores)
    }
}

impl Field for Duration {
    fn shape() -> Shape {
        text(Meaning::Duration)
    }
}

impl Field for Json {
    fn shape() -> Shape {
        text(Meaning::Json)
    }
}

impl Field for IntOrString {
    fn shape() -> Shape {
        text(Meaning::IntOrString)
    }
}

impl Field for Dynamic {
    fn shape() -> Shape {
        Shape::Dynamic
    }
}

impl Field for Secret {
    const SENSITIVE: bool = true;
    fn shape() -> Shape {
        text(Meaning::Plain)
    }
}

impl<T: Field> Field for Option<T> {
    const OPTIONAL: bool = true;
    const SENSITIVE: bool = T::SENSITIVE;
    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Field> Field for Vec<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

impl<T: Field> Field for BTreeSet<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    fn shape() -> Shape {
        Shape::Set(Box::new(T::shape()))
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    const SENSITIVE: bool = T::SENSITIVE;
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }
}

/// Implemented by `#[derive(Spec)]` in addition to [`Spec`], so that the struct can be a field of another struct.
pub fn object_shape<T: Spec>() -> Shape {
    Shape::Object(T::block())
}

/// Implemented by `#[derive(Choice)]` in addition to [`Choice`], so that the enum can be a field of a struct.
pub fn choice_shape<T: Choice>() -> Shape {
    Shape::Text(Text {
        choices: T::choices(),
        ..Text::default()
    })
}
