//! The options of `#[spec(...)]` on a field, each of which sets a part of its [`Attribute`].

use std::borrow::Cow;

use serde_json::Value as Json;

use super::attribute::{
    Attribute, AttributeRole, FormerShape, RenamedFrom, Shape, TakesEffect, Upgrades, Usage,
};
use super::field::Field;
use super::keys::{InName, Keys};
use super::unit::Unit;

impl Attribute {
    /// An attribute of the type `T`: required, unless `T` is an `Option`.
    pub fn new<T: Field>(
        name: impl Into<Cow<'static, str>>,
        api: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Attribute {
        Attribute {
            name: name.into(),
            description: description.into(),
            shape: T::shape(),
            usage: if T::OPTIONAL {
                Usage::Optional
            } else {
                Usage::Required
            },
            sensitive: T::SENSITIVE,
            deprecated: None,
            replace: false,
            grow_only: false,
            keeps_volumes: false,
            set_by_platform: false,
            one_or_many: None,
            api: api.into(),
            renamed_from: None,
            former_shape: None,
            default: None,
            always_send: false,
            since: None,
            until: None,
            instead: None,
            role: AttributeRole::Field,
            alias_of: None,
            upgrades: None,
            takes_effect: None,
            stopped: None,
            loses: None,
            implicit_entry: None,
            keys: None,
        }
    }

    /// `default = …`: the platform's default.
    #[must_use]
    pub fn default(mut self, default: impl Into<Json>) -> Attribute {
        self.default = Some(default.into());
        self
    }

    /// `min = …`
    #[must_use]
    pub fn min(mut self, least: i64) -> Attribute {
        if let Some((min, _)) = bounds(&mut self.shape) {
            *min = Some(least);
        }
        self
    }

    /// `max = …`
    #[must_use]
    pub fn max(mut self, greatest: i64) -> Attribute {
        if let Some((_, max)) = bounds(&mut self.shape) {
            *max = Some(greatest);
        }
        self
    }

    /// `pattern("…", "…")`: a regular expression, and its description.
    #[must_use]
    pub fn pattern(mut self, pattern: &'static str, words: &'static str) -> Attribute {
        if let Some(Shape::Text(text)) = leaf(&mut self.shape) {
            text.pattern = Some((pattern, words));
        }
        self
    }

    /// `replace`: a change forces replacement.
    #[must_use]
    pub fn replace(mut self) -> Attribute {
        self.replace = true;
        self
    }

    /// `grow_only`: shrinking is an error at plan.
    #[must_use]
    pub fn grow_only(mut self) -> Attribute {
        self.grow_only = true;
        self
    }

    /// `always_send`: the default is sent if the attribute is not set.
    #[must_use]
    pub fn always_send(mut self) -> Attribute {
        self.always_send = true;
        self
    }

    /// `computed`: set by the provider, or optional and set by the provider if the configuration does not set it.
    #[must_use]
    pub fn computed(mut self) -> Attribute {
        self.usage = match self.usage {
            Usage::Optional => Usage::OptionalComputed,
            _ => Usage::Computed,
        };
        self
    }

    /// `sensitive`: masked in plans.
    #[must_use]
    pub fn sensitive(mut self) -> Attribute {
        self.sensitive = true;
        self
    }

    /// `write_only`: adds two sibling attributes that set the value without storing it.
    #[must_use]
    pub fn write_only(mut self, write_only: &'static str, version: &'static str) -> Attribute {
        self.role = AttributeRole::Secret {
            write_only,
            version,
        };
        self
    }

    /// One of the two sibling attributes of a secret.
    #[must_use]
    pub fn beside(mut self, role: AttributeRole) -> Attribute {
        self.role = role;
        self
    }

    /// `deprecated = "…"`: what to use instead.
    #[must_use]
    pub fn deprecated(mut self, instead: &'static str) -> Attribute {
        self.deprecated = Some(instead);
        self
    }

    /// `renamed_from = "…"`: the field name before a platform release.
    #[must_use]
    pub fn renamed_from(mut self, name: &'static str) -> Attribute {
        self.renamed_from = Some(RenamedFrom {
            name,
            values: Vec::new(),
        });
        self
    }

    /// `value_map(ours = theirs, …)`: current values and their former equivalents.
    #[must_use]
    pub fn value_map(mut self, ours: impl Into<Json>, theirs: impl Into<Json>) -> Attribute {
        if let Some(former) = &mut self.renamed_from {
            former.values.push((ours.into(), theirs.into()));
        }
        self
    }

    /// `was_map = "…"`: a list of objects that was a map, keyed by this field of the objects.
    #[must_use]
    pub fn was_map(mut self, key: &'static str) -> Attribute {
        self.former_shape = Some(FormerShape::Map { key });
        self
    }

    /// `was_list = "…"`: a map that was a list of objects, with the key in this field.
    #[must_use]
    pub fn was_list(mut self, key: &'static str) -> Attribute {
        self.former_shape = Some(FormerShape::List { key });
        self
    }

    /// `set_by_platform`: the platform may set it where the configuration does not, which is not drift.
    #[must_use]
    pub fn set_by_platform(mut self) -> Attribute {
        self.set_by_platform = true;
        self
    }

    /// `keeps_volumes`: the size of volumes that the platform cannot enlarge once they exist.
    #[must_use]
    pub fn keeps_volumes(mut self) -> Attribute {
        self.keeps_volumes = true;
        self
    }

    /// `one_or_many = "…"`: cannot change between one and more; the reason as a sentence.
    #[must_use]
    pub fn one_or_many(mut self, reason: &'static str) -> Attribute {
        self.one_or_many = Some(reason);
        self
    }

    /// `since = "…"`: the first platform release that has it.
    #[must_use]
    pub fn since(mut self, release: &'static str) -> Attribute {
        self.since = Some(release);
        self
    }

    /// `until = "…"`: the last platform release that has it.
    #[must_use]
    pub fn until(mut self, release: &'static str) -> Attribute {
        self.until = Some(release);
        self
    }

    /// `instead = "…"`: the replacement in releases after `until`, as a sentence.
    #[must_use]
    pub fn instead(mut self, sentence: &'static str) -> Attribute {
        self.instead = Some(sentence);
        self
    }

    /// `alias_of = "…"`: the sibling attribute with the same meaning.
    #[must_use]
    pub fn alias_of(mut self, name: &'static str) -> Attribute {
        self.alias_of = Some(name);
        self
    }

    /// `bytes` and `cpu`: the unit of an amount in a string.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Attribute {
        if let Some(Shape::Text(text)) = leaf(&mut self.shape) {
            text.unit = Some(unit);
        }
        self
    }

    /// `cron = …`: a schedule with this number of fields.
    #[must_use]
    pub fn cron(mut self, fields: usize) -> Attribute {
        if let Some(Shape::Text(text)) = leaf(&mut self.shape) {
            text.cron_fields = Some(fields);
        }
        self
    }

    /// `upgrade_only` and `one_minor_at_a_time`: a version that can only be upgraded.
    #[must_use]
    pub fn upgrades(mut self, upgrades: Upgrades) -> Attribute {
        self.upgrades = Some(upgrades);
        self
    }

    /// `on_restart` and `on_first_boot = "…"`: when a change takes effect in a running virtual machine.
    #[must_use]
    pub fn takes_effect(mut self, when: TakesEffect) -> Attribute {
        self.takes_effect = Some(when);
        self
    }

    /// `stopped = "…"`: the value that stops the virtual machine.
    #[must_use]
    pub fn stopped(mut self, value: &'static str) -> Attribute {
        self.stopped = Some(value);
        self
    }

    /// `implicit_entry = "…"`: the entry that the platform adds if none is set.
    #[must_use]
    pub fn implicit_entry(mut self, key: &'static str) -> Attribute {
        self.implicit_entry = Some(key);
        self
    }

    /// `loses = "…"`: what is deleted if an entry is removed or the flag is set to false.
    #[must_use]
    pub fn loses(mut self, what: &'static str) -> Attribute {
        self.loses = Some(what);
        self
    }

    /// `keys("…", "must …")`: a regular expression for the keys of the map, and its description.
    #[must_use]
    pub fn keys(mut self, pattern: &'static str, must: &'static str) -> Attribute {
        self.keys = Some(Keys {
            pattern,
            must,
            in_name: None,
        });
        self
    }

    /// `key_in("…", …)`, after `keys`: the name that contains a key, and its maximum length.
    #[must_use]
    pub fn key_in(mut self, template: &'static str, longest: usize) -> Attribute {
        if let Some(keys) = &mut self.keys {
            keys.in_name = Some(InName { template, longest });
        }
        self
    }
}

fn bounds(shape: &mut Shape) -> Option<(&mut Option<i64>, &mut Option<i64>)> {
    match leaf(shape)? {
        Shape::Integer { min, max } => Some((min, max)),
        _ => None,
    }
}

/// The shape, or that of its elements.
fn leaf(shape: &mut Shape) -> Option<&mut Shape> {
    match shape {
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => leaf(element),
        Shape::Object(_) => None,
        other => Some(other),
    }
}
