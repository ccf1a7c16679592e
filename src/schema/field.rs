use std::collections::{BTreeMap, BTreeSet};

use super::attribute::{Block, Shape};
use super::choice::Choice;
use super::text::{Meaning, Text};
use super::unit::Unit;

/// A declared struct: the spec of a kind, a nested object, the provider block.
///
/// Comes from `#[derive(Spec)]`. The struct is a declaration; none is ever built, because a plan holds
/// nulls and unknowns that a struct cannot.
pub trait Spec {
    /// Its attributes and rules.
    fn block() -> Block;
}

/// A type that can stand at a field of a declared struct.
pub trait Field {
    /// Whether the attribute may be left out.
    const OPTIONAL: bool = false;
    /// Whether its value is masked in a plan.
    const SENSITIVE: bool = false;
    /// The shape of its values.
    fn shape() -> Shape;
}

/// An amount of anything, such as `500m` or `10Gi`. Compared by what it means, kept as it was written. The
/// API takes and gives it as an integer or a string. Where it is known what is counted, say that:
/// [`Bytes`], [`Cpu`], [`Cores`].
pub struct Quantity;

/// A [`Quantity`] of memory or storage, such as `10Gi`. Less than `1Mi` is a mistake.
pub struct Bytes;

/// A [`Quantity`] of CPU, such as `500m` or `2`. 1000 cores are a mistake.
pub struct Cpu;

/// A [`Quantity`] of whole CPU cores, such as `2`.
pub struct Cores;

/// A duration in Go's notation, such as `30s` or `1h30m`. Compared by what it means.
pub struct Duration;

/// A JSON object in a string, usually from `jsonencode`. Compared by what it means. The API takes and
/// gives it as an object.
pub struct Json;

/// A string that the API may hold as a whole number.
pub struct IntOrString;

/// A password, key or token: masked in a plan, never logged.
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

/// What `#[derive(Spec)]` adds beside [`Spec`], so that a struct can stand at a field of another.
pub fn object_shape<T: Spec>() -> Shape {
    Shape::Object(T::block())
}

/// What `#[derive(Choice)]` adds beside [`Choice`], so that an enum can stand at a field.
pub fn choice_shape<T: Choice>() -> Shape {
    Shape::Text(Text {
        choices: T::choices(),
        ..Text::default()
    })
}
