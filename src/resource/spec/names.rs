use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::api::JsonSchema;
use crate::schema::{Attribute, RenamedFrom, Text};

/// The schema of an object's fields; none if the platform's schema is not known.
pub(crate) type Live<'a> = Option<&'a JsonSchema>;

/// The name of a field on this platform, and for a former name its other changes.
pub(crate) struct FieldName<'a> {
    pub(crate) name: &'a str,
    pub(crate) former: Option<&'a RenamedFrom>,
}

/// The sources for the name of a field on the platform.
#[derive(Clone, Copy, Default)]
pub(crate) struct Target<'a> {
    /// The platform's schema, if it is available.
    pub(crate) live: Live<'a>,
    /// Otherwise the fields that had former names when the plan was made.
    pub(crate) renamed: Option<&'a BTreeSet<String>>,
}

/// The current name, unless the platform's schema, or without it the object, has only the former one.
pub(crate) fn field_name<'a>(
    attribute: &'a Attribute,
    live: Live<'_>,
    stored: Option<&Map<String, Json>>,
) -> FieldName<'a> {
    let knows = |name: &str| match live {
        Some(live) => live.properties.contains_key(name),
        None => stored.is_some_and(|fields| fields.contains_key(name)),
    };
    match &attribute.renamed_from {
        Some(former) if knows(former.name) && !knows(&attribute.api) => FieldName {
            name: former.name,
            former: Some(former),
        },
        _ => FieldName {
            name: &attribute.api,
            former: None,
        },
    }
}

/// The platform's schema of a field; none if the platform does not have the field.
pub(crate) fn field<'a>(live: Live<'a>, name: &str) -> Live<'a> {
    live.and_then(|schema| schema.properties.get(name))
}

/// Whether the platform does not have the field and ignores it. An object without declared fields accepts any.
pub(crate) fn is_ignored(live: Live<'_>, name: &str) -> bool {
    live.is_some_and(|schema| {
        let declares_fields = !schema.properties.is_empty() || schema.kind == "object";
        let takes_any = schema.preserves_unknown_fields && schema.properties.is_empty();
        declares_fields && !takes_any && !schema.properties.contains_key(name)
    })
}

/// The platform's schema of an attribute's field, by its name on the platform.
pub(crate) fn field_of<'a>(
    attribute: &Attribute,
    live: Option<&'a JsonSchema>,
) -> Option<&'a JsonSchema> {
    field(live, field_name(attribute, live, None).name)
}

/// The platform's schema of a map's entry.
pub(crate) fn entry<'a>(live: Live<'a>, key: &str) -> Live<'a> {
    live.and_then(|schema| {
        schema
            .properties
            .get(key)
            .or(schema.additional_properties.as_deref())
    })
}

/// The platform's schema of a list's elements.
pub(crate) fn element(live: Live<'_>) -> Live<'_> {
    live.and_then(|schema| schema.items.as_deref())
}

/// The synonym of a value, if this platform lists the synonym but not the value.
pub(crate) fn known_synonym(text: &Text, value: &str, live: Live<'_>) -> Option<&'static str> {
    let live = live.filter(|live| !live.choices.is_empty())?;
    let lists = |value: &str| live.choices.iter().any(|choice| choice == value);
    text.synonym(value)
        .filter(|synonym| !lists(value) && lists(synonym))
}

/// The value that the platform returns for an unset field: its own default if it is known, otherwise the declared one.
pub(crate) fn default_of(attribute: &Attribute, parent: Option<&JsonSchema>) -> Option<Json> {
    match parent {
        None => attribute.default.clone(),
        Some(_) => field(parent, field_name(attribute, parent, None).name)?.shown_default(),
    }
}
