//! Generated sentences of a description.

use serde_json::Value as Json;

use super::attribute::{Attribute, Shape, TakesEffect, Upgrades};

impl Attribute {
    /// The description with generated sentences: valid values, range, default, releases, and effects of a change.
    pub fn documentation(&self) -> String {
        let mut sentences = vec![self.description.to_string()];
        sentences.extend(self.values_sentence());
        if self.is_configurable() {
            sentences.extend(self.keys.map(|keys| keys.documentation()));
            if self.grow_only {
                sentences.push("Can only grow.".to_owned());
            }
            if self.one_or_many.is_some() {
                sentences.push("Cannot change between 1 and more.".to_owned());
            }
            sentences.extend(self.default_sentence());
        }
        if let Some(requirement) = self.releases().requirement() {
            sentences.push(format!("Requires {requirement}."));
        }
        if self.is_configurable() {
            if self.replace {
                sentences.push("Changing this forces replacement.".to_owned());
            }
            sentences.extend(self.upgrade_sentence().map(str::to_owned));
            sentences.extend(self.effect_sentence());
        }
        sentences.join(" ")
    }

    fn values_sentence(&self) -> Option<String> {
        let must = match self.shape {
            Shape::List(_) | Shape::Set(_) | Shape::Map(_) => "Each must be",
            _ => "Must be",
        };
        match innermost(&self.shape)? {
            Shape::Integer { min, max } if self.is_configurable() => match (min, max) {
                (Some(min), Some(max)) => Some(format!("{must} between {min} and {max}.")),
                (Some(min), None) => Some(format!("{must} at least {min}.")),
                (None, Some(max)) => Some(format!("{must} at most {max}.")),
                (None, None) => None,
            },
            Shape::Text(text) => {
                let names = text.choices.names().map(|name| format!("`{name}`"));
                let names: Vec<String> = names.collect();
                let lead = if text.choices.open {
                    "Known values"
                } else {
                    "Valid values"
                };
                (1..=12)
                    .contains(&names.len())
                    .then(|| format!("{lead}: {}.", names.join(", ")))
            }
            _ => None,
        }
    }

    fn default_sentence(&self) -> Option<String> {
        let default = self.default.as_ref().filter(|json| !is_empty(json))?;
        // The description states the default of a list of objects.
        if default[0].is_object() {
            return None;
        }
        let shown = default
            .as_str()
            .map_or_else(|| default.to_string(), str::to_owned);
        Some(format!("Defaults to `{shown}`."))
    }

    fn upgrade_sentence(&self) -> Option<&'static str> {
        Some(match self.upgrades? {
            Upgrades::Any => "Cannot be downgraded.",
            Upgrades::Minor => "Can be upgraded one minor version at a time. Cannot be downgraded.",
        })
    }

    fn effect_sentence(&self) -> Option<String> {
        Some(match self.takes_effect.filter(|_| self.is_field())? {
            TakesEffect::Restart => "Takes effect after a restart.".to_owned(),
            TakesEffect::FirstBoot { again } => format!(
                "Read on first boot only: on an existing machine, a change takes effect after `{again}` is changed as \
                 well and the machine is restarted."
            ),
        })
    }
}

/// Whether a default is an empty string, list or object.
pub fn is_empty(json: &Json) -> bool {
    match json {
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// The shape, or that of its elements; none for an object.
fn innermost(shape: &Shape) -> Option<&Shape> {
    match shape {
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => innermost(element),
        Shape::Object(_) => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_declaration_adds_its_sentences_in_one_order() {
        let size = Attribute::new::<Option<String>>("size", "size", "Size of the volume.");
        let size = size.grow_only().default("10Gi").since("1.6").replace();
        assert_eq!(
            size.documentation(),
            "Size of the volume. Can only grow. Defaults to `10Gi`. Requires platform 1.6 or later. Changing this \
             forces replacement."
        );
        let version = Attribute::new::<Option<String>>("version", "version", "Version.");
        assert_eq!(
            version
                .until("0.41")
                .upgrades(Upgrades::Any)
                .documentation(),
            "Version. Requires platform 0.41 or earlier. Cannot be downgraded."
        );
    }

    #[test]
    fn a_range_of_numbers_is_told_of_one_and_of_each() {
        let one = Attribute::new::<i64>("replicas", "replicas", "Number of replicas.").min(1);
        assert_eq!(
            one.documentation(),
            "Number of replicas. Must be at least 1."
        );
        let each = Attribute::new::<BTreeSet<i64>>("ports", "ports", "Ports.");
        assert_eq!(
            each.min(1).max(65535).documentation(),
            "Ports. Each must be between 1 and 65535."
        );
    }

    #[test]
    fn what_the_platform_decides_has_no_default_and_forces_nothing() {
        let address = Attribute::new::<Option<String>>("address", "address", "Address.");
        let address = address.default("x").replace();
        let computed = Attribute {
            usage: crate::schema::Usage::Computed,
            ..address
        };
        assert_eq!(computed.documentation(), "Address.");
    }
}
