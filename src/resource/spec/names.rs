use serde_json::{Map, Value as Json};

use crate::api::JsonSchema;
use crate::schema::{Attribute, Former, Text};

/// The schema of an object's fields; none where the platform's is not known.
pub(super) type Live<'a> = Option<&'a JsonSchema>;

/// The name a field has on this platform, and what else changed if it is a former one.
pub(super) struct FieldName<'a> {
    pub(super) name: &'static str,
    pub(super) former: Option<&'a Former>,
}

/// Today's name, unless the platform's schema, or without one the object itself, knows only the former.
pub(super) fn field_name<'a>(
    attribute: &'a Attribute,
    live: Live<'_>,
    stored: Option<&Map<String, Json>>,
) -> FieldName<'a> {
    let knows = |name: &str| match live {
        Some(live) => live.properties.contains_key(name),
        None => stored.is_some_and(|fields| fields.contains_key(name)),
    };
    match &attribute.formerly {
        Some(former) if knows(former.name) && !knows(attribute.api) => FieldName {
            name: former.name,
            former: Some(former),
        },
        _ => FieldName {
            name: attribute.api,
            former: None,
        },
    }
}

/// The platform's schema of a field; none where it has no such field.
pub(super) fn field<'a>(live: Live<'a>, name: &str) -> Live<'a> {
    live.and_then(|schema| schema.properties.get(name))
}

/// The platform's schema of a map's entry.
pub(super) fn entry<'a>(live: Live<'a>, key: &str) -> Live<'a> {
    live.and_then(|schema| {
        schema
            .properties
            .get(key)
            .or(schema.additional_properties.as_deref())
    })
}

/// The platform's schema of a list's elements.
pub(super) fn element(live: Live<'_>) -> Live<'_> {
    live.and_then(|schema| schema.items.as_deref())
}

/// The synonym of a value that this platform does not list, where it lists the synonym.
pub(super) fn known_synonym(text: &Text, value: &str, live: Live<'_>) -> Option<&'static str> {
    let live = live.filter(|live| !live.choices.is_empty())?;
    let lists = |value: &str| live.choices.iter().any(|choice| choice == value);
    text.synonym(value)
        .filter(|synonym| !lists(value) && lists(synonym))
}

/// What the platform shows where the field is left out: its own word where known, else the declared one.
pub(in crate::resource) fn default_of(
    attribute: &Attribute,
    parent: Option<&JsonSchema>,
) -> Option<Json> {
    match parent {
        None => attribute.default.clone(),
        Some(_) => field(parent, field_name(attribute, parent, None).name)?.shown_default(),
    }
}
