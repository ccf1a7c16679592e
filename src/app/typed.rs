//! A dynamic spec as the attributes of its kind.

use std::collections::BTreeMap;

use crate::schema::{Amount, Block, Meaning, Shape};
use crate::value::{Path, Value};

/// A part of a spec that the kind does not have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem<'a> {
    pub(super) path: Path,
    pub(super) value: &'a Value,
    pub(super) cause: Cause,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cause {
    /// No field of the object has this name; these are its fields.
    Unsupported { fields: Vec<String> },
    /// The value has another type than this.
    Type(&'static str),
    /// It is not an amount.
    Amount,
}

/// The attributes of a spec, by name, and what the kind does not have. Unknown parts are not checked.
pub(super) fn typed_spec<'a>(
    block: &Block,
    spec: &'a Value,
) -> (BTreeMap<String, Value>, Vec<Problem<'a>>) {
    let mut reader = Reader::default();
    let path = Path::of("spec");
    let whole = match spec.without_type() {
        Value::Map(fields) => return (reader.object(block, fields, &path), reader.problems),
        value @ (Value::Null | Value::Unknown) => value,
        value => {
            reader.problem(&path, value, Cause::Type("an object"));
            &Value::Null
        }
    };
    let names = block.attributes.iter().map(|field| field.name.to_string());
    let fields = names.map(|name| (name, whole.clone()));
    (fields.collect(), reader.problems)
}

#[derive(Default)]
struct Reader<'a> {
    problems: Vec<Problem<'a>>,
}

impl<'a> Reader<'a> {
    fn object(
        &mut self,
        block: &Block,
        fields: &'a BTreeMap<String, Value>,
        path: &Path,
    ) -> BTreeMap<String, Value> {
        let has = |name: &str| block.attributes.iter().any(|field| field.api == name);
        for (name, value) in fields {
            // An unknown value may become null.
            if !has(name) && !matches!(value, Value::Null | Value::Unknown) {
                let fields = block.attributes.iter().map(|field| field.api.to_string());
                let cause = Cause::Unsupported {
                    fields: fields.collect(),
                };
                self.problem(&path.attribute(name), value, cause);
            }
        }
        let attributes = block.attributes.iter().map(|field| {
            let value = fields.get(&*field.api).map_or(Value::Null, |value| {
                self.value(&field.shape, value, &path.attribute(&field.api))
            });
            (field.name.to_string(), value)
        });
        attributes.collect()
    }

    fn value(&mut self, shape: &Shape, value: &'a Value, path: &Path) -> Value {
        let value = value.without_type();
        let expected = match (shape, value) {
            (_, Value::Null | Value::Unknown) => return value.clone(),
            (Shape::Dynamic, value) => return value.clone().into_dynamic(),
            (Shape::Object(block), Value::Map(fields)) => {
                return Value::Map(self.object(block, fields, path));
            }
            (Shape::Map(entry), Value::Map(entries)) => {
                let given = entries.iter().filter(|(_, value)| !value.is_null());
                let entries = given
                    .map(|(key, value)| (key.clone(), self.value(entry, value, &path.key(key))));
                return Value::Map(entries.collect());
            }
            (
                Shape::List(element) | Shape::Set(element),
                Value::List(items) | Value::Set(items),
            ) => {
                let items = items.iter().enumerate();
                let items =
                    items.map(|(index, item)| self.element(element, item, &path.index(index)));
                return Value::List(items.collect());
            }
            (Shape::Bool, Value::Bool(_)) => return value.clone(),
            (Shape::Integer { .. }, Value::Number(_)) if value.as_i64().is_some() => {
                return value.clone();
            }
            (Shape::Text(text), Value::String(_) | Value::Number(_))
                if text.meaning == Meaning::Quantity =>
            {
                return self.amount(value, path);
            }
            (Shape::Text(_), Value::String(_)) => return value.clone(),
            (Shape::Object(_) | Shape::Map(_), _) => "an object",
            (Shape::List(_) | Shape::Set(_), _) => "a list",
            (Shape::Bool, _) => "`true` or `false`",
            (Shape::Integer { .. }, _) => "a whole number",
            (Shape::Text(text), _) if text.meaning == Meaning::Quantity => "a string or a number",
            (Shape::Text(_), _) => "a string",
        };
        self.problem(path, value, Cause::Type(expected));
        Value::Null
    }

    fn element(&mut self, shape: &Shape, item: &'a Value, path: &Path) -> Value {
        if item.is_null() {
            self.problem(path, item, Cause::Type("a value, not null"));
        }
        self.value(shape, item, path)
    }

    /// An amount, which the API accepts as an integer or a string.
    fn amount(&mut self, value: &'a Value, path: &Path) -> Value {
        let text = match value {
            Value::Number(number) => number.to_string(),
            value => value.as_str().unwrap_or_default().to_owned(),
        };
        if Amount::parse(&text).is_none() {
            self.problem(path, value, Cause::Amount);
        }
        Value::String(text)
    }

    fn problem(&mut self, path: &Path, value: &'a Value, cause: Cause) {
        self.problems.push(Problem {
            path: path.clone(),
            value,
            cause,
        });
    }
}
