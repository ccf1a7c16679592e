//! A custom resource in a request: the fields that the server accepts and rejects.
use crate::call::Call;
use crate::custom::resource::CustomResource;
use crate::custom::schema;
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::names;
use crate::object::Texts;
use crate::release::Release;
use crate::sent::METADATA;
use serde_json::{Map, Value, json};

/// Parses the body of a write: unknown fields are dropped, defaults are set, and the status is ignored. Also returns
/// the paths of the dropped fields.
pub(super) fn decode(
    resource: &CustomResource,
    release: Release,
    call: &Call,
    given: &Value,
) -> Result<(Value, Vec<String>), Failure> {
    let Value::Object(given) = given else {
        return Err(Failure::bad_request(
            "the body of the request is not an object",
        ));
    };
    for (field, name) in [("kind", "Kind"), ("apiVersion", "apiVersion")] {
        let text = given.get(field).and_then(Value::as_str).unwrap_or("");
        if text.is_empty() {
            let given = Value::Object(given.clone());
            let message = format!("Object '{name}' is missing in '{given}'");
            return Err(Failure::bad_request(message));
        }
    }
    let (sent, wanted) = (&given["apiVersion"], resource.api_version());
    if *sent != json!(wanted) {
        let sent = sent.as_str().unwrap_or_default();
        return Err(Failure::bad_request(format!(
            "the API version in the data ({sent}) does not match the expected API version ({wanted})"
        )));
    }
    let mut unknown = Vec::new();
    let mut body = Map::new();
    for (name, value) in given {
        match name.as_str() {
            "apiVersion" | "kind" => {
                body.insert(name.clone(), value.clone());
            }
            "metadata" => {
                body.insert(name.clone(), metadata(value, &mut unknown)?);
            }
            "spec" if !value.is_null() => {
                let of_spec = &(resource.schema)(release)["properties"]["spec"];
                let mut spec = value.clone();
                schema::prune(&mut spec, of_spec, "spec", &mut unknown);
                schema::fill(&mut spec, of_spec);
                body.insert(name.clone(), spec);
            }
            "spec" | "status" => {}
            _ => unknown.push(name.clone()),
        }
    }
    body.entry("metadata").or_insert_with(|| json!({}));
    let problem = |path: &String| format!("unknown field \"{path}\"");
    let unknown: Vec<String> = unknown.iter().map(problem).collect();
    let validation = call.parameter("fieldValidation").unwrap_or("Warn");
    if validation == "Strict" && !unknown.is_empty() {
        let message = format!("strict decoding error: {}", unknown.join(", "));
        return Err(Failure::bad_request(message));
    }
    let warned = validation == "Warn";
    Ok((
        Value::Object(body),
        if warned { unknown } else { Vec::new() },
    ))
}

fn metadata(given: &Value, unknown: &mut Vec<String>) -> Result<Value, Failure> {
    let mut metadata = match given {
        Value::Object(metadata) => metadata.clone(),
        Value::Null => Map::new(),
        _ => return Err(Failure::bad_request("metadata is not an object")),
    };
    metadata.retain(|name, value| {
        let known = METADATA.contains(&name.as_str());
        if !known {
            unknown.push(format!("metadata.{name}"));
        }
        known && !value.is_null() && name != "managedFields"
    });
    for name in [
        "name",
        "generateName",
        "namespace",
        "uid",
        "resourceVersion",
    ] {
        if metadata.get(name).is_some_and(|value| !value.is_string()) {
            let message = format!("metadata.{name} is not a string");
            return Err(Failure::bad_request(message));
        }
    }
    for name in ["labels", "annotations"] {
        let Some(given) = metadata.get(name) else {
            continue;
        };
        let texts: Texts = serde_json::from_value(given.clone()).map_err(|_| {
            Failure::bad_request(format!("metadata.{name} is not a map of strings"))
        })?;
        if texts.is_empty() {
            metadata.remove(name);
        }
    }
    Ok(Value::Object(metadata))
}

/// A string of an object's metadata; empty if it is absent.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body["metadata"][name].as_str().unwrap_or("")
}

/// The labels of an object.
pub(super) fn labels(body: &Value) -> Texts {
    serde_json::from_value(body["metadata"]["labels"].clone()).unwrap_or_default()
}

/// Checks that an object matches the URL.
pub(super) fn check_place(
    body: &Value,
    namespace: &str,
    name: Option<&str>,
) -> Result<(), Failure> {
    let given = text(body, "namespace");
    if !given.is_empty() && given != namespace {
        return Err(Failure::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    match (name, text(body, "name")) {
        (Some(name), given) if given != name => Err(Failure::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        ))),
        _ => Ok(()),
    }
}

/// Validates an object by the definition of the resource and the rules of Kubernetes.
pub(super) fn check(
    resource: &CustomResource,
    release: Release,
    body: &Value,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    let invalid = |value: &str, why: String| Problem::Invalid(value.to_owned(), why);
    if body["kind"] != resource.kind {
        let kind = body["kind"].as_str().unwrap_or_default();
        let problem = invalid(kind, format!("must be {}", resource.kind));
        found.push(("kind".to_owned(), problem));
    }
    let name = text(body, "name");
    if !names::is_subdomain(name) {
        let problem = invalid(name, names::SUBDOMAIN_RULE.to_owned());
        found.push(("metadata.name".to_owned(), problem));
    }
    for (key, value) in labels(body) {
        let why = keys::key_problem(&key).map(|why| (key, why));
        let why = why.or_else(|| keys::value_problem(&value).map(|why| (value, why)));
        if let Some((given, why)) = why {
            found.push(("metadata.labels".to_owned(), invalid(&given, why)));
        }
    }
    let schema = (resource.schema)(release);
    if let Some(spec) = body.get("spec") {
        schema::problems(spec, &schema["properties"]["spec"], "spec", &mut found);
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::invalid_object(
        resource.group,
        resource.kind,
        name,
        found,
    ))
}
