//! Values from JSON, for tables of cases and for defaults.

use serde_json::Value as Json;

use crate::schema::{Attribute, Block, Meaning, Shape};
use crate::value::Value;

/// A value of this shape. The string `?` is an unknown value; absent attributes are null.
pub(super) fn value(shape: &Shape, json: &Json) -> Value {
    match (shape, json) {
        (_, Json::Null) => Value::Null,
        (_, Json::String(text)) if text == "?" => Value::Unknown,
        (_, Json::String(text)) => Value::from(text.as_str()),
        (Shape::Text(text), Json::Object(_)) if text.meaning == Meaning::Json => {
            Value::from(json.to_string())
        }
        (_, Json::Bool(flag)) => Value::from(*flag),
        (_, Json::Number(number)) => Value::Number(number.to_string().parse().expect("a number")),
        (Shape::List(element), Json::Array(items)) => {
            Value::List(items.iter().map(|item| value(element, item)).collect())
        }
        (Shape::Set(element), Json::Array(items)) => {
            Value::set(items.iter().map(|item| value(element, item)))
        }
        (Shape::Map(element), Json::Object(entries)) => {
            let entries = entries.iter();
            Value::map(entries.map(|(key, entry)| (key, value(element, entry))))
        }
        (Shape::Object(declared), Json::Object(_)) => object(declared, json),
        _ => panic!("{json} is no {shape:?}"),
    }
}

/// An object with these attributes.
pub(super) fn object(declared: &Block, json: &Json) -> Value {
    let given = json.as_object().expect("an object");
    for name in given.keys() {
        let is_known = declared.attribute(name).is_some() || by_api(declared, name).is_some();
        assert!(is_known, "no attribute `{name}`");
    }
    let attributes = declared.attributes.iter();
    Value::map(attributes.map(|attribute| {
        let json = given.get(&*attribute.name).or_else(|| {
            // The default of a list of objects is in the API's names.
            given.get(&*attribute.api).filter(|_| attribute.is_field())
        });
        let json = json.unwrap_or(&Json::Null);
        (attribute.name.clone(), value(&attribute.shape, json))
    }))
}

fn by_api<'a>(declared: &'a Block, name: &str) -> Option<&'a Attribute> {
    declared.fields().find(|attribute| attribute.api == name)
}
