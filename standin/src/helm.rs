//! Simulates Helm: the values of a chart, and their validation against its schema.
use regex_lite::Regex;
use serde_json::{Map, Value};

/// The chart's values merged with the stored values. Objects are merged by key, so a default entry of the chart is kept
/// beside new ones. Entries and items added by the user get no defaults. A null removes a key.
pub(crate) fn merged(chart: &Value, stored: &Value) -> Value {
    let (Value::Object(chart), Value::Object(stored)) = (chart, stored) else {
        return stored.clone();
    };
    let mut values: Map<String, Value> = stored.clone();
    for (name, own) in chart {
        match stored.get(name) {
            None => {
                values.insert(name.clone(), own.clone());
            }
            Some(Value::Null) => {
                values.remove(name);
            }
            Some(sent) => {
                values.insert(name.clone(), merged(own, sent));
            }
        }
    }
    Value::Object(values)
}

/// The errors of the values, a line each; empty if they are valid.
pub(crate) fn complaints(values: &Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(values, schema, "", &mut found);
    found
}

/// A JSON type by its name in schemas.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if is_whole(number.as_f64()) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_whole(number: Option<f64>) -> bool {
    number.is_some_and(|number| number.fract() == 0.0)
}

fn fits_type(value: &Value, expected: &str) -> bool {
    let given = type_name(value);
    given == expected || (expected == "number" && given == "integer")
}

fn at(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn shown_path(path: &str) -> &str {
    if path.is_empty() { "(root)" } else { path }
}

fn check(value: &Value, schema: &Value, path: &str, found: &mut Vec<String>) {
    let here = shown_path(path);
    if let Some(expected) = schema.get("type").and_then(Value::as_str)
        && !fits_type(value, expected)
    {
        let given = type_name(value);
        found.push(format!(
            "{here}: Invalid type. Expected: {expected}, given: {given}"
        ));
        return;
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array)
        && !choices
            .iter()
            .any(|choice| complaints(value, choice).is_empty())
    {
        found.push(format!("{here}: Must validate at least one schema (anyOf)"));
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        let list: Vec<String> = allowed.iter().map(Value::to_string).collect();
        found.push(format!("{here}: must be one of: {}", list.join(", ")));
    }
    if let (Some(text), Some(pattern)) = (
        value.as_str(),
        schema.get("pattern").and_then(Value::as_str),
    ) && Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
    {
        found.push(format!("{here}: Does not match pattern '{pattern}'"));
    }
    match value {
        Value::Object(fields) => check_fields(fields, schema, path, found),
        Value::Array(items) => {
            if let Some(of_item) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    check(item, of_item, &at(path, &index.to_string()), found);
                }
            }
        }
        _ => {}
    }
}

fn check_fields(fields: &Map<String, Value>, schema: &Value, path: &str, found: &mut Vec<String>) {
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{}: {name} is required", shown_path(path)));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, field) in fields {
        let of_field = properties
            .and_then(|known| known.get(name))
            .or_else(|| schema.get("additionalProperties").filter(|s| s.is_object()));
        if let Some(of_field) = of_field {
            check(field, of_field, &at(path, name), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{complaints, merged};
    use serde_json::json;

    #[test]
    fn a_charts_entry_stays_beside_the_users() {
        let chart = json!({"groups": {"md0": {"min": 0}}, "a": 1, "b": 2});
        let values = merged(&chart, &json!({"groups": {"own": {}}, "b": null}));
        assert_eq!(
            values,
            json!({"groups": {"md0": {"min": 0}, "own": {}}, "a": 1})
        );
    }

    #[test]
    fn each_rule_of_a_schema_is_checked() {
        let schema = json!({"type": "object", "properties": {
            "n": {"type": "integer"}, "e": {"type": "string", "enum": ["a"]},
            "q": {"anyOf": [{"type": "integer"}, {"type": "string"}], "pattern": "^[0-9]+$"},
            "l": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        }});
        assert!(
            complaints(
                &json!({"n": 1, "e": "a", "q": 5, "l": [{"name": 1}]}),
                &schema
            )
            .is_empty()
        );
        let wrong = json!({"n": "1", "e": "b", "q": "x", "l": [{}]});
        assert_eq!(complaints(&wrong, &schema).len(), 4);
        assert_eq!(complaints(&json!({"q": true}), &schema).len(), 1);
    }
}
