//! The checks of Terraform's core for schemas (`InternalValidate`), implemented from its documentation for the encoded
//! schema.

use std::collections::BTreeSet;

use hikube::protocol::wire::schema::{Attribute, Object, object::NestingMode};
use hikube::protocol::wire::{ResourceIdentitySchema, Schema};
use hikube::value::Type;

#[track_caller]
pub(crate) fn assert_schema_valid(name: &str, schema: &Schema, reserved: &[&str]) {
    assert!(schema.version >= 0, "{name}");
    let block = schema.block.as_ref().expect("a block");
    assert!(
        block.block_types.is_empty(),
        "{name}: the checks know no blocks"
    );
    attributes(name, &block.attributes, false);
    for attribute in &block.attributes {
        assert!(!reserved.contains(&attribute.name.as_str()), "{name}");
    }
}

#[track_caller]
pub(crate) fn assert_identity_valid(name: &str, schema: &ResourceIdentitySchema) {
    assert!(schema.version >= 0 && !schema.identity_attributes.is_empty());
    for attribute in &schema.identity_attributes {
        let ty = ty(&attribute.r#type);
        let is_allowed = match &ty {
            Type::List(element) => is_primitive(element),
            other => is_primitive(other),
        };
        assert!(is_allowed, "{name}: {ty:?}");
        assert_ne!(attribute.required_for_import, attribute.optional_for_import);
    }
}

fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Number | Type::String)
}

fn ty(json: &[u8]) -> Type {
    let json = serde_json::from_slice(json).expect("JSON");
    Type::from_json(&json).expect("a type")
}

fn attributes(place: &str, all: &[Attribute], only_written: bool) {
    let mut names = BTreeSet::new();
    for attribute in all {
        let name = format!("{place}.{}", attribute.name);
        assert!(names.insert(&attribute.name), "{name} twice");
        let is_letter = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(attribute.name.starts_with(is_letter), "{name}");
        let is_allowed = |c: char| is_letter(c) || c.is_ascii_digit();
        assert!(attribute.name.chars().all(is_allowed), "{name}");
        let (required, optional, computed) =
            (attribute.required, attribute.optional, attribute.computed);
        assert!(required || optional || computed, "{name} is set by nobody");
        assert!(!(required && (optional || computed)), "{name}");
        assert!(attribute.deprecated || attribute.deprecation_message.is_empty());
        assert!(!attribute.description.is_empty(), "{name} is not described");
        if attribute.write_only {
            assert!(!computed && required != optional, "{name}");
        }
        assert!(attribute.write_only || !only_written, "{name}");
        match &attribute.nested_type {
            Some(object) => {
                assert!(attribute.r#type.is_empty(), "{name} has two types");
                nested(&name, object, attribute.write_only);
            }
            // A dynamic value is not nested here: a set or map of objects requires their types.
            None if !place.contains('.') => _ = ty(&attribute.r#type),
            None => assert_ne!(ty(&attribute.r#type), Type::Dynamic, "{name}"),
        }
    }
}

fn nested(name: &str, object: &Object, only_written: bool) {
    attributes(name, &object.attributes, only_written);
    let mode = object.nesting();
    assert_ne!(mode, NestingMode::Invalid, "{name}");
    if mode == NestingMode::Set {
        let is_written = |attribute: &Attribute| attribute.write_only;
        assert!(!object.attributes.iter().any(is_written), "{name}");
    }
}
