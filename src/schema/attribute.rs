use std::borrow::Cow;

use serde_json::Value as Json;

use super::former_spec::FormerSpec;
use super::keys::Keys;
use super::release::Releases;
use super::rule::Rule;
use super::text::Text;
use crate::value::{Type, Value};

/// The attributes of a resource, of its spec or of a nested object, in the order to document them.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// What must hold between them.
    pub rules: Vec<Rule>,
    /// What must hold on some releases of the platform: checked at plan, where its schema is known.
    pub platform_rules: Vec<Rule>,
    /// The form of a whole spec before a platform release.
    pub former_spec: Option<FormerSpec>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Terraform's name, `snake_case`.
    pub name: Cow<'static, str>,
    /// What it is, in Markdown, without what [`Attribute::documentation`] adds.
    pub description: Cow<'static, str>,
    /// The shape of its value.
    pub shape: Shape,
    /// Who decides the value.
    pub usage: Usage,
    /// Masked in the output of a plan.
    pub sensitive: bool,
    /// Set when it should no longer be used: what to use instead.
    pub deprecated: Option<&'static str>,
    /// A change forces replacement, because the platform ignores it on a living object.
    pub replace: bool,
    /// May grow on a living object and never shrink.
    pub grow_only: bool,
    /// A number that cannot change between one and more on a living object: why not, as a sentence.
    pub one_or_many: Option<&'static str>,
    /// The name in the API's spec.
    pub api: Cow<'static, str>,
    /// The name before a platform release.
    pub renamed_from: Option<RenamedFrom>,
    /// The shape before a platform release.
    pub former_shape: Option<FormerShape>,
    /// What the platform uses when the field is left out, for documentation and comparison only.
    pub default: Option<Json>,
    /// Sent even when left out: the platform fills no defaults in map entries and list items.
    pub always_send: bool,
    /// The platform release that introduced it.
    pub since: Option<&'static str>,
    /// The last platform release that has it.
    pub until: Option<&'static str>,
    /// What a later release has in its place, as a sentence.
    pub instead: Option<&'static str>,
    /// How it stands to the API.
    pub role: AttributeRole,
    /// The attribute beside it that means the same, both of which the platform may fill.
    pub alias_of: Option<&'static str>,
    /// Its value is a version that can only be raised, and how far at once.
    pub upgrades: Option<Upgrades>,
    /// When a change reaches what already runs, where that is not at once.
    pub takes_effect: Option<TakesEffect>,
    /// The value with which nothing runs, so that a change needs no restart.
    pub stopped: Option<&'static str>,
    /// What is deleted when an entry of the map is removed, or when the flag goes from true to false, such as
    /// `the database and its data`.
    pub loses: Option<&'static str>,
    /// The entry that the platform has where the map is left out or empty, and not where others are given.
    pub implicit_entry: Option<&'static str>,
    /// What the keys of the map may be; none where any will do.
    pub keys: Option<Keys>,
}

/// How far a version can be raised at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrades {
    /// To any later one.
    Any,
    /// By one minor version at a time.
    Minor,
}

/// When a change reaches a guest that already runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesEffect {
    /// When it restarts.
    Restart,
    /// Never: it is read on the first boot only, or on the next one after a change of this attribute.
    FirstBoot {
        /// The attribute whose change makes the next boot a first one.
        again: &'static str,
    },
}

/// How an attribute of a spec stands to the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttributeRole {
    /// It is a field.
    #[default]
    Field,
    /// It is a field that holds a secret. Two attributes beside it can give it as well.
    Secret {
        /// The one that gives it without its being kept anywhere.
        write_only: &'static str,
        /// The one that says when to write that again.
        version: &'static str,
    },
    /// It gives the secret beside it. It is null in every plan and state.
    WriteOnly,
    /// It says when the write-only attribute beside it is written: whenever it changes.
    Version,
    /// It is the former name of the attribute beside it, and only there to say so: inside nested objects
    /// Terraform drops names that the schema does not have, without a word. It is null in every plan and state.
    Renamed {
        /// Today's name.
        to: &'static str,
    },
}

/// Who decides an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The configuration must.
    Required,
    /// The configuration may; left out it is null.
    Optional,
    /// The provider does.
    Computed,
    /// The configuration may; left out the provider does.
    OptionalComputed,
}

/// The name, and possibly the values, a field had before a platform release.
#[derive(Clone, Debug, PartialEq)]
pub struct RenamedFrom {
    /// The old name.
    pub name: &'static str,
    /// Today's values and the old ones that say the same. Empty: the values did not change.
    pub values: Vec<(Json, Json)>,
}

/// The shape that a field had before a platform release. Its objects are known by the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormerShape {
    /// A map; today it is a list of objects.
    Map {
        /// The API's name of the field of an item that was the key of its entry.
        key: &'static str,
    },
    /// A list of objects; today it is a map.
    List {
        /// The API's name of the field of an item that is the key of its entry today.
        key: &'static str,
    },
}

/// The shape of a value.
#[derive(Clone, Debug)]
pub enum Shape {
    /// True or false.
    Bool,
    /// A whole number between these, inclusive.
    Integer {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// A string.
    Text(Text),
    /// An ordered list.
    List(Box<Shape>),
    /// A collection without order or duplicates.
    Set(Box<Shape>),
    /// A collection by name.
    Map(Box<Shape>),
    /// A nested object.
    Object(Block),
}

impl Block {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The attributes that are fields of the API.
    pub fn fields(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.is_field())
    }

    /// Whether a secret can be given anywhere in it.
    pub fn has_secrets(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            attribute.sensitive || attribute.shape.nested().is_some_and(Block::has_secrets)
        })
    }

    /// An object of which every attribute is null.
    pub fn null(&self) -> Value {
        Value::map(
            self.attributes
                .iter()
                .map(|a| (a.name.clone(), Value::Null)),
        )
    }

    /// The type of its values.
    pub fn value_type(&self) -> Type {
        Type::object(
            self.attributes
                .iter()
                .map(|a| (a.name.clone(), a.shape.value_type())),
        )
    }

    /// The same attributes, decided by the provider alone: how a data source shows them.
    #[must_use]
    pub fn computed(&self) -> Block {
        let attributes = self.fields().map(Attribute::as_computed).collect();
        Block {
            attributes,
            ..Block::default()
        }
    }
}

impl Shape {
    /// The type of its values.
    pub fn value_type(&self) -> Type {
        match self {
            Shape::Bool => Type::Bool,
            Shape::Integer { .. } => Type::Number,
            Shape::Text(_) => Type::String,
            Shape::List(element) => Type::list(element.value_type()),
            Shape::Set(element) => Type::set(element.value_type()),
            Shape::Map(element) => Type::map(element.value_type()),
            Shape::Object(object) => object.value_type(),
        }
    }

    /// The object nested in it, directly or as an element.
    pub fn nested(&self) -> Option<&Block> {
        match self {
            Shape::Object(object) => Some(object),
            Shape::List(element) | Shape::Set(element) | Shape::Map(element) => match &**element {
                Shape::Object(object) => Some(object),
                _ => None,
            },
            _ => None,
        }
    }

    fn computed(&self) -> Shape {
        match self {
            Shape::Object(object) => Shape::Object(object.computed()),
            Shape::List(element) => Shape::List(Box::new(element.computed())),
            Shape::Set(element) => Shape::Set(Box::new(element.computed())),
            Shape::Map(element) => Shape::Map(Box::new(element.computed())),
            leaf => leaf.clone(),
        }
    }
}

impl Attribute {
    /// Whether it is a field of the API, and not a way to give one.
    pub fn is_field(&self) -> bool {
        matches!(
            self.role,
            AttributeRole::Field | AttributeRole::Secret { .. }
        )
    }

    /// The platform releases that have it.
    pub fn releases(&self) -> Releases {
        Releases {
            since: self.since,
            until: self.until,
        }
    }

    /// Whether the configuration may give it.
    pub fn is_configurable(&self) -> bool {
        self.usage != Usage::Computed
    }

    /// Whether the provider may decide it.
    pub fn is_computed(&self) -> bool {
        matches!(self.usage, Usage::Computed | Usage::OptionalComputed)
    }

    fn as_computed(&self) -> Attribute {
        let shape = self.shape.computed();
        Attribute {
            shape,
            usage: Usage::Computed,
            role: AttributeRole::Field,
            deprecated: None,
            ..self.clone()
        }
    }
}
