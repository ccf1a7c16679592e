//! Compares the configuration with the stored and returned values.

use hikube::schema::{Attribute, Block, Meaning, Shape};
use serde_json::Value;

/// The names by which an attribute is looked up.
pub(crate) type Names = fn(&Attribute) -> Vec<&str>;

/// The current and the former name of an attribute in the spec of an object.
pub(crate) fn in_api(attribute: &Attribute) -> Vec<&str> {
    let former = attribute.renamed_from.as_ref().map(|former| former.name);
    [Some(&*attribute.api), former]
        .into_iter()
        .flatten()
        .collect()
}

/// The name of an attribute in Terraform.
pub(crate) fn in_terraform(attribute: &Attribute) -> Vec<&str> {
    vec![&attribute.name]
}

/// The field of an attribute in an object.
pub(crate) fn field<'a>(object: &'a Value, attribute: &Attribute, names: Names) -> &'a Value {
    let names = names(attribute);
    let found = names.iter().find_map(|name| object.get(*name));
    found.unwrap_or(&Value::Null)
}

/// Asserts that every configured attribute exists with the same value.
#[track_caller]
pub(crate) fn assert_holds(at: &str, block: &Block, set: &Value, there: &Value, names: Names) {
    for attribute in block.fields() {
        let (set, there) = (&set[&*attribute.name], field(there, attribute, names));
        // Earlier releases have it in another form.
        let is_converted = block
            .former_spec
            .is_some_and(|former| former.lacks == attribute.api && there.is_null());
        if !set.is_null() && !is_converted {
            let at = format!("{at}.{}", attribute.name);
            assert_same(&at, &attribute.shape, set, there, names);
        }
    }
}

#[track_caller]
fn assert_same(at: &str, shape: &Shape, set: &Value, there: &Value, names: Names) {
    match (shape, set, there) {
        (Shape::Object(block), _, Value::Object(_)) => assert_holds(at, block, set, there, names),
        (Shape::Map(element), Value::Object(entries), Value::Object(found)) => {
            let keys =
                |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(entries), keys(found), "{at}");
            for (key, entry) in entries {
                assert_same(&format!("{at}.{key}"), element, entry, &found[key], names);
            }
        }
        (Shape::List(element), Value::Array(entries), Value::Array(found)) => {
            assert_eq!(entries.len(), found.len(), "{at}");
            for (index, (entry, found)) in entries.iter().zip(found).enumerate() {
                assert_same(&format!("{at}[{index}]"), element, entry, found, names);
            }
        }
        // A list that is a map in earlier releases, keyed by name.
        (Shape::List(_), Value::Array(entries), Value::Object(found)) => {
            let mut entries = entries.clone();
            let names = entries.iter_mut().map(|entry| entry["name"].take());
            let names: Vec<String> = names.map(|name| plain(&name)).collect();
            let keys: Vec<&String> = found.keys().collect();
            assert_eq!(names.iter().collect::<Vec<_>>(), keys, "{at}");
        }
        (Shape::Set(_), Value::Array(entries), Value::Array(found)) => {
            let sorted = |list: &[Value]| {
                let mut texts: Vec<String> = list.iter().map(plain).collect();
                texts.sort();
                texts
            };
            assert_eq!(sorted(entries), sorted(found), "{at}");
        }
        (Shape::Text(text), _, _) if text.meaning == Meaning::Json => {
            assert_eq!(parsed(set), parsed(there), "{at}");
        }
        _ => assert_eq!(plain(set), plain(there), "{at}"),
    }
}

/// The API stores some numbers as strings, and some strings as numbers.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn parsed(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => serde_json::from_str(text).expect("JSON"),
        None => value.clone(),
    }
}
