use std::collections::BTreeMap;

use crate::resource::observe::observed::Observed;
use crate::schema::{Attribute, Block, Field, Shape, ToValue};
use crate::value::Value;

/// What the platform reports of a kind's objects beside what every kind has, as a struct.
///
/// Comes from `#[derive(Outputs)]`. Unlike a spec it is built, so that an attribute that is not declared
/// cannot be set, and none can be forgotten.
pub trait Outputs: ToValue {
    /// Whether one of them is secret.
    const HAS_CREDENTIALS: bool;

    /// The attributes, in the order to document them.
    fn declared() -> Vec<Output>;
}

/// How the outputs of a kind are read.
pub trait Observe: Outputs {
    /// The outputs in what was seen, beside the other attributes: what of them was given to be written only
    /// must not come into the state by an output.
    fn observe(seen: &Observed, values: &Value) -> Self;
}

/// The outputs of a kind: their declaration, and how they are read.
#[derive(Clone, Copy)]
pub struct OutputSet {
    declared: fn() -> Vec<Output>,
    observed: fn(&Observed, &Value) -> Value,
    has_credentials: bool,
}

impl OutputSet {
    /// Of a kind that has no more than what every kind has.
    pub const NONE: OutputSet = OutputSet {
        declared: Vec::new,
        observed: |_, _| Value::Null,
        has_credentials: false,
    };

    /// Those of this struct.
    pub const fn of<T: Observe>() -> OutputSet {
        OutputSet {
            declared: T::declared,
            observed: observed::<T>,
            has_credentials: T::HAS_CREDENTIALS,
        }
    }

    /// The attributes, in the order to document them.
    pub fn declared(&self) -> Vec<Output> {
        (self.declared)()
    }

    /// Whether one of them is secret, so that the kind has an ephemeral resource for them.
    pub fn has_credentials(&self) -> bool {
        self.has_credentials
    }

    /// Their values in what was seen, as an object.
    pub(crate) fn observed(&self, seen: &Observed, values: &Value) -> Value {
        (self.observed)(seen, values)
    }
}

fn observed<T: Observe>(seen: &Observed, values: &Value) -> Value {
    T::observe(seen, values).to_value()
}

/// A value the platform reports.
#[derive(Clone, Debug)]
pub struct Output {
    /// The attribute's name.
    pub name: &'static str,
    /// Whether it gives access to something: it is masked in a plan, is not stored where
    /// `store_credentials` is false, and makes the kind have an ephemeral resource.
    pub secret: bool,
    /// The attributes of the spec whose change may change it: an update of one makes it unknown.
    pub unknown_when_changed: &'static [&'static str],
    /// Whether it keeps its value once it has one, whatever changes.
    pub use_state_for_unknown: bool,
    /// What it will be, by the planned attributes.
    pub known_at_plan: Option<fn(&Value) -> Value>,
    attribute: Attribute,
    stored_description: &'static str,
}

/// What an output will be after the apply, as far as the plan tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned<T> {
    /// Only the platform can tell.
    Unknown,
    /// It will be this.
    Known(T),
}

impl<T> From<Option<T>> for Planned<T> {
    fn from(value: Option<T>) -> Planned<T> {
        value.map_or(Planned::Unknown, Planned::Known)
    }
}

impl<T: ToValue> ToValue for Planned<T> {
    fn to_value(self) -> Value {
        match self {
            Planned::Unknown => Value::Unknown,
            Planned::Known(value) => value.to_value(),
        }
    }
}

impl Output {
    /// An output of the type `T`.
    pub fn new<T: Field>(name: &'static str, description: &'static str) -> Output {
        let attribute = Attribute::new::<T>(name, "", description);
        Output {
            name,
            secret: false,
            unknown_when_changed: &[],
            use_state_for_unknown: false,
            known_at_plan: None,
            attribute,
            stored_description: description,
        }
    }

    /// `secret`, with the descriptions of a map and of anything else where it may be stored.
    #[must_use]
    pub fn secret(mut self, map: &'static str, other: &'static str) -> Output {
        self.secret = true;
        self.attribute.sensitive = true;
        self.stored_description = if self.is_map() { map } else { other };
        self
    }

    /// `unknown_when_changed("users")`.
    #[must_use]
    pub fn unknown_when_changed(mut self, names: &'static [&'static str]) -> Output {
        self.unknown_when_changed = names;
        self
    }

    /// `use_state_for_unknown`.
    #[must_use]
    pub fn use_state_for_unknown(mut self) -> Output {
        self.use_state_for_unknown = true;
        self
    }

    /// `known_at_plan = function`.
    #[must_use]
    pub fn known_at_plan(mut self, value: fn(&Value) -> Value) -> Output {
        self.known_at_plan = Some(value);
        self
    }

    fn is_map(&self) -> bool {
        matches!(self.attribute.shape, Shape::Map(_))
    }

    /// What it will be after the apply: unknown, unless it follows from the planned attributes.
    pub(crate) fn planned(&self, planned: &Value) -> Value {
        self.known_at_plan
            .map_or(Value::Unknown, |value| value(planned))
    }

    /// The value in the state if credentials are not stored: an empty map, so that a loop over it goes
    /// over nothing, and null where it is no map.
    pub(crate) fn not_stored(&self) -> Value {
        if self.is_map() {
            Value::Map(BTreeMap::new())
        } else {
            Value::Null
        }
    }

    /// The attribute of a resource or a data source.
    pub(crate) fn stored_attribute(&self) -> Attribute {
        Attribute {
            description: self.stored_description.into(),
            ..self.attribute.clone()
        }
    }

    /// The attributes of an ephemeral resource: those of an object of credentials stand for themselves.
    pub(crate) fn ephemeral_attributes(&self) -> Vec<Attribute> {
        let attributes = match &self.attribute.shape {
            Shape::Object(object) if self.secret => object.attributes.clone(),
            _ => vec![self.attribute.clone()],
        };
        Block {
            attributes,
            ..Block::default()
        }
        .computed()
        .attributes
    }
}
