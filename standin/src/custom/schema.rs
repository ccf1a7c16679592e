//! Processing by the schema of a custom resource: unknown fields are pruned, defaults are set, and the result is
//! validated.
use crate::failure::Problem;
use crate::helm::type_name;
use serde_json::{Map, Value};

/// Drops null fields, and fields that the schema does not have, unless it preserves them. The paths of the latter are added to `unknown`.
pub(super) fn prune(value: &mut Value, schema: &Value, path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, field| {
                let known = of_field(schema, name).is_some() || preserves(schema);
                if !known {
                    unknown.push(format!("{path}.{name}"));
                }
                known && !field.is_null()
            });
            for (name, field) in fields {
                if let Some(schema) = of_field(schema, name) {
                    prune(field, schema, &format!("{path}.{name}"), unknown);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                prune(item, &schema["items"], &format!("{path}[{index}]"), unknown);
            }
        }
        _ => {}
    }
}

/// Sets the defaults of absent fields.
pub(super) fn fill(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, schema) in properties(schema) {
                if let Some(default) = schema.get("default") {
                    fields
                        .entry(name.clone())
                        .or_insert_with(|| default.clone());
                }
            }
            for (name, field) in fields {
                if let Some(schema) = of_field(schema, name) {
                    fill(field, schema);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| fill(item, &schema["items"])),
        _ => {}
    }
}

/// The errors of a value, by path.
pub(super) fn problems(
    value: &Value,
    schema: &Value,
    path: &str,
    found: &mut Vec<(String, Problem)>,
) {
    let (given, wanted) = (type_name(value), schema["type"].as_str());
    if let Some(wanted) = wanted.filter(|wanted| *wanted != given) {
        let text = format!("{path} in body must be of type {wanted}: \"{given}\"");
        return found.push((path.to_owned(), Problem::WrongType(given.to_owned(), text)));
    }
    match value {
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    found.push((format!("{path}.{name}"), Problem::Required("")));
                }
            }
            for (name, field) in fields {
                if let Some(schema) = of_field(schema, name) {
                    problems(field, schema, &format!("{path}.{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                problems(item, &schema["items"], &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
}

/// Whether fields that the schema does not have are kept.
fn preserves(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true
}

fn of_field<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let known = schema["properties"].get(name);
    known.or_else(|| schema.get("additionalProperties"))
}

#[cfg(test)]
mod tests {
    use super::{fill, problems, prune};
    use serde_json::{Value, json};

    fn schema() -> Value {
        json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "string"},
            "b": {"type": "object", "properties": {"c": {"type": "integer", "default": 1}}},
            "d": {"type": "object", "additionalProperties": {"type": "string"}},
            "e": {"type": "array", "items": {"type": "object", "required": ["f"]}},
        }})
    }

    #[test]
    fn unknown_fields_and_nulls_are_pruned_and_defaults_filled() {
        let mut value = json!({"a": null, "x": 1, "b": {"y": 1}, "d": {"k": "v"}});
        let mut unknown = Vec::new();
        prune(&mut value, &schema(), "spec", &mut unknown);
        assert_eq!(unknown, ["spec.x", "spec.b.y"]);
        fill(&mut value, &schema());
        assert_eq!(value, json!({"b": {"c": 1}, "d": {"k": "v"}}));
        let preserving = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let mut value = json!({"x": 1});
        prune(&mut value, &preserving, "spec", &mut unknown);
        assert_eq!(value, json!({"x": 1}));
    }

    #[test]
    fn each_problem_is_found_at_its_path() {
        let value = json!({"b": {"c": "1"}, "d": {"k": 1}, "e": [{}]});
        let mut found = Vec::new();
        problems(&value, &schema(), "spec", &mut found);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["spec.a", "spec.b.c", "spec.d.k", "spec.e[0].f"]);
    }
}
