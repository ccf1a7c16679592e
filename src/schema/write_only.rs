use super::attribute::{Attribute, AttributeRole, Block, Shape};
use super::diagnostic::Diagnostics;
use super::rule::conflict;
use super::visit::visit;
use crate::value::{Path, Value};

/// Checks how the secrets of an object are set: in one way only, and write-only values together with their version.
pub(super) fn check_secrets(
    object: &Block,
    values: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    for attribute in &object.attributes {
        let AttributeRole::Secret {
            write_only,
            version,
        } = attribute.role
        else {
            continue;
        };
        let is_given = |name: &str| !matches!(values.attribute(name), Value::Null | Value::Unknown);
        if is_given(&attribute.name) && is_given(write_only) {
            diagnostics.error_at(
                &path.attribute(write_only),
                "Invalid Attribute Combination",
                conflict(&attribute.name, write_only),
            );
        } else if is_given(write_only) && values.attribute(version).is_null() {
            diagnostics.error_at(
                &path.attribute(write_only),
                "Invalid Attribute Combination",
                format!(
                    "`{write_only}` requires `{version}`. Terraform keeps no write-only value and cannot detect a \
                     change of it: set `{version}` to a number, and change that number to send `{write_only}` again."
                ),
            );
        }
    }
}

/// The paths of write-only attributes that a configuration sets.
pub fn given_write_only(block: &Block, config: &Value) -> Vec<Path> {
    let mut given = Vec::new();
    visit(block, config, &Path::root(), &mut |attribute, _, path| {
        if attribute.role == AttributeRole::WriteOnly {
            given.push(path.clone());
        }
        true
    });
    given
}

/// The planned values with the write-only values of the configuration, which a plan does not contain. All other values
/// are the planned ones: with `ignore_changes` they differ from the configured ones.
pub fn with_write_only(object: &Block, planned: &Value, config: &Value) -> Value {
    let Value::Map(entries) = planned else {
        return planned.clone();
    };
    let mut entries = entries.clone();
    for attribute in &object.attributes {
        let config = config.attribute(&attribute.name);
        if attribute.role == AttributeRole::WriteOnly {
            entries.insert(attribute.name.to_string(), config.clone());
        } else if attribute.shape.nested().is_some()
            && let Some(value) = entries.get_mut(&*attribute.name)
        {
            *value = with_write_only_inside(&attribute.shape, value, config);
        }
    }
    Value::Map(entries)
}

fn with_write_only_inside(shape: &Shape, planned: &Value, config: &Value) -> Value {
    match (shape, planned) {
        (Shape::Object(object), _) => with_write_only(object, planned, config),
        (Shape::Map(element), Value::Map(entries)) => {
            Value::map(entries.iter().map(|(key, entry)| {
                let config = config.attribute(key);
                (key.clone(), with_write_only_inside(element, entry, config))
            }))
        }
        (Shape::List(element), Value::List(items)) => {
            let config = config.as_elements().unwrap_or_default();
            let items = items.iter().enumerate().map(|(index, item)| {
                let config = config.get(index).unwrap_or(&Value::Null);
                with_write_only_inside(element, item, config)
            });
            Value::List(items.collect())
        }
        _ => planned.clone(),
    }
}

/// Sets each attribute for which `is_left_out` returns true to null, at any depth.
pub fn nullify(object: &Block, value: &mut Value, is_left_out: &dyn Fn(&Attribute) -> bool) {
    let Value::Map(entries) = value else { return };
    for attribute in &object.attributes {
        match entries.get_mut(&*attribute.name) {
            Some(value) if is_left_out(attribute) => *value = Value::Null,
            Some(value) => nullify_inside(&attribute.shape, value, is_left_out),
            None => {}
        }
    }
}

fn nullify_inside(shape: &Shape, value: &mut Value, is_left_out: &dyn Fn(&Attribute) -> bool) {
    let inside = |element, entry| nullify_inside(element, entry, is_left_out);
    match (shape, value) {
        (Shape::Object(object), value) => nullify(object, value, is_left_out),
        (Shape::Map(element), Value::Map(entries)) => {
            entries
                .values_mut()
                .for_each(|entry| inside(element, entry));
        }
        (Shape::List(element), Value::List(items)) => {
            items.iter_mut().for_each(|item| inside(element, item));
        }
        _ => {}
    }
}

/// Whether to write a write-only secret: its version differs from the one in the state, or there was none.
pub fn written_afresh(secret: &Attribute, values: &Value, prior: &Value) -> bool {
    match secret.role {
        AttributeRole::Secret { version, .. } => {
            values.attribute(version) != prior.attribute(version)
        }
        _ => false,
    }
}
