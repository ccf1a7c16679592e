use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The platform's schema of a value: the part of JSON Schema that its kinds use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct JsonSchema {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty for any type.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The fields of an object.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, JsonSchema>,
    /// The elements of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<JsonSchema>>,
    /// The entries of a map.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "additional"
    )]
    pub additional_properties: Option<Box<JsonSchema>>,
    /// The default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// The valid values; empty for any.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Json>,
    /// A regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Required fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// An integer or a string.
    #[serde(rename = "x-kubernetes-int-or-string")]
    pub int_or_string: bool,
    /// An object that accepts any fields in addition to those declared.
    #[serde(
        rename = "x-kubernetes-preserve-unknown-fields",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub preserves_unknown_fields: bool,
    /// Rules in the platform's expression language, of which only one is supported.
    #[serde(
        rename = "x-kubernetes-validations",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub validations: Vec<Validation>,
}

/// A rule in the platform's expression language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Validation {
    /// The expression.
    pub rule: String,
}

impl JsonSchema {
    /// Whether the value is immutable on an existing object.
    pub fn is_immutable(&self) -> bool {
        self.validations
            .iter()
            .any(|validation| validation.rule == "self == oldSelf")
    }

    /// The value that the platform returns for an absent field: its default, including nested defaults.
    pub fn shown_default(&self) -> Option<Json> {
        self.default.as_ref().map(|default| self.filled(default))
    }

    /// A value as the platform returns it, with defaults for missing fields, recursively in objects, map entries and
    /// list elements (read in its source, confirmed by measurement).
    pub fn filled(&self, value: &Json) -> Json {
        match value {
            Json::Object(fields) => {
                let mut shown = fields.clone();
                for (name, schema) in &self.properties {
                    match fields.get(name) {
                        Some(Json::Null) | None => {
                            if let Some(default) = schema.shown_default() {
                                shown.insert(name.clone(), default);
                            }
                        }
                        Some(given) => _ = shown.insert(name.clone(), schema.filled(given)),
                    }
                }
                if let Some(entries) = &self.additional_properties {
                    for (name, entry) in fields
                        .iter()
                        .filter(|(name, _)| !self.properties.contains_key(*name))
                    {
                        shown.insert(name.clone(), entries.filled(entry));
                    }
                }
                Json::Object(shown)
            }
            Json::Array(elements) => match &self.items {
                Some(items) => elements
                    .iter()
                    .map(|element| items.filled(element))
                    .collect(),
                None => value.clone(),
            },
            other => other.clone(),
        }
    }

    /// The fields of an object without those that equal their default. Required fields in map entries and list elements
    /// are kept, because the platform sets no defaults there at install.
    pub fn without_defaults(&self, fields: &Map<String, Json>) -> Map<String, Json> {
        self.pruned(fields, false)
    }

    fn pruned(&self, fields: &Map<String, Json>, inside_entry: bool) -> Map<String, Json> {
        let mut kept = Map::new();
        for (name, value) in fields {
            let Some(schema) = self
                .properties
                .get(name)
                .or(self.additional_properties.as_deref())
            else {
                kept.insert(name.clone(), value.clone());
                continue;
            };
            let is_property = self.properties.contains_key(name);
            let is_required = inside_entry && self.required.contains(name);
            if is_property && !is_required && schema.shown_default().as_ref() == Some(value) {
                continue;
            }
            kept.insert(
                name.clone(),
                schema.pruned_value(value, inside_entry || !is_property),
            );
        }
        kept
    }

    fn pruned_value(&self, value: &Json, inside_entry: bool) -> Json {
        match (value, &self.items) {
            (Json::Object(fields), _) => Json::Object(self.pruned(fields, inside_entry)),
            (Json::Array(elements), Some(items)) => elements
                .iter()
                .map(|element| items.pruned_value(element, true))
                .collect(),
            _ => value.clone(),
        }
    }
}

/// `additionalProperties` is a schema or a flag, which does not describe the entries.
fn additional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<JsonSchema>>, D::Error> {
    struct SchemaOrFlag;
    impl<'de> Visitor<'de> for SchemaOrFlag {
        type Value = Option<Box<JsonSchema>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a schema or a flag")
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            JsonSchema::deserialize(MapAccessDeserializer::new(map))
                .map(Box::new)
                .map(Some)
        }
    }
    deserializer.deserialize_any(SchemaOrFlag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> JsonSchema {
        serde_json::from_value(json!({"type": "object", "properties": {
            "replicas": {"type": "integer", "default": 2},
            "quorum": {"type": "object", "default": {}, "required": ["min"], "properties": {
                "min": {"type": "integer", "default": 0},
                "max": {"type": "integer", "default": 0}}},
            "groups": {"type": "object", "default": {}, "additionalProperties": {"type": "object",
                "required": ["size"], "properties": {
                    "size": {"default": "20Gi", "x-kubernetes-int-or-string": true},
                    "roles": {"type": "array", "items": {"type": "string"}},
                    "label": {"type": "string", "default": ""}}}},
            "free": {"type": "object", "default": {}, "additionalProperties": true}
        }}))
        .unwrap()
    }

    #[test]
    fn defaults_are_filled_as_the_platform_does() {
        let shown = schema().filled(&json!({"groups": {"a": {}}}));
        assert_eq!(
            shown,
            json!({"replicas": 2, "quorum": {"min": 0, "max": 0}, "free": {},
                "groups": {"a": {"size": "20Gi", "label": ""}}})
        );
    }

    #[test]
    fn pruning_undoes_filling_and_keeps_what_entries_need() {
        let shown = schema()
            .filled(&json!({"quorum": {"max": 1}, "groups": {"a": {"label": "x"}}, "other": 1}));
        let kept = schema().without_defaults(shown.as_object().unwrap());
        assert_eq!(
            Json::Object(kept),
            json!({"quorum": {"max": 1}, "groups": {"a": {"size": "20Gi", "label": "x"}}, "other": 1})
        );
    }
}
