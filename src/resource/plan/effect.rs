use crate::api::JsonSchema;
use crate::resource::spec::names::default_of;
use crate::schema::{Attribute, Shape, same};
use crate::value::{Number, Value};

/// Whether two values have the same effect on the platform. `live` is the schema of the parent object.
pub(crate) fn same_effect(
    attribute: &Attribute,
    one: &Value,
    other: &Value,
    live: Option<&JsonSchema>,
) -> bool {
    if one.is_unknown() || other.is_unknown() {
        return false;
    }
    if let Shape::Object(object) = &attribute.shape {
        // An object without attributes is significant even if it is empty.
        if object.attributes.is_empty() {
            return one.is_null() == other.is_null();
        }
        let live = live.and_then(|live| live.properties.get(&*attribute.api));
        return object.attributes.iter().all(|inner| {
            same_effect(
                inner,
                one.attribute(&inner.name),
                other.attribute(&inner.name),
                live,
            )
        });
    }
    same(
        &attribute.shape,
        &effective(attribute, one, live),
        &effective(attribute, other, live),
    )
}

/// A value, or for an unset one the platform's default if it is primitive.
pub(crate) fn effective(attribute: &Attribute, value: &Value, live: Option<&JsonSchema>) -> Value {
    if !value.is_null() {
        return value.clone();
    }
    match default_of(attribute, live) {
        Some(serde_json::Value::String(text)) => Value::String(text),
        Some(serde_json::Value::Bool(flag)) => Value::Bool(flag),
        Some(serde_json::Value::Number(number)) => number
            .to_string()
            .parse::<Number>()
            .map_or(Value::Null, Value::Number),
        _ => Value::Null,
    }
}
