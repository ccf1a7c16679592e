//! The representation of a response: the object, a table, or only metadata.
use crate::facts::API_VERSION;
use crate::failure::Failure;
use crate::object::now;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

/// A representation of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Object,
    Table,
    Metadata,
}

/// Selects the first representation of the `Accept` header that the server supports (measured: only JSON, no protobuf
/// or CBOR; tables and metadata on request).
pub(crate) fn negotiate(headers: &HeaderMap) -> Result<Form, Failure> {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let accepted = accepted.join(",");
    if accepted.trim().is_empty() {
        return Ok(Form::Object);
    }
    accepted.split(',').find_map(form).ok_or_else(|| {
        let message =
            "only the following media types are accepted: application/json, application/yaml";
        Failure::new(406, "NotAcceptable", message)
    })
}

fn form(clause: &str) -> Option<Form> {
    let mut parts = clause.split(';').map(str::trim);
    if !matches!(parts.next()?, "application/json" | "application/*" | "*/*") {
        return None;
    }
    match parts.find_map(|part| part.strip_prefix("as=")) {
        None => Some(Form::Object),
        Some("Table") => Some(Form::Table),
        Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Some(Form::Metadata),
        Some(_) => None,
    }
}

impl Form {
    /// Represents one object.
    pub(crate) fn single(self, body: Value) -> Value {
        match self {
            Form::Object => body,
            Form::Table => {
                let version = body["metadata"]["resourceVersion"].clone();
                let api_version = body["apiVersion"].as_str().unwrap_or("").to_owned();
                table(&api_version, vec![body], &version)
            }
            Form::Metadata => metadata(&body),
        }
    }

    /// Represents a list.
    pub(crate) fn list(
        self,
        api_version: &str,
        kind: &str,
        items: Vec<Value>,
        version: &str,
    ) -> Value {
        let version = json!(version);
        match self {
            Form::Object => json!({
                "apiVersion": api_version, "kind": format!("{kind}List"),
                "metadata": {"resourceVersion": version}, "items": items,
            }),
            Form::Table => table(api_version, items, &version),
            Form::Metadata => json!({
                "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadataList",
                "metadata": {"resourceVersion": version},
                "items": items.iter().map(metadata).collect::<Vec<_>>(),
            }),
        }
    }
}

fn metadata(body: &Value) -> Value {
    let metadata = &body["metadata"];
    json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata})
}

/// Applications have columns of their own; other objects have the two default columns of Kubernetes.
fn table(api_version: &str, items: Vec<Value>, version: &Value) -> Value {
    let is_application = api_version == API_VERSION;
    let column = |name: &str| {
        let format = if name == "NAME" { "name" } else { "" };
        json!({"name": name, "type": "string", "format": format, "description": "", "priority": 0})
    };
    let columns: Vec<Value> = if is_application {
        ["NAME", "READY", "AGE", "VERSION"].map(column).into()
    } else {
        ["NAME", "AGE"].map(column).into()
    };
    let row = if is_application { row } else { plain_row };
    let rows: Vec<Value> = items.into_iter().map(row).collect();
    json!({
        "apiVersion": "meta.k8s.io/v1", "kind": "Table", "metadata": {"resourceVersion": version},
        "columnDefinitions": columns,
        "rows": rows,
    })
}

/// A row contains the whole object (read in the source).
fn row(body: Value) -> Value {
    let conditions = body["status"]["conditions"].as_array();
    let ready = conditions
        .into_iter()
        .flatten()
        .find(|condition| condition["type"] == "Ready");
    let ready = ready
        .and_then(|condition| condition["status"].as_str())
        .unwrap_or("Unknown")
        .to_owned();
    let version = body["status"]["version"].as_str().unwrap_or("");
    let version = version
        .rsplit('+')
        .next()
        .filter(|v| !v.is_empty())
        .unwrap_or("<unknown>")
        .to_owned();
    json!({"cells": [body["metadata"]["name"], ready, age(&body), version], "object": body})
}

fn plain_row(body: Value) -> Value {
    json!({"cells": [body["metadata"]["name"], age(&body)], "object": body})
}

fn age(body: &Value) -> String {
    let created = body["metadata"]["creationTimestamp"]
        .as_str()
        .and_then(|t| t.parse::<jiff::Timestamp>().ok());
    let age = created.map_or(0, |created| now() - created.as_second());
    format!("{age}s")
}

#[cfg(test)]
mod tests {
    use super::{Form, negotiate};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn pick(accept: &'static str) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        negotiate(&headers).ok()
    }

    #[test]
    fn the_first_form_the_server_has_is_taken() {
        assert_eq!(pick("application/vnd.kubernetes.protobuf"), None);
        assert_eq!(pick("application/cbor"), None);
        assert_eq!(
            pick("application/vnd.kubernetes.protobuf,application/json"),
            Some(Form::Object)
        );
        assert_eq!(
            pick("application/json;as=Table;g=meta.k8s.io;v=v1,application/json"),
            Some(Form::Table)
        );
        assert_eq!(
            pick("application/json;as=Bogus;g=x;v=v1, */*"),
            Some(Form::Object)
        );
    }
}
