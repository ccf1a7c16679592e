//! The object in a request: the fields that the server reads, and those it drops.
use crate::facts::API_VERSION;
use crate::failure::Failure;
use crate::object::Texts;
use serde_json::{Map, Value};

/// The top-level fields of the server's type. `status` and `appVersion` are accepted and dropped.
const FIELDS: [&str; 6] = [
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "status",
    "appVersion",
];
/// The metadata fields of Kubernetes.
pub(crate) const METADATA: [&str; 15] = [
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

/// A sent object.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) uid: String,
    pub(crate) version: String,
    pub(crate) labels: Texts,
    pub(crate) annotations: Texts,
    pub(crate) spec: Value,
    /// Unknown fields outside of `spec`. Inside `spec`, all fields are stored.
    pub(crate) unknown: Vec<String>,
}

impl Sent {
    /// Parses an object. With `strict`, unknown fields are an error; otherwise they are dropped.
    pub(crate) fn decode(body: &Value, strict: bool) -> Result<Sent, Failure> {
        let Value::Object(fields) = body else {
            return Err(Failure::bad_request("the body of the request is no object"));
        };
        if let Some(version) = fields.get("apiVersion").and_then(Value::as_str)
            && version != API_VERSION
        {
            return Err(Failure::bad_request(format!(
                "the API version in the data ({version}) does not match the expected API \
                 version ({API_VERSION})"
            )));
        }
        let none = Map::new();
        let metadata = match fields.get("metadata") {
            None | Some(Value::Null) => &none,
            Some(Value::Object(metadata)) => metadata,
            Some(other) => return Err(no_text(other, "Application.metadata", "v1.ObjectMeta")),
        };
        let spec = match fields.get("spec") {
            None | Some(Value::Null) => Value::Object(Map::new()),
            Some(spec @ Value::Object(_)) => spec.clone(),
            Some(other) => return Err(no_map(other)),
        };
        let unknown_at = |fields: &Map<String, Value>, known: &[&str], path: &str| -> Vec<String> {
            let unknown = fields.keys().filter(|name| !known.contains(&name.as_str()));
            unknown
                .map(|name| format!("unknown field \"{path}{name}\""))
                .collect()
        };
        let mut unknown = unknown_at(fields, &FIELDS, "");
        unknown.extend(unknown_at(metadata, &METADATA, "metadata."));
        if strict && !unknown.is_empty() {
            let message = format!("strict decoding error: {}", unknown.join(", "));
            return Err(Failure::bad_request(message));
        }
        let text = |name: &str| match metadata.get(name) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(other) => Err(no_text(
                other,
                &format!("ObjectMeta.metadata.{name}"),
                "string",
            )),
        };
        Ok(Sent {
            name: text("name")?,
            namespace: text("namespace")?,
            uid: text("uid")?,
            version: text("resourceVersion")?,
            labels: texts(metadata, "labels")?,
            annotations: texts(metadata, "annotations")?,
            spec,
            unknown,
        })
    }

    /// Checks that kind, namespace and name match the URL. Missing ones match any URL.
    pub(crate) fn check_place(&self, namespace: &str, name: Option<&str>) -> Result<(), Failure> {
        if !self.namespace.is_empty() && self.namespace != namespace {
            return Err(Failure::bad_request(
                "the namespace of the provided object does not match the namespace sent on \
                 the request",
            ));
        }
        match name {
            Some(name) if self.name != name => Err(Failure::bad_request(format!(
                "the name of the object ({}) does not match the name on the URL ({name})",
                self.name
            ))),
            _ => Ok(()),
        }
    }

    /// Checks for reserved keys of the platform (measured: there is no other check of a spec).
    pub(crate) fn check_reserved(&self) -> Result<(), Failure> {
        let reserved = self
            .spec
            .as_object()
            .and_then(|spec| spec.keys().find(|key| key.starts_with('_')));
        match reserved {
            None => Ok(()),
            Some(key) => Err(Failure::bad_request(format!(
                "values key \"{key}\" is reserved (keys starting with '_' are not allowed)"
            ))),
        }
    }
}

fn no_map(spec: &Value) -> Failure {
    let given = type_name(spec);
    let message =
        format!("json: cannot unmarshal {given} into Go value of type map[string]interface {{}}");
    Failure::bad_request(message)
}

fn no_text(given: &Value, field: &str, wanted: &str) -> Failure {
    let given = type_name(given);
    let message =
        format!("json: cannot unmarshal {given} into Go struct field {field} of type {wanted}");
    Failure::bad_request(message)
}

/// A JSON type by its name in Go.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Object(_) => "object",
        _ => "array",
    }
}

fn texts(metadata: &Map<String, Value>, field: &str) -> Result<Texts, Failure> {
    let given = match metadata.get(field) {
        None | Some(Value::Null) => return Ok(Texts::new()),
        Some(given) => given,
    };
    serde_json::from_value(given.clone()).map_err(|_| {
        let message = format!(
            "json: cannot unmarshal into Go struct field ObjectMeta.metadata.{field} of type string"
        );
        Failure::bad_request(message)
    })
}
