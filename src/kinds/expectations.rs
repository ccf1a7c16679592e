//! Assertions about the validation of a configuration: valid, or one error or warning.

use serde_json::Value as Json;

use crate::resource::Kind;
use crate::schema::{Diagnostic, Diagnostics, Meaning, Severity, Shape, check};
use crate::value::Value;

/// The value of a configuration in JSON. The text `?` stands for an unknown value.
pub(super) fn value(shape: &Shape, json: &Json) -> Value {
    match (shape, json) {
        (_, Json::Null) => Value::Null,
        (_, Json::String(text)) if text == "?" => Value::Unknown,
        (_, Json::String(text)) => Value::from(text.clone()),
        (_, Json::Bool(flag)) => Value::from(*flag),
        (_, Json::Number(number)) => Value::from(number.as_i64()),
        (Shape::Text(text), json) if text.meaning == Meaning::Json => Value::from(json.to_string()),
        (Shape::List(element), Json::Array(items)) => {
            Value::List(items.iter().map(|item| value(element, item)).collect())
        }
        (Shape::Set(element), Json::Array(items)) => {
            Value::set(items.iter().map(|item| value(element, item)))
        }
        (Shape::Map(element), Json::Object(entries)) => Value::map(
            entries
                .iter()
                .map(|(key, entry)| (key, value(element, entry))),
        ),
        (Shape::Object(object), Json::Object(entries)) => {
            Value::map(entries.iter().map(|(name, entry)| {
                let by_api = || object.fields().find(|attribute| attribute.api == *name);
                let attribute = object.attribute(name).or_else(by_api);
                let attribute = attribute.expect("a declared attribute");
                (&*attribute.name, value(&attribute.shape, entry))
            }))
        }
        _ => panic!("{json} is not {shape:?}"),
    }
}

/// The diagnostics for the spec of a kind.
pub(super) fn diagnostics(kind: &Kind, config: &Json) -> Vec<Diagnostic> {
    let object = (kind.spec)();
    let config = value(&Shape::Object(object.clone()), config);
    let mut diagnostics = Diagnostics::new();
    check(&object, &config, &mut diagnostics);
    diagnostics.iter().cloned().collect()
}

#[track_caller]
pub(super) fn accepted(kind: &Kind, config: &Json) {
    let all = diagnostics(kind, config);
    assert!(all.is_empty(), "{all:?}");
}

/// One error whose detail has this phrase.
#[track_caller]
pub(super) fn refused(kind: &Kind, config: &Json, phrase: &str) {
    only(kind, config, Severity::Error, phrase);
}

/// One warning whose detail has this phrase, and no error.
#[track_caller]
pub(super) fn warned(kind: &Kind, config: &Json, phrase: &str) {
    only(kind, config, Severity::Warning, phrase);
}

#[track_caller]
fn only(kind: &Kind, config: &Json, severity: Severity, phrase: &str) {
    let all = diagnostics(kind, config);
    assert!(
        matches!(&all[..], [one] if one.severity == severity && one.detail.contains(phrase)),
        "{all:?}"
    );
}
