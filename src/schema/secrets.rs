use super::attribute::{AttributeRole, Block, Shape};
use super::visit::visit;
use crate::value::{Path, Value};

/// The known strings of a value that are secrets by its schema: those in sensitive and write-only attributes, at any
/// depth. A dynamic value has no schema: the names of its fields decide.
pub fn secrets<'a>(block: &Block, value: &'a Value) -> Vec<&'a str> {
    let mut found = Vec::new();
    visit(block, value, &Path::root(), &mut |attribute, value, _| {
        let is_secret = attribute.sensitive || attribute.role == AttributeRole::WriteOnly;
        if is_secret {
            texts(value, &mut found);
        } else if matches!(attribute.shape, Shape::Dynamic) {
            named_secrets(value, &mut found);
        }
        !is_secret
    });
    found
}

/// The paths of the secrets in a value, except for computed ones. Those in a set have the path of the set.
pub fn secret_paths(block: &Block, value: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    visit(block, value, &Path::root(), &mut |attribute, _, path| {
        if attribute.sensitive && !attribute.is_computed() {
            found.push(path.clone());
        }
        !attribute.sensitive
    });
    found.sort();
    found.dedup();
    found
}

/// The strings in fields that are named like a secret.
fn named_secrets<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    const NAMES: [&str; 4] = ["password", "secret", "token", "key"];
    match value {
        Value::Map(entries) => {
            for (name, entry) in entries {
                let name = name.to_lowercase();
                if NAMES.iter().any(|secret| name.contains(secret)) {
                    texts(entry, found);
                } else {
                    named_secrets(entry, found);
                }
            }
        }
        Value::List(items) | Value::Set(items) => {
            items.iter().for_each(|item| named_secrets(item, found));
        }
        Value::Dynamic(inner) => named_secrets(&inner.1, found),
        _ => {}
    }
}

fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::List(items) | Value::Set(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(entries) => entries.values().for_each(|entry| texts(entry, found)),
        Value::Dynamic(inner) => texts(&inner.1, found),
        Value::Null | Value::Unknown | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{Attribute, Dynamic};

    #[test]
    fn names_decide_in_a_dynamic_value() {
        let block = Block {
            attributes: vec![Attribute::new::<Option<Dynamic>>("spec", "spec", "")],
            ..Block::default()
        };
        let spec = json!({
            "users": {"app": {"password": "one"}}, "backup": [{"s3SecretKey": "two", "schedule": "daily"}],
            "apiTokens": ["three"], "replicas": 2, "size": "1Gi",
        });
        let value = Value::map([("spec", Value::of_json(&spec).into_dynamic())]);
        let mut found = secrets(&block, &value);
        found.sort_unstable();
        assert_eq!(found, ["one", "three", "two"]);
    }
}
