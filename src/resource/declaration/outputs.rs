use std::collections::BTreeMap;

use crate::resource::observe::observed::Observed;
use crate::schema::{Attribute, Block, Field, Shape, ToValue};
use crate::value::Value;

/// Outputs of a kind in addition to those of every kind, as a struct.
///
/// Implemented by `#[derive(Outputs)]`. Unlike a spec it is instantiated: the compiler checks that all declared
/// attributes are set, and no others.
pub trait Outputs: ToValue {
    /// Whether one of the outputs is secret.
    const HAS_CREDENTIALS: bool;

    /// The attributes, in the order of the documentation.
    fn declared() -> Vec<Output>;
}

/// Computes the outputs of a kind.
pub trait Observe: Outputs {
    /// The outputs of the observed objects. The other attributes show which secrets are write-only; these must be
    /// omitted from the outputs as well.
    fn observe(seen: &Observed, values: &Value) -> Self;
}

/// The outputs of a kind: their declaration and computation.
#[derive(Clone, Copy)]
pub struct OutputSet {
    declared: fn() -> Vec<Output>,
    observed: fn(&Observed, &Value) -> Value,
    has_credentials: bool,
}

impl OutputSet {
    /// For a kind without additional outputs.
    pub const NONE: OutputSet = OutputSet {
        declared: Vec::new,
        observed: |_, _| Value::Null,
        has_credentials: false,
    };

    /// The outputs of this struct.
    pub const fn of<T: Observe>() -> OutputSet {
        OutputSet {
            declared: T::declared,
            observed: observed::<T>,
            has_credentials: T::HAS_CREDENTIALS,
        }
    }

    /// The attributes, in the order of the documentation.
    pub fn declared(&self) -> Vec<Output> {
        (self.declared)()
    }

    /// Whether one of the outputs is secret, so that the kind has an ephemeral resource.
    pub fn has_credentials(&self) -> bool {
        self.has_credentials
    }

    /// The values for the observed objects, as an object.
    pub(crate) fn observed(&self, seen: &Observed, values: &Value) -> Value {
        (self.observed)(seen, values)
    }
}

fn observed<T: Observe>(seen: &Observed, values: &Value) -> Value {
    T::observe(seen, values).to_value()
}

/// An output.
#[derive(Clone, Debug)]
pub struct Output {
    /// The attribute's name.
    pub name: &'static str,
    /// Whether it is a credential: masked in plans, not stored if `store_credentials` is false, and available as an
    /// ephemeral resource.
    pub secret: bool,
    /// The attributes of the spec that it depends on: an update of one makes it unknown.
    pub unknown_when_changed: &'static [&'static str],
    /// Whether it does not change once it has a value.
    pub use_state_for_unknown: bool,
    /// Its value, computed from the planned attributes.
    pub known_at_plan: Option<fn(&Value) -> Value>,
    attribute: Attribute,
    stored_description: &'static str,
}

/// The planned value of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned<T> {
    /// Unknown until the apply.
    Unknown,
    /// Known.
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

    /// `secret`: adds to the description of a map, or of another type, that the value may be omitted.
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

    /// The output for one entry of a map, with a description of its own.
    pub(crate) fn of_entry(
        &self,
        description: &'static str,
        unknown_when_changed: &'static [&'static str],
    ) -> Output {
        let mut output = self.clone();
        if let Shape::Map(element) = &self.attribute.shape {
            output.attribute.shape = (**element).clone();
        }
        output.attribute.description = description.into();
        output.stored_description = description;
        output.unknown_when_changed = unknown_when_changed;
        output
    }

    fn is_map(&self) -> bool {
        matches!(self.attribute.shape, Shape::Map(_))
    }

    /// The planned value: unknown, unless it can be computed from the planned attributes.
    pub(crate) fn planned(&self, planned: &Value) -> Value {
        self.known_at_plan
            .map_or(Value::Unknown, |value| value(planned))
    }

    /// The value in the state if credentials are not stored: an empty map, so that `for_each` over it is valid, or null
    /// for other types.
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

    /// The attributes of an ephemeral resource. The attributes of a credentials object become top-level attributes.
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
