use super::model::Model;
use crate::schema::{Object, Role, Shape, Usage};
use crate::value::Value;

impl Model {
    /// The configuration that describes an object as its state has it: what the provider decides, what is
    /// deprecated and what is written only left out.
    pub fn generate(&self, state: &Value) -> Value {
        if state.is_null() {
            return self.resource.null();
        }
        configured(&self.resource, state)
    }
}

fn configured(object: &Object, state: &Value) -> Value {
    Value::map(object.attributes.iter().map(|attribute| {
        let is_left_out = attribute.usage == Usage::Computed
            || attribute.deprecated.is_some()
            || matches!(attribute.role, Role::WriteOnly | Role::Version);
        let value = match state.attribute(attribute.name) {
            _ if is_left_out => Value::Null,
            value => inside(&attribute.shape, value),
        };
        (attribute.name, value)
    }))
}

fn inside(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Object(object), Value::Map(_)) => configured(object, value),
        (Shape::Map(element), Value::Map(entries)) => {
            let entries = entries.iter();
            Value::map(entries.map(|(key, entry)| (key.clone(), inside(element, entry))))
        }
        (Shape::List(element), Value::List(items)) => {
            Value::List(items.iter().map(|item| inside(element, item)).collect())
        }
        _ => value.clone(),
    }
}
