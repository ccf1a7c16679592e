//! Answers that say no, as `Status` bodies.
use crate::attributes::Attributes;
use crate::facts::Kind;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A refusal, or the failure of something behind the API.
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

    /// 400 for a request that makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Failure {
        Failure::new(400, "BadRequest", message)
    }

    /// Repeats texts of a request, as some servers and gateways do: as they are, quoted and in base64, after a
    /// sequence that sets the title of a terminal.
    pub(crate) fn echo(code: u16, texts: &[&str]) -> Failure {
        let repeated = texts.iter().map(|text| {
            let (quoted, encoded) = (Value::from(*text), STANDARD.encode(text));
            format!("got {text}, {quoted}, {encoded}\r\n")
        });
        let repeated: String = repeated.collect();
        Failure::new(code, "Invalid", format!("\u{1b}]0;echo\u{7}{repeated}"))
    }

    /// 404 of a resource named as error messages name it.
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

    /// 500 without a reason: the server wraps whatever its backend says, and loses the code on the
    /// way.
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

    /// 409 for a name that is taken.
    pub(crate) fn already_exists(group: &str, resource: &str, name: &str) -> Failure {
        let mut failure = Failure::not_found(group, resource, name);
        failure.message = failure.message.replace("not found", "already exists");
        (failure.code, failure.reason) = (409, "AlreadyExists");
        failure
    }

    /// 409 for a write that does not go with what is stored.
    pub(crate) fn conflict(group: &str, resource: &str, name: &str, why: &str) -> Failure {
        let mut failure = Failure::not_found(group, resource, name);
        failure.message =
            format!("Operation cannot be fulfilled on {resource}.{group} \"{name}\": {why}");
        (failure.code, failure.reason) = (409, "Conflict");
        failure
    }

    /// 405 for a verb the resource has not.
    pub(crate) fn no_method() -> Failure {
        let message = "the server does not allow this method on the requested resource";
        let mut failure = Failure::new(405, "MethodNotAllowed", message);
        failure.details = json!({});
        failure
    }

    /// 403 for what no role of a user contains, in the words of Kubernetes.
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
            // What is created has its name in the body, where nobody has looked yet.
            wanted.name.unwrap_or(""),
            &format!(
                "User \"{user}\" cannot {verb} resource \"{resource}{subresource}\" in API group \"{group}\" {place}"
            ),
        )
    }

    /// 403 for a path that is about no resource, in the words of Kubernetes.
    pub(crate) fn forbidden_path(user: &str, verb: &str, path: &str) -> Failure {
        let message = format!("forbidden: User \"{user}\" cannot {verb} path \"{path}\"");
        let mut failure = Failure::new(403, "Forbidden", message);
        failure.details = json!({});
        failure
    }

    /// 403 of a resource, for any reason.
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

/// What is wrong with a field.
pub(crate) enum Problem {
    /// It is missing, and why it must not be; empty where that is plain.
    Required(&'static str),
    /// The type of its value, and the rule it breaks.
    WrongType(String, String),
    /// Its value, which is no text, and the rule it breaks.
    Unquoted(&'static str, &'static str),
    /// Its value, and the rule it breaks.
    Invalid(String, String),
}

impl Problem {
    /// The reason and the message of Kubernetes.
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

/// An answer with a JSON body.
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

/// Adds a warning to an answer, as Kubernetes words the header.
pub(crate) fn warn(response: &mut Response, text: &str) {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    if let Ok(warning) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
        response.headers_mut().append(header::WARNING, warning);
    }
}

/// What a server says to a path under one of its groups where it has nothing (measured on 1.6).
pub(crate) fn no_such_resource() -> Failure {
    let message = "the server could not find the requested resource";
    let mut failure = Failure::new(404, "NotFound", message);
    failure.details = json!({});
    failure
}

/// What the API server says to a path of which it knows not even the group.
pub(crate) fn no_such_path() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, headers, "404 page not found\n").into_response()
}
