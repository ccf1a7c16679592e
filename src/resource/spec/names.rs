use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::api::JsonSchema;
use crate::schema::{Attribute, RenamedFrom, Text};

/// The schema of an object's fields; none where the platform's is not known.
pub(crate) type Live<'a> = Option<&'a JsonSchema>;

/// The name a field has on this platform, and what else changed if it is a former one.
pub(crate) struct FieldName<'a> {
    pub(crate) name: &'a str,
    pub(crate) former: Option<&'a RenamedFrom>,
}

/// What tells which name a field has on the platform that is written to.
#[derive(Clone, Copy, Default)]
pub(crate) struct Target<'a> {
    /// The platform's schema, where it can be read now.
    pub(crate) live: Live<'a>,
    /// Otherwise the fields that it had under their former names when the plan was made.
    pub(crate) renamed: Option<&'a BTreeSet<String>>,
}

/// Today's name, unless the platform's schema, or without one the object itself, knows only the former.
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

/// The platform's schema of a field; none where it has no such field.
pub(crate) fn field<'a>(live: Live<'a>, name: &str) -> Live<'a> {
    live.and_then(|schema| schema.properties.get(name))
}

/// Whether the platform has no such field and ignores it. An object without any declared field takes what it
/// gets.
pub(crate) fn is_ignored(live: Live<'_>, name: &str) -> bool {
    live.is_some_and(|schema| {
        let declares_fields = !schema.properties.is_empty() || schema.kind == "object";
        let takes_any = schema.preserves_unknown_fields && schema.properties.is_empty();
        declares_fields && !takes_any && !schema.properties.contains_key(name)
    })
}

/// The platform's schema of an attribute's field, by the name that the field has there.
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

/// The synonym of a value that this platform does not list, where it lists the synonym.
pub(crate) fn known_synonym(text: &Text, value: &str, live: Live<'_>) -> Option<&'static str> {
    let live = live.filter(|live| !live.choices.is_empty())?;
    let lists = |value: &str| live.choices.iter().any(|choice| choice == value);
    text.synonym(value)
        .filter(|synonym| !lists(value) && lists(synonym))
}

/// What the platform shows where the field is left out: its own default if it is known, otherwise the declared one.
pub(crate) fn default_of(attribute: &Attribute, parent: Option<&JsonSchema>) -> Option<Json> {
    match parent {
        None => attribute.default.clone(),
        Some(_) => field(parent, field_name(attribute, parent, None).name)?.shown_default(),
    }
}
