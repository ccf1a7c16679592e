use std::collections::BTreeSet;

use super::names::{element, field_name};
use super::reshape::{FORMER_SPEC_NOTE, former_shape_note, is_former_schema, is_former_spec};
use crate::api::JsonSchema;
use crate::schema::{Block, Shape};

/// Whether a field, at any depth, has another name or shape in some release of the platform.
pub(crate) fn has_renames(object: &Block) -> bool {
    object.former_spec.is_some()
        || object.fields().any(|attribute| {
            attribute.renamed_from.is_some()
                || attribute.former_shape.is_some()
                || attribute.shape.nested().is_some_and(has_renames)
        })
}

/// The current names of all fields, at any depth, that the platform has only under their former names. Fields in a
/// former shape have a marker. `live` is in the current shapes, `platform` in those of the platform.
pub(crate) fn renamed(
    object: &Block,
    live: &JsonSchema,
    platform: Option<&JsonSchema>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let former = object.former_spec.zip(platform);
    if former.is_some_and(|(former, platform)| is_former_spec(former, platform)) {
        found.insert(FORMER_SPEC_NOTE.to_owned());
    }
    collect(object, live, &mut found);
    found
}

fn collect(object: &Block, live: &JsonSchema, found: &mut BTreeSet<String>) {
    for attribute in object.fields() {
        let target = field_name(attribute, Some(live), None);
        if target.former.is_some() {
            found.insert(attribute.api.to_string());
        }
        let schema = live.properties.get(target.name);
        if let Some(former) = attribute.former_shape
            && is_former_schema(former, schema)
        {
            found.insert(former_shape_note(attribute));
        }
        let nested = match &attribute.shape {
            Shape::Map(_) => schema.and_then(|schema| schema.additional_properties.as_deref()),
            Shape::List(_) | Shape::Set(_) => element(schema),
            _ => schema,
        };
        if let (Some(object), Some(live)) = (attribute.shape.nested(), nested) {
            collect(object, live, found);
        }
    }
}
