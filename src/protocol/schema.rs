use super::wire;
use super::wire::schema::object::NestingMode;
use crate::resource::ResourceType;
use crate::schema::{Attribute, Block, Shape};

/// Encodes a schema.
pub(super) fn schema(object: &Block, description: &str) -> wire::Schema {
    wire::Schema {
        version: 0,
        block: Some(wire::schema::Block {
            attributes: object.attributes.iter().map(attribute).collect(),
            description: description.to_owned(),
            description_kind: wire::StringKind::Markdown.into(),
            ..wire::schema::Block::default()
        }),
    }
}

/// The encoded schema of the identities of a resource type.
pub(super) fn identity_schema(resource_type: &ResourceType) -> wire::ResourceIdentitySchema {
    use wire::resource_identity_schema::IdentityAttribute;
    let identity = crate::resource::identity(resource_type);
    let attributes = identity.attributes.iter().map(|attribute| {
        let required_for_import = attribute.usage == crate::schema::Usage::Required;
        IdentityAttribute {
            name: attribute.name.to_string(),
            r#type: attribute
                .shape
                .value_type()
                .to_json()
                .to_string()
                .into_bytes(),
            required_for_import,
            optional_for_import: !required_for_import,
            description: attribute.documentation(),
        }
    });
    wire::ResourceIdentitySchema {
        version: 0,
        identity_attributes: attributes.collect(),
    }
}

fn attribute(attribute: &Attribute) -> wire::schema::Attribute {
    use crate::schema::{AttributeRole, Usage};
    let nested = nested(&attribute.shape);
    let kind = if nested.is_none() {
        attribute.shape.value_type().to_json().to_string()
    } else {
        String::new()
    };
    wire::schema::Attribute {
        name: attribute.name.to_string(),
        r#type: kind.into_bytes(),
        nested_type: nested,
        description: attribute.documentation(),
        description_kind: wire::StringKind::Markdown.into(),
        required: attribute.usage == Usage::Required,
        optional: matches!(attribute.usage, Usage::Optional | Usage::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.unwrap_or_default().to_owned(),
        write_only: attribute.role == AttributeRole::WriteOnly,
    }
}

fn nested(shape: &Shape) -> Option<wire::schema::Object> {
    let nesting = match shape {
        Shape::Object(_) => NestingMode::Single,
        Shape::List(_) => NestingMode::List,
        Shape::Set(_) => NestingMode::Set,
        Shape::Map(_) => NestingMode::Map,
        _ => return None,
    };
    let object = shape.nested()?;
    Some(wire::schema::Object {
        attributes: object.attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..wire::schema::Object::default()
    })
}
