//! The attributes of a spec if the platform publishes no schema of the kind.

use std::collections::BTreeMap;

use super::fields::PREFIX;
use crate::schema::{Attribute, Block, Field, Shape};
use crate::value::Value;

/// The attributes that these specs set. Other fields of the object are not compared, as they may be defaults.
pub(super) fn inferred_block(specs: &[&Value]) -> Block {
    let specs: Vec<&Value> = specs.iter().map(|spec| spec.without_type()).collect();
    block(&specs, PREFIX)
}

fn block(objects: &[&Value], prefix: &str) -> Block {
    let mut fields: BTreeMap<&String, Vec<&Value>> = BTreeMap::new();
    for (name, value) in objects
        .iter()
        .filter_map(|object| object.as_map())
        .flatten()
    {
        fields.entry(name).or_default().push(value);
    }
    let attributes = fields.into_iter().map(|(name, values)| Attribute {
        shape: shape(&values),
        ..Attribute::new::<Option<String>>(format!("{prefix}{name}"), name.clone(), "")
    });
    Block {
        attributes: attributes.collect(),
        ..Block::default()
    }
}

/// The shape of all these values, if they have the same.
fn shape(values: &[&Value]) -> Shape {
    let is_known = |value: &&&Value| !matches!(value, Value::Null | Value::Unknown);
    let known: Vec<&Value> = values.iter().filter(is_known).copied().collect();
    let all = |is: fn(&Value) -> bool| known.iter().all(|value| is(value));
    if known.is_empty() {
        Shape::Dynamic
    } else if all(|value| value.as_map().is_some()) {
        Shape::Object(block(&known, ""))
    } else if all(|value| value.as_elements().is_some()) {
        let elements = known.iter().filter_map(|value| value.as_elements());
        let elements: Vec<&Value> = elements.flatten().collect();
        Shape::List(Box::new(shape(&elements)))
    } else if all(|value| matches!(value, Value::String(_))) {
        String::shape()
    } else if all(|value| matches!(value, Value::Bool(_))) {
        bool::shape()
    } else {
        Shape::Dynamic
    }
}
