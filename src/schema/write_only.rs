use super::attribute::{Attribute, Object, Role, Shape};
use super::diagnostic::Diagnostics;
use crate::value::{Path, Value};

/// Checks the ways in which the secrets of an object are given: one of them, and what is written only with
/// its version.
pub(super) fn check_secrets(
    object: &Object,
    values: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    for attribute in &object.attributes {
        let Role::Secret {
            write_only,
            version,
        } = attribute.role
        else {
            continue;
        };
        let is_given = |name: &str| !matches!(values.attribute(name), Value::Null | Value::Unknown);
        if is_given(attribute.name) && is_given(write_only) {
            diagnostics.error_at(
                &path.attribute(write_only),
                "Invalid Attribute Combination",
                format!(
                    "`{}` and `{write_only}` exclude each other. Keep one of them.",
                    attribute.name
                ),
            );
        } else if is_given(write_only) && values.attribute(version).is_null() {
            diagnostics.error_at(
                &path.attribute(write_only),
                "Invalid Attribute Combination",
                format!(
                    "`{write_only}` is given and `{version}` is not. Terraform keeps no write-only value and \
                     cannot see it change: give `{version}` a number, and another one whenever \
                     `{write_only}` is to be written again."
                ),
            );
        }
    }
}

/// Where a configuration gives write-only attributes.
pub fn given_write_only(object: &Object, config: &Value) -> Vec<Path> {
    let mut given = Vec::new();
    find(
        &Shape::Object(object.clone()),
        config,
        &Path::root(),
        &mut given,
    );
    given
}

fn find(shape: &Shape, value: &Value, path: &Path, given: &mut Vec<Path>) {
    match (shape, value) {
        (Shape::Object(object), Value::Map(_)) => {
            for attribute in &object.attributes {
                let value = value.attribute(attribute.name);
                let path = path.attribute(attribute.name);
                if attribute.role == Role::WriteOnly && !value.is_null() {
                    given.push(path);
                } else {
                    find(&attribute.shape, value, &path, given);
                }
            }
        }
        (Shape::Map(element), Value::Map(entries)) => {
            for (key, entry) in entries {
                find(element, entry, &path.key(key), given);
            }
        }
        (Shape::List(element), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                find(element, item, &path.index(index), given);
            }
        }
        _ => {}
    }
}

/// Takes write-only values out of a state that should never have had any.
pub fn forget_write_only(object: &Object, state: &mut Value) {
    let Value::Map(entries) = state else { return };
    for attribute in &object.attributes {
        match entries.get_mut(attribute.name) {
            Some(value) if attribute.role == Role::WriteOnly => *value = Value::Null,
            Some(value) => forget(&attribute.shape, value),
            None => {}
        }
    }
}

fn forget(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Object(object), value) => forget_write_only(object, value),
        (Shape::Map(element), Value::Map(entries)) => {
            entries
                .values_mut()
                .for_each(|entry| forget(element, entry));
        }
        (Shape::List(element), Value::List(items)) => {
            items.iter_mut().for_each(|item| forget(element, item));
        }
        _ => {}
    }
}

/// Whether a secret that is given write-only is to be written: its version is another than before, so also
/// where there was none.
pub fn written_afresh(secret: &Attribute, values: &Value, prior: &Value) -> bool {
    match secret.role {
        Role::Secret { version, .. } => values.attribute(version) != prior.attribute(version),
        _ => false,
    }
}
