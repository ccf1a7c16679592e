use super::attribute::{Attribute, Block, Shape};
use crate::value::{Path, Value};

/// Calls a function with the value and the path of each attribute that has a value, parents first. If it returns false,
/// nested values are not visited. The elements of a set have the path of the set.
pub(super) fn visit<'a>(
    block: &Block,
    value: &'a Value,
    path: &Path,
    attribute: &mut dyn FnMut(&Attribute, &'a Value, &Path) -> bool,
) {
    let Value::Map(_) = value else { return };
    for declared in &block.attributes {
        let value = value.attribute(&declared.name);
        if value.is_null() {
            continue;
        }
        let path = path.attribute(&declared.name);
        if attribute(declared, value, &path) {
            visit_inside(&declared.shape, value, &path, attribute);
        }
    }
}

fn visit_inside<'a>(
    shape: &Shape,
    value: &'a Value,
    path: &Path,
    attribute: &mut dyn FnMut(&Attribute, &'a Value, &Path) -> bool,
) {
    match (shape, value) {
        (Shape::Object(block), value) => visit(block, value, path, attribute),
        (Shape::Map(element), Value::Map(entries)) => {
            for (key, entry) in entries {
                visit_inside(element, entry, &path.key(key), attribute);
            }
        }
        (Shape::List(element), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit_inside(element, item, &path.index(index), attribute);
            }
        }
        (Shape::Set(element), Value::Set(items)) => {
            for item in items {
                visit_inside(element, item, path, attribute);
            }
        }
        _ => {}
    }
}
