use std::borrow::Cow;

use serde_json::Value as Json;

use super::former_spec::FormerSpec;
use super::keys::Keys;
use super::release::Releases;
use super::rule::Rule;
use super::text::Text;
use crate::value::{Type, Value};

/// The attributes of a resource, of its spec or of a nested object, in the order of the documentation.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// Rules between attributes.
    pub rules: Vec<Rule>,
    /// Rules that depend on the platform's release, checked at plan if its schema is known.
    pub platform_rules: Vec<Rule>,
    /// The former form of a whole spec before a platform release.
    pub former_spec: Option<FormerSpec>,
    /// Whether it is the value of an entry of a map or list, in which the platform sets no defaults at install.
    pub is_entry: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name in Terraform, `snake_case`.
    pub name: Cow<'static, str>,
    /// The description in Markdown, without the sentences that [`Attribute::documentation`] adds.
    pub description: Cow<'static, str>,
    /// The shape of the value.
    pub shape: Shape,
    /// Whether it is required, optional or computed.
    pub usage: Usage,
    /// Whether the value is masked in plans.
    pub sensitive: bool,
    /// If it is deprecated, what to use instead.
    pub deprecated: Option<&'static str>,
    /// Whether a change forces replacement, because the platform ignores it on an existing object.
    pub replace: bool,
    /// Whether the value can grow but not shrink on an existing object.
    pub grow_only: bool,
    /// Whether it is the size of volumes that the platform cannot enlarge once they exist: Helm cannot change the volume
    /// claims of a StatefulSet.
    pub keeps_volumes: bool,
    /// Set for a number that cannot change between one and more on an existing object: the reason, as a sentence.
    pub one_or_many: Option<&'static str>,
    /// The field name in the API.
    pub api: Cow<'static, str>,
    /// The field name before a platform release.
    pub renamed_from: Option<RenamedFrom>,
    /// The shape of the field before a platform release.
    pub former_shape: Option<FormerShape>,
    /// The platform's default, used only for documentation and comparison.
    pub default: Option<Json>,
    /// Whether the default is sent if the attribute is not set: the platform sets no defaults in map entries and list
    /// items.
    pub always_send: bool,
    /// The first platform release that has the attribute.
    pub since: Option<&'static str>,
    /// The last platform release that has the attribute.
    pub until: Option<&'static str>,
    /// The replacement in later releases, as a sentence.
    pub instead: Option<&'static str>,
    /// The relation to the API.
    pub role: AttributeRole,
    /// The sibling attribute with the same meaning. The platform may set either field.
    pub alias_of: Option<&'static str>,
    /// Set for a version that can only be upgraded: the size of a step.
    pub upgrades: Option<Upgrades>,
    /// Whether the platform may set it on an object whose configuration does not: then it is not drift, and is kept.
    pub set_by_platform: bool,
    /// When a change takes effect in a running virtual machine, if not immediately.
    pub takes_effect: Option<TakesEffect>,
    /// The value that stops the virtual machine, so that a change requires no restart.
    pub stopped: Option<&'static str>,
    /// What is deleted if an entry of the map is removed, or if the flag changes from true to false, such as `the
    /// database and its data`.
    pub loses: Option<&'static str>,
    /// The entry that the platform adds if the map is unset or empty.
    pub implicit_entry: Option<&'static str>,
    /// The rule for the keys of the map; none if all keys are valid.
    pub keys: Option<Keys>,
}

/// The size of a version upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrades {
    /// Any later version.
    Any,
    /// One minor version at a time.
    Minor,
}

/// When a change takes effect in a running virtual machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesEffect {
    /// After a restart.
    Restart,
    /// At the first boot only, or at the next boot after a change of this attribute.
    FirstBoot {
        /// The attribute whose change makes the next boot a first boot.
        again: &'static str,
    },
}

/// The relation of an attribute of a spec to the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AttributeRole {
    /// A field.
    #[default]
    Field,
    /// A field with a secret, which can also be set with two write-only sibling attributes.
    Secret {
        /// The write-only attribute with the value.
        write_only: &'static str,
        /// The attribute with the version of the write-only value.
        version: &'static str,
    },
    /// The write-only value of a sibling attribute. It is null in plans and states.
    WriteOnly,
    /// The version of the write-only value: if it changes, the value is written.
    Version,
    /// The former name of a sibling attribute, declared only for an error: Terraform drops unknown attributes of nested
    /// objects without an error. It is null in plans and states.
    Renamed {
        /// The current name.
        to: &'static str,
    },
}

/// How the value of an attribute is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Required in the configuration.
    Required,
    /// Optional in the configuration; null if it is not set.
    Optional,
    /// Computed by the provider.
    Computed,
    /// Optional in the configuration; computed if it is not set.
    OptionalComputed,
}

/// The name of a field before a platform release, and the values if they changed as well.
#[derive(Clone, Debug, PartialEq)]
pub struct RenamedFrom {
    /// The former name.
    pub name: &'static str,
    /// Pairs of a current value and its former equivalent. Empty if the values did not change.
    pub values: Vec<(Json, Json)>,
}

/// The shape of a field before a platform release. Its objects had the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormerShape {
    /// A map, now a list of objects.
    Map {
        /// The API name of the item's field that was the key.
        key: &'static str,
    },
    /// A list of objects, now a map.
    List {
        /// The API name of the item's field that is now the key.
        key: &'static str,
    },
}

/// The shape of a value.
#[derive(Clone, Debug)]
pub enum Shape {
    /// True or false.
    Bool,
    /// An integer in an inclusive range.
    Integer {
        /// The minimum.
        min: Option<i64>,
        /// The maximum.
        max: Option<i64>,
    },
    /// A string.
    Text(Text),
    /// An ordered list.
    List(Box<Shape>),
    /// A set: unordered, without duplicates.
    Set(Box<Shape>),
    /// A map with string keys.
    Map(Box<Shape>),
    /// A nested object.
    Object(Block),
    /// Any value, with its type.
    Dynamic,
}

impl Block {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The attributes that are fields in the API.
    pub fn fields(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.is_field())
    }

    /// Whether an attribute at any depth is a secret.
    pub fn has_secrets(&self) -> bool {
        self.attributes.iter().any(|attribute| {
            attribute.sensitive || attribute.shape.nested().is_some_and(Block::has_secrets)
        })
    }

    /// An object with all attributes null.
    pub fn null(&self) -> Value {
        Value::map(
            self.attributes
                .iter()
                .map(|a| (a.name.clone(), Value::Null)),
        )
    }

    /// The type of the values.
    pub fn value_type(&self) -> Type {
        Type::object(
            self.attributes
                .iter()
                .map(|a| (a.name.clone(), a.shape.value_type())),
        )
    }

    /// The same attributes, all computed, for a data source.
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
    /// The type of the values.
    pub fn value_type(&self) -> Type {
        match self {
            Shape::Bool => Type::Bool,
            Shape::Integer { .. } => Type::Number,
            Shape::Text(_) => Type::String,
            Shape::List(element) => Type::list(element.value_type()),
            Shape::Set(element) => Type::set(element.value_type()),
            Shape::Map(element) => Type::map(element.value_type()),
            Shape::Object(object) => object.value_type(),
            Shape::Dynamic => Type::Dynamic,
        }
    }

    /// The nested object, or the object of its elements.
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
    /// Whether it is a field in the API.
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

    /// Whether it can be set in the configuration.
    pub fn is_configurable(&self) -> bool {
        self.usage != Usage::Computed
    }

    /// Whether the provider can compute it.
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
