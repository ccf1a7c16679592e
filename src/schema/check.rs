use super::attribute::{Attribute, AttributeRole, Block, FormerShape, Shape, Usage};
use super::choice::respelling;
use super::cron;
use super::diagnostic::Diagnostics;
use super::duration::duration;
use super::pattern;
use super::quantity::Amount;
use super::rule::Scope;
use super::text::{Meaning, Text};
use super::write_only::check_secrets;
use crate::value::{Path, Value};

/// Validates a configuration against its schema, offline. Every error is reported with its path. Unknown values are
/// valid until they are known.
pub fn check(object: &Block, config: &Value, diagnostics: &mut Diagnostics) {
    check_object(object, config, &Path::root(), diagnostics);
}

/// Checks the rules between the attributes of an object, and nothing else.
pub fn check_rules(object: &Block, values: &Value, diagnostics: &mut Diagnostics) {
    for rule in &object.rules {
        rule(&mut Scope::of(values, &Path::root(), diagnostics));
    }
}

fn check_object(object: &Block, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    if value.is_unknown() {
        return;
    }
    for attribute in &object.attributes {
        if let AttributeRole::Renamed { to } = attribute.role {
            let given = value.attribute(&attribute.name);
            check_renamed(
                object,
                to,
                given,
                &path.attribute(&attribute.name),
                diagnostics,
            );
            continue;
        }
        let place = path.attribute(&attribute.name);
        check_keys(attribute, value, &place, diagnostics);
        check_item_keys(
            attribute,
            value.attribute(&attribute.name),
            &place,
            diagnostics,
        );
        check_attribute(
            attribute,
            value.attribute(&attribute.name),
            &place,
            diagnostics,
        );
    }
    check_secrets(object, value, path, diagnostics);
    for rule in &object.rules {
        rule(&mut Scope::of(value, path, diagnostics));
    }
}

/// Rejects a former name, and gives the current name and value.
fn check_renamed(
    object: &Block,
    to: &str,
    given: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    if matches!(given, Value::Null | Value::Unknown) {
        return;
    }
    let former = object
        .attribute(to)
        .and_then(|attribute| attribute.renamed_from.as_ref());
    let values = former.map_or(&[][..], |former| &former.values[..]);
    let shown = |json: &serde_json::Value| match json {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let today = given.as_str().map(|given| {
        let pair = values.iter().find(|(_, theirs)| shown(theirs) == given);
        pair.map_or_else(|| given.to_owned(), |(ours, _)| shown(ours))
    });
    let example = today.map_or_else(String::new, |today| format!(": `{to} = \"{today}\"`"));
    diagnostics.error_at(
        path,
        "Attribute Renamed",
        format!("`{path}` was renamed to `{to}`. Use that instead{example}."),
    );
}

/// Rejects keys that are not valid in names on the platform. `object` is the path of the object that contains the map.
fn check_keys(attribute: &Attribute, object: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    let Some(keys) = attribute.keys else { return };
    let name = object.attribute("name").as_str().unwrap_or_default();
    let entries = object.attribute(&attribute.name).as_map();
    for (key, _) in entries.into_iter().flatten() {
        if let Some(problem) = keys.problem(name, key) {
            diagnostics.error_at(&path.key(key), "Invalid Attribute Value", problem);
        }
    }
}

/// Rejects list items with equal keys, because some release of the platform stores them as entries of a map.
fn check_item_keys(
    attribute: &Attribute,
    list: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    let (Some(FormerShape::Map { key }), Some(block)) =
        (attribute.former_shape, attribute.shape.nested())
    else {
        return;
    };
    let Some(name) = block.attributes.iter().find(|inner| inner.api == key) else {
        return;
    };
    let items = list.as_elements().unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let key = item.attribute(&name.name);
        let mut before = items[..index].iter();
        if let Some(key) = key.as_str()
            && before.any(|other| other.attribute(&name.name).as_str() == Some(key))
        {
            diagnostics.error_at(
                &path.index(index).attribute(&name.name),
                "Invalid Attribute Value",
                format!(
                    "`{key}` is used more than once in `{path}`: each `{}` must be unique.",
                    name.name
                ),
            );
        }
    }
}

fn check_attribute(
    attribute: &Attribute,
    value: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    match (attribute.usage, value) {
        (Usage::Required, Value::Null) => {
            return diagnostics.error_at(
                path,
                "Missing Configuration for Required Attribute",
                format!(
                    "`{path}` is required. {}.",
                    first_sentence(&attribute.description)
                ),
            );
        }
        (_, Value::Null) => return,
        (Usage::Computed, _) => {
            return diagnostics.error_at(
                path,
                "Invalid Configuration for Read-Only Attribute",
                format!("`{path}` is read-only. Remove it from the configuration."),
            );
        }
        _ => {}
    }
    if let Some(instead) = attribute.deprecated
        && !value.is_unknown()
    {
        diagnostics.warn_at(path, "Attribute Deprecated", instead);
    }
    check_shape(&attribute.shape, value, path, diagnostics);
}

fn check_shape(shape: &Shape, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    match (shape, value) {
        (_, Value::Unknown) => {}
        (Shape::Object(object), Value::Map(_)) => check_object(object, value, path, diagnostics),
        (Shape::List(element), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                check_element(element, item, &path.index(index), diagnostics);
            }
        }
        // Elements of a set have no path.
        (Shape::Set(element), Value::Set(items)) => {
            for item in items {
                check_element(element, item, path, diagnostics);
            }
        }
        (Shape::Map(element), Value::Map(entries)) => {
            for (key, entry) in entries {
                check_element(element, entry, &path.key(key), diagnostics);
            }
        }
        (Shape::Integer { min, max }, number) => check_range(*min, *max, number, path, diagnostics),
        (Shape::Text(text), Value::String(content)) => check_text(text, content, path, diagnostics),
        _ => {}
    }
}

fn check_element(shape: &Shape, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    if value.is_null() {
        return diagnostics.error_at(
            path,
            "Invalid Attribute Value",
            format!("`{path}` must not be null. Remove the entry, or set it to `{{}}` if it is an object."),
        );
    }
    check_shape(shape, value, path, diagnostics);
}

fn check_range(
    min: Option<i64>,
    max: Option<i64>,
    value: &Value,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    let must = match (value.as_i64(), min, max) {
        (None, _, _) => "must be a whole number".to_owned(),
        (Some(number), Some(min), Some(max)) if number < min || number > max => {
            format!("must be between {min} and {max}, got {number}")
        }
        (Some(number), Some(min), None) if number < min => {
            format!("must be at least {min}, got {number}")
        }
        (Some(number), None, Some(max)) if number > max => {
            format!("must be at most {max}, got {number}")
        }
        _ => return,
    };
    diagnostics.error_at(path, "Invalid Attribute Value", format!("`{path}` {must}."));
}

/// The value is not quoted if it could be a secret. Choices and amounts are not secrets.
fn check_text(text: &Text, content: &str, path: &Path, diagnostics: &mut Diagnostics) {
    let must = if !text.choices.values.is_empty() && !text.choices.contains(content) {
        if text.choices.open {
            return;
        }
        let known: Vec<_> = text
            .choices
            .names()
            .map(|name| format!("`{name}`"))
            .collect();
        let hint = respelling(content, text.choices.names()).map_or_else(String::new, |spelling| {
            format!(" Did you mean `{spelling}`?")
        });
        format!(
            "must be one of {}, got `{content}`.{hint}",
            known.join(", ")
        )
    } else {
        match text.meaning {
            Meaning::Quantity if Amount::parse(content).is_none() => format!(
                "must be an amount such as `500m`, `2`, `512Mi` or `10Gi`, got `{content}`. \
                 Use a number, then nothing or one of m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei."
            ),
            Meaning::Duration if duration(content).is_none_or(|length| length.is_negative()) => {
                format!(
                    "must be a duration such as `30s`, `10m` or `1h30m`, got `{content}`. \
                 Units are ns, us, ms, s, m and h."
                )
            }
            Meaning::Json => match serde_json::from_str::<serde_json::Value>(content) {
                Ok(json) if json.is_object() => return,
                Ok(_) => {
                    "must hold a JSON object, such as `jsonencode({ key = \"value\" })`.".to_owned()
                }
                Err(error) => format!(
                    "must hold a JSON object; it cannot be read at line {}, column {}. Use `jsonencode`.",
                    error.line(),
                    error.column()
                ),
            },
            _ => match text.pattern {
                Some((pattern, words)) if !pattern::whole(pattern, content) => {
                    format!("must be {words}.")
                }
                _ => {
                    let unit = text.unit.and_then(|unit| unit.problem(content));
                    let schedule = || cron::problem(content, text.cron_fields?);
                    match unit.or_else(schedule) {
                        Some(problem) => problem,
                        None => return,
                    }
                }
            },
        }
    };
    diagnostics.error_at(path, "Invalid Attribute Value", format!("`{path}` {must}"));
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ")
        .map_or(text.trim_end_matches('.'), |(first, _)| first)
}
