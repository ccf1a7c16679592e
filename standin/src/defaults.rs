//! Sets the defaults of a spec, which are in every response but are not stored.
use serde_json::{Map, Number, Value};

/// The spec in a response, from the stored one.
pub(crate) fn shown(stored: &Value, schema: &Value) -> Value {
    let mut spec = stored.clone();
    fill(&mut spec, schema);
    plain_numbers(&mut spec);
    spec
}

fn is_of_type(schema: &Value, name: &str) -> bool {
    schema.get("type").and_then(Value::as_str) == Some(name)
}

fn fill(value: &mut Value, schema: &Value) {
    let default = schema.get("default");
    if is_of_type(schema, "object") {
        if !value.is_object() {
            *value = default
                .filter(|default| default.is_object())
                .cloned()
                .unwrap_or_else(|| Value::Object(Map::new()));
        }
        if let Value::Object(fields) = value {
            fill_fields(fields, schema);
        }
    } else if is_of_type(schema, "array") {
        if !value.is_array() {
            *value = default
                .filter(|default| default.is_array())
                .cloned()
                .unwrap_or_else(|| Value::Array(Vec::new()));
        }
        if let (Value::Array(items), Some(of_item)) = (value, schema.get("items")) {
            items.iter_mut().for_each(|item| fill(item, of_item));
        }
    } else if value.is_null()
        && let Some(default) = default
    {
        // Scalars of a wrong type are returned as they were sent; only null is replaced.
        *value = default.clone();
    }
}

fn fill_fields(fields: &mut Map<String, Value>, schema: &Value) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, of_field) in properties.into_iter().flatten() {
        if let Some(field) = fields.get_mut(name) {
            fill(field, of_field);
        } else if let Some(default) = of_field.get("default") {
            let mut field = default.clone();
            fill(&mut field, of_field);
            fields.insert(name.clone(), field);
        }
    }
    let Some(of_entry) = schema.get("additionalProperties").filter(|s| s.is_object()) else {
        return;
    };
    for (name, entry) in fields.iter_mut() {
        if properties.is_none_or(|known| !known.contains_key(name)) {
            fill(entry, of_entry);
        }
    }
}

/// The server parses every number as a 64-bit float and formats it again: `1.0` is returned as `1`.
fn plain_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(plain) = through_float(number) {
                *number = plain;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_numbers),
        Value::Object(fields) => fields.values_mut().for_each(plain_numbers),
        _ => {}
    }
}

fn through_float(number: &Number) -> Option<Number> {
    let float = number.as_f64()?;
    let size = float.abs();
    let text = if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{float:e}");
        if text.contains("e-") {
            text
        } else {
            text.replace('e', "e+")
        }
    } else {
        format!("{float}")
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::shown;
    use serde_json::{Value, json};

    fn schema() -> Value {
        json!({"type": "object", "properties": {
            "size": {"type": "string", "default": "1Gi"},
            "note": {"type": "string"},
            "users": {"type": "object", "default": {}, "additionalProperties": {
                "type": "object", "properties": {"limit": {"type": "integer", "default": 5}}}},
            "ports": {"type": "array", "default": [22]},
        }})
    }

    #[test]
    fn missing_fields_come_from_the_schema() {
        let spec = shown(&json!({}), &schema());
        assert_eq!(spec, json!({"size": "1Gi", "users": {}, "ports": [22]}));
    }

    #[test]
    fn entries_are_filled_and_wrong_scalars_kept() {
        let stored = json!({"size": [], "users": {"a": {}, "b": null}, "ports": null, "x": 1});
        let spec = shown(&stored, &schema());
        let users = json!({"a": {"limit": 5}, "b": {"limit": 5}});
        assert_eq!(
            spec,
            json!({"size": [], "users": users, "ports": [22], "x": 1})
        );
    }

    #[test]
    fn numbers_lose_what_a_float_loses() {
        let stored: Value =
            serde_json::from_str(r#"{"a": 1.0, "b": 9007199254740993, "c": 1e21}"#).expect("json");
        let spec = shown(&stored, &json!({"type": "object"}));
        assert_eq!(
            spec.to_string(),
            r#"{"a":1,"b":9007199254740992,"c":1e+21}"#
        );
    }
}
