//! The attributes of a spec as a dynamic value for the state.

use std::collections::BTreeMap;

use crate::schema::{Block, Shape};
use crate::value::Value;

/// The spec with these attributes. `before` and `prior` are the attributes and the spec in the state: what did not
/// change is shown as it is there, including fields that the platform does not have.
pub(super) fn shown_spec(block: &Block, [before, now]: [&Value; 2], prior: &Value) -> Value {
    let mut names = block.attributes.iter().map(|field| &*field.name);
    if names.all(|name| before.attribute(name) == now.attribute(name)) && !prior.is_null() {
        return prior.clone();
    }
    let fields = object(block, [before, now], prior.without_type().as_map());
    if fields.is_empty() && prior.is_null() {
        return Value::Null;
    }
    Value::Map(fields).into_dynamic()
}

fn object(
    block: &Block,
    values: [&Value; 2],
    prior: Option<&BTreeMap<String, Value>>,
) -> BTreeMap<String, Value> {
    let has = |name: &str| block.attributes.iter().any(|field| field.api == name);
    let others = prior.into_iter().flatten().filter(|(name, _)| !has(name));
    let others = others.map(|(name, value)| (name.clone(), value.clone()));
    let fields = block.attributes.iter().filter_map(|field| {
        let values = values.map(|values| values.attribute(&field.name));
        let prior = prior.and_then(|prior| prior.get(&*field.api));
        Some((field.api.to_string(), part(&field.shape, values, prior)?))
    });
    others.chain(fields).collect()
}

/// A part of the spec; none if it is not set.
fn part(shape: &Shape, [before, now]: [&Value; 2], prior: Option<&Value>) -> Option<Value> {
    if let Some(prior) = prior.filter(|_| before == now) {
        return Some(prior.clone());
    }
    let prior = prior.map(Value::without_type);
    let shown = match (shape, now) {
        (_, Value::Null) => return None,
        (Shape::Object(block), Value::Map(_)) => {
            Value::Map(object(block, [before, now], prior.and_then(Value::as_map)))
        }
        (Shape::Map(entry), Value::Map(entries)) => {
            let entries = entries.iter().filter_map(|(key, now)| {
                let prior = prior.and_then(|prior| prior.as_map()?.get(key));
                Some((
                    key.clone(),
                    part(entry, [before.attribute(key), now], prior)?,
                ))
            });
            Value::Map(entries.collect())
        }
        (Shape::List(element), Value::List(items)) => {
            let items = items.iter().enumerate().map(|(index, now)| {
                let item = |list: &'_ Value| {
                    list.as_elements()
                        .and_then(|items| items.get(index).cloned())
                };
                let before = item(before).unwrap_or_default();
                let prior = prior.and_then(item);
                part(element, [&before, now], prior.as_ref()).unwrap_or_default()
            });
            Value::List(items.collect())
        }
        (_, now) => now.without_type().clone(),
    };
    Some(shown)
}
