//! A parsed request.
use crate::failure::Failure;
use crate::subject::Subject;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Query, Request};
use axum::http::{HeaderMap, Method, header};
use serde_json::Value;
use std::collections::HashMap;

/// The largest body that the server accepts.
const LARGEST_BODY: usize = 3 << 20;

/// The parts of a request that handlers use.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The caller.
    pub(crate) caller: Subject,
    pub(crate) headers: HeaderMap,
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = Failure;

    /// Reads the whole request.
    async fn from_request(request: Request, _: &S) -> Result<Call, Failure> {
        let (mut parts, body) = request.into_parts();
        // Requests to the control endpoints have no caller.
        let caller = parts.extensions.remove::<Subject>();
        let query = Query::try_from_uri(&parts.uri)
            .map(|Query(query)| query)
            .map_err(|error| Failure::bad_request(error.to_string()))?;
        let body = to_bytes(body, LARGEST_BODY).await.map_err(|_| {
            Failure::new(
                413,
                "RequestEntityTooLarge",
                "the request body is larger than the server takes",
            )
        })?;
        Ok(Call {
            method: parts.method,
            caller: caller.unwrap_or_else(Subject::platform),
            headers: parts.headers,
            query,
            body,
        })
    }
}

impl Call {
    /// A query parameter; an empty one is treated as absent.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a query parameter is true.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(
            self.parameter(name),
            Some("1" | "t" | "T" | "true" | "TRUE" | "True")
        )
    }

    /// The version at which a watch starts; 0 if the client does not give one.
    pub(crate) fn since(&self) -> u64 {
        self.parameter("resourceVersion")
            .and_then(|version| version.parse().ok())
            .unwrap_or(0)
    }

    /// The field manager, by default the first part of the user agent.
    pub(crate) fn manager(&self) -> &str {
        let agent = self.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|value| value.to_str().ok()).unwrap_or("");
        let program = agent.split('/').next().unwrap_or("");
        self.parameter("fieldManager").unwrap_or(program)
    }

    /// The media type of the body.
    pub(crate) fn content_type(&self) -> &str {
        let given = self
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        given.unwrap_or("").split(';').next().unwrap_or("").trim()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let why = if error.is_eof() {
                "unexpected end of JSON input".to_owned()
            } else {
                error.to_string()
            };
            Failure::bad_request(format!(
                "couldn't get version/kind; json parse error: {why}"
            ))
        })
    }
}
