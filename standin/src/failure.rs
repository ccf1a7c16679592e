//! Error responses with a `Status` body.
use crate::attributes::Attributes;
use crate::facts::Kind;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A rejected request, or the failure of a backend.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) details: Value,
}

impl Failure {
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            code,
            reason,
            message: message.into(),
            details: Value::Null,
        }
    }

    /// 400 for an invalid request.
    pub(crate) fn bad_request(message: impl Into<String>) -> Failure {
        Failure::new(400, "BadRequest", message)
    }

    /// Repeats texts of the request, as some servers and gateways do: verbatim, quoted and base64-encoded, after an
    /// escape sequence that sets a terminal's title.
    pub(crate) fn echo(code: u16, texts: &[&str]) -> Failure {
        let repeated = texts.iter().map(|text| {
            let (quoted, encoded) = (Value::from(*text), STANDARD.encode(text));
            format!("got {text}, {quoted}, {encoded}\r\n")
        });
        let repeated: String = repeated.collect();
        Failure::new(code, "Invalid", format!("\u{1b}]0;echo\u{7}{repeated}"))
    }

    /// 404 for a resource, by its name in error messages.
    pub(crate) fn not_found(group: &str, resource: &str, name: &str) -> Failure {
        let dotted = if group.is_empty() {
            resource.to_owned()
        } else {
            format!("{resource}.{group}")
        };
        let mut failure = Failure::new(404, "NotFound", format!("{dotted} \"{name}\" not found"));
        failure.details = json!({"name": name, "kind": resource});
        if !group.is_empty() {
            failure.details["group"] = json!(group);
        }
        failure
    }

    /// 500 without a reason: the server wraps errors of its backend and discards their status code.
    pub(crate) fn backend(message: impl Into<String>) -> Failure {
        Failure::new(500, "", message)
    }

    /// 422 for one field of an application.
    pub(crate) fn invalid(kind: &Kind, name: &str, field: &str, problem: Problem) -> Failure {
        let problems = vec![(field.to_owned(), problem)];
        Failure::invalid_object(crate::facts::GROUP, &kind.kind, name, problems)
    }

    /// 422 for some fields of an object.
    pub(crate) fn invalid_object(
        group: &str,
        kind: &str,
        name: &str,
        problems: Vec<(String, Problem)>,
    ) -> Failure {
        let causes: Vec<Value> = problems
            .into_iter()
            .map(|(field, problem)| {
                let (reason, message) = problem.cause();
                json!({"reason": reason, "message": message, "field": field})
            })
            .collect();
        let lines: Vec<String> = causes
            .iter()
            .map(|cause| {
                let text = |name: &str| cause[name].as_str().unwrap_or_default();
                format!("{}: {}", text("field"), text("message"))
            })
            .collect();
        let what = match lines.as_slice() {
            [line] => line.clone(),
            lines => format!("[{}]", lines.join(", ")),
        };
        let message = format!("{kind}.{group} \"{name}\" is invalid: {what}");
        let mut failure = Failure::new(422, "Invalid", message);
        failure.details = json!({"name": name, "group": group, "kind": kind, "causes": causes});
        failure
    }

    /// 409 for an existing name.
    pub(crate) fn already_exists(group: &str, resource: &str, name: &str) -> Failure {
        let mut failure = Failure::not_found(group, resource, name);
        failure.message = failure.message.replace("not found", "already exists");
        (failure.code, failure.reason) = (409, "AlreadyExists");
        failure
    }

    /// 409 for a write that conflicts with the stored object.
    pub(crate) fn conflict(group: &str, resource: &str, name: &str, why: &str) -> Failure {
        let mut failure = Failure::not_found(group, resource, name);
        failure.message =
            format!("Operation cannot be fulfilled on {resource}.{group} \"{name}\": {why}");
        (failure.code, failure.reason) = (409, "Conflict");
        failure
    }

    /// 405 for an unsupported verb.
    pub(crate) fn no_method() -> Failure {
        let message = "the server does not allow this method on the requested resource";
        let mut failure = Failure::new(405, "MethodNotAllowed", message);
        failure.details = json!({});
        failure
    }

    /// 403 for missing permissions, with the message of Kubernetes.
    pub(crate) fn forbidden(user: &str, wanted: &Attributes) -> Failure {
        let Attributes {
            verb,
            group,
            resource,
            ..
        } = wanted;
        let subresource = wanted
            .subresource
            .map_or(String::new(), |name| format!("/{name}"));
        let place = match wanted.namespace {
            Some(namespace) => format!("in the namespace \"{namespace}\""),
            None => "at the cluster scope".to_owned(),
        };
        Failure::denied(
            wanted.group,
            wanted.resource,
            // The name of a new object is in the body, which is not read before authorization.
            wanted.name.unwrap_or(""),
            &format!(
                "User \"{user}\" cannot {verb} resource \"{resource}{subresource}\" in API group \"{group}\" {place}"
            ),
        )
    }

    /// 403 for a path without a resource, with the message of Kubernetes.
    pub(crate) fn forbidden_path(user: &str, verb: &str, path: &str) -> Failure {
        let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
        let mut failure = Failure::new(403, "Forbidden", message);
        failure.details = json!({});
        failure
    }

    /// 403 for a resource, with any reason.
    pub(crate) fn denied(group: &str, resource: &str, name: &str, why: &str) -> Failure {
        let mut failure = Failure::not_found(group, resource, name);
        let dotted = failure.message.split(' ').next().unwrap_or(resource);
        failure.message = if name.is_empty() {
            format!("{dotted} is forbidden: {why}")
        } else {
            format!("{dotted} \"{name}\" is forbidden: {why}")
        };
        if let Some(details) = failure.details.as_object_mut()
            && name.is_empty()
        {
            details.remove("name");
        }
        (failure.code, failure.reason) = (403, "Forbidden");
        failure
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            body["reason"] = json!(self.reason);
        }
        if !self.details.is_null() {
            body["details"] = self.details.clone();
        }
        body
    }
}

/// The error of a field.
pub(crate) enum Problem {
    /// The field is missing, and why it is required; empty if that is obvious.
    Required(&'static str),
    /// The type of the value, and the violated rule.
    WrongType(String, String),
    /// The value, which is not a string, and the violated rule.
    Unquoted(&'static str, &'static str),
    /// The value, and the violated rule.
    Invalid(String, String),
}

impl Problem {
    /// Reason and message as in Kubernetes.
    fn cause(self) -> (&'static str, String) {
        match self {
            Problem::Required("") => ("FieldValueRequired", "Required value".to_owned()),
            Problem::WrongType(given, text) => (
                "FieldValueTypeInvalid",
                format!("Invalid value: \"{given}\": {text}"),
            ),
            Problem::Unquoted(given, text) => (
                "FieldValueInvalid",
                format!("Invalid value: {given}: {text}"),
            ),
            Problem::Required(text) => ("FieldValueRequired", format!("Required value: {text}")),
            Problem::Invalid(given, text) => (
                "FieldValueInvalid",
                format!("Invalid value: \"{given}\": {text}"),
            ),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        json_answer(self.code, &self.body())
    }
}

/// A response with a JSON body.
pub(crate) fn json_answer(code: u16, body: &Value) -> Response {
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
    response
}

/// Adds a warning header in the format of Kubernetes.
pub(crate) fn warn(response: &mut Response, text: &str) {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    if let Ok(warning) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
        response.headers_mut().append(header::WARNING, warning);
    }
}

/// The response to an unknown path below a served group (measured on 1.6).
pub(crate) fn no_such_resource() -> Failure {
    let message = "the server could not find the requested resource";
    let mut failure = Failure::new(404, "NotFound", message);
    failure.details = json!({});
    failure
}

/// The response to a path in an unknown group.
pub(crate) fn no_such_path() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, headers, "404 page not found\n").into_response()
}
