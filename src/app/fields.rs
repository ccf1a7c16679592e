use crate::api::JsonSchema;
use crate::schema::{Attribute, Block, Field, Quantity, Shape, Usage};

/// The prefix of the names of a spec's attributes.
pub(super) const PREFIX: &str = "spec.";

/// What is deleted with an entry of a map of objects, such as a user or a database.
const LOST: &str = "the entry and its data, if it has any";

/// The attributes of a spec, from the platform's schema.
pub(super) fn spec_block(schema: &JsonSchema) -> Block {
    block(schema, PREFIX)
}

fn block(schema: &JsonSchema, prefix: &str) -> Block {
    let fields = schema.properties.iter();
    let attributes = fields.map(|(name, field)| {
        let is_required =
            schema.required.contains(name) && field.default.is_none() && field.kind != "object";
        let shape = shape(field);
        let has_entries =
            matches!(&shape, Shape::Map(entry) if matches!(**entry, Shape::Object(_)));
        Attribute {
            usage: if is_required {
                Usage::Required
            } else {
                Usage::Optional
            },
            default: field.shown_default(),
            loses: has_entries.then_some(LOST),
            shape,
            ..Attribute::new::<String>(format!("{prefix}{name}"), name.clone(), "")
        }
    });
    Block {
        attributes: attributes.collect(),
        ..Block::default()
    }
}

/// The shape of a value. What the schema does not describe can be any value.
fn shape(schema: &JsonSchema) -> Shape {
    // The platform's amounts are integers or strings, with a pattern.
    if schema.int_or_string {
        return match schema.pattern {
            Some(_) => Quantity::shape(),
            None => Shape::Dynamic,
        };
    }
    let entries = schema.additional_properties.as_deref();
    match (&*schema.kind, entries, schema.items.as_deref()) {
        ("object", Some(entries), _) if schema.properties.is_empty() => {
            Shape::Map(Box::new(shape(entries)))
        }
        ("object", None, _)
            if !schema.properties.is_empty() && !schema.preserves_unknown_fields =>
        {
            Shape::Object(block(schema, ""))
        }
        ("array", _, Some(items)) => Shape::List(Box::new(shape(items))),
        ("string", ..) => String::shape(),
        ("integer", ..) => i64::shape(),
        ("boolean", ..) => bool::shape(),
        _ => Shape::Dynamic,
    }
}
