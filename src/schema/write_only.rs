use super::attribute::{Attribute, Block, Role, Shape};
use super::diagnostic::Diagnostics;
use crate::value::{Path, Value};

/// Checks the ways in which the secrets of an object are given: one of them, and what is written only with
/// its version.
pub(super) fn check_secrets(
    object: &Block,
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
        if is_given(&attribute.name) && is_given(write_only) {
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
pub fn given_write_only(object: &Block, config: &Value) -> Vec<Path> {
    let mut given = Vec::new();
    find_in(object, config, &Path::root(), &mut given);
    given
}

fn find_in(object: &Block, value: &Value, path: &Path, given: &mut Vec<Path>) {
    if value.as_map().is_none() {
        return;
    }
    for attribute in &object.attributes {
        let value = value.attribute(&attribute.name);
        let path = path.attribute(&attribute.name);
        if attribute.role == Role::WriteOnly && !value.is_null() {
            given.push(path);
        } else {
            find(&attribute.shape, value, &path, given);
        }
    }
}

fn find(shape: &Shape, value: &Value, path: &Path, given: &mut Vec<Path>) {
    match (shape, value) {
        (Shape::Object(object), _) => find_in(object, value, path, given),
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

/// The planned values, with the write-only ones of the configuration: a plan has none, and everything else
/// that is written comes from it, as Terraform may have planned other values than are configured
/// (`ignore_changes`).
pub fn with_write_only(object: &Block, planned: &Value, config: &Value) -> Value {
    let Value::Map(entries) = planned else {
        return planned.clone();
    };
    let mut entries = entries.clone();
    for attribute in &object.attributes {
        let config = config.attribute(&attribute.name);
        if attribute.role == Role::WriteOnly {
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

/// Puts null in the place of each attribute, at any depth, that `is_left_out`.
pub fn nullify(object: &Block, value: &mut Value, is_left_out: &dyn Fn(&Attribute) -> bool) {
    let Value::Map(entries) = value else { return };
    for attribute in &object.attributes {
        match entries.get_mut(&*attribute.name) {
            Some(value) if is_left_out(attribute) => *value = Value::Null,
            Some(value) => leave_out_inside(&attribute.shape, value, is_left_out),
            None => {}
        }
    }
}

fn leave_out_inside(shape: &Shape, value: &mut Value, is_left_out: &dyn Fn(&Attribute) -> bool) {
    let inside = |element, entry| leave_out_inside(element, entry, is_left_out);
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

/// Whether a secret that is given write-only is to be written: its version is another than before, so also
/// where there was none.
pub fn written_afresh(secret: &Attribute, values: &Value, prior: &Value) -> bool {
    match secret.role {
        Role::Secret { version, .. } => values.attribute(version) != prior.attribute(version),
        _ => false,
    }
}
