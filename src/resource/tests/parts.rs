//! Finds, drops and replaces parts of a configuration by path.

use crate::schema::{Block, Shape};
use crate::value::{Path, Step, Value};

/// The paths of everything that can be configured: attributes, including null ones, map entries and list elements. A
/// set is one part.
pub(super) fn paths(object: &Block, value: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    of_object(object, value, &Path::root(), &mut paths);
    paths
}

fn of_object(object: &Block, value: &Value, path: &Path, paths: &mut Vec<Path>) {
    let configurable = object.attributes.iter().filter(|a| a.is_configurable());
    for attribute in configurable {
        let path = path.attribute(&attribute.name);
        paths.push(path.clone());
        of_shape(
            &attribute.shape,
            value.attribute(&attribute.name),
            &path,
            paths,
        );
    }
}

fn of_shape(shape: &Shape, value: &Value, path: &Path, paths: &mut Vec<Path>) {
    match (shape, value) {
        (Shape::Object(object), Value::Map(_)) => of_object(object, value, path, paths),
        (Shape::List(element), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                let path = path.index(index);
                paths.push(path.clone());
                of_shape(element, item, &path, paths);
            }
        }
        (Shape::Map(element), Value::Map(entries)) => {
            for (key, entry) in entries {
                let path = path.key(key);
                paths.push(path.clone());
                of_shape(element, entry, &path, paths);
            }
        }
        _ => {}
    }
}

/// The value at a path; none if the path does not exist.
pub(super) fn get<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps().iter().try_fold(value, |at, step| match step {
        Step::Attribute(name) | Step::Key(name) => at.as_map()?.get(name),
        Step::Index(index) => at.as_elements()?.get(*index),
    })
}

/// Sets the value at a path, if the path exists.
pub(super) fn put(value: &mut Value, path: &Path, part: Value) {
    if let Some(place) = place(value, path.steps()) {
        *place = part;
    }
}

/// Sets an attribute to null, or removes an entry or element.
pub(super) fn drop_part(value: &mut Value, path: &Path) {
    let Some((last, parents)) = path.steps().split_last() else {
        return;
    };
    match (place(value, parents), last) {
        (Some(Value::Map(entries)), Step::Attribute(name)) => {
            entries.insert(name.clone(), Value::Null);
        }
        (Some(Value::Map(entries)), Step::Key(key)) => _ = entries.remove(key),
        (Some(Value::List(items)), Step::Index(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

/// The parent of a path; none for a top-level attribute.
pub(super) fn parent(path: &Path) -> Option<Path> {
    let (_, parents) = path.steps().split_last()?;
    (!parents.is_empty()).then(|| {
        parents.iter().fold(Path::root(), |path, step| match step {
            Step::Attribute(name) => path.attribute(name),
            Step::Key(key) => path.key(key),
            Step::Index(index) => path.index(*index),
        })
    })
}

fn place<'a>(value: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |at, step| match (at, step) {
        (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => entries.get_mut(name),
        (Value::List(items), Step::Index(index)) => items.get_mut(*index),
        _ => None,
    })
}
