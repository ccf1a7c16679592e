use std::time::Duration;

use hyper_util::client::legacy;
use kube::core::Status;

use super::connection::{
    ProxyError, SettingsError, describe_tls_error, is_about_client_certificate,
};
use super::error_chain::{find, root_cause};
use super::response::{MAX_MESSAGE, TooLarge};
use crate::redaction::redacted_beginning;

/// Why a request failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The API refused the request.
    #[error("the API answered {code}: {message}")]
    Refused {
        /// The HTTP status.
        code: u16,
        /// The reason of the `Status`, often empty.
        reason: String,
        /// The object that the `Status` names, or empty.
        object_name: String,
        /// The message of the `Status`, with the causes that it does not mention itself.
        message: String,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// No response arrived: the connection failed or was cut, or the time ran out.
    #[error("no response from {address}: {cause}")]
    NoAnswer {
        /// The address of the API.
        address: String,
        /// What failed.
        cause: String,
        /// Whether there was no connection, so that nothing can have been written.
        unsent: bool,
        /// Whether the request was abandoned because Terraform asked to stop.
        stopped: bool,
    },
    /// The proxy could not be used, so there was no connection to the API.
    #[error("no connection to {address} through {proxy}: {cause}")]
    Proxy {
        /// The address of the API.
        address: String,
        /// The proxy without its password, and the setting that names it.
        proxy: String,
        /// What failed.
        cause: String,
    },
    /// The server is not trusted, or does not accept the client certificate.
    #[error("the TLS connection to {address} failed: {cause}")]
    Tls {
        /// The address of the API.
        address: String,
        /// What was expected, and what the certificate has.
        cause: String,
    },
    /// A response was larger than any that the API sends.
    #[error("the response from {address} is too large: {cause}")]
    TooLarge {
        /// The address of the API.
        address: String,
        /// The bound that it exceeds.
        cause: String,
    },
    /// A response is about another object.
    #[error("invalid response from {address}: {cause}")]
    Unrelated {
        /// The address of the API.
        address: String,
        /// The requested object, and the one in the response.
        cause: String,
    },
    /// A response is not one of this API.
    #[error("invalid response from {address}: {cause}")]
    InvalidResponse {
        /// The address of the API.
        address: String,
        /// Why it cannot be parsed.
        cause: String,
    },
    /// There is no valid request for this. Nothing was sent.
    #[error("invalid request: {cause}")]
    InvalidRequest {
        /// What is invalid.
        cause: String,
    },
    /// The settings of the provider cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// What an [`Error`] means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// An object of that name exists.
    AlreadyExists,
    /// An object of that name is still being deleted.
    Terminating,
    /// The object was changed since it was read, or a precondition does not hold.
    Conflict,
    /// The requested object or its namespace does not exist. See [`Error::is_gone`].
    NotFound,
    /// The address does not serve this resource: it is another API, or a platform release without it. This says
    /// nothing about whether an object exists.
    NotServed,
    /// The credentials are not accepted.
    Unauthorized,
    /// A permission is missing.
    Forbidden,
    /// The content of the request is refused.
    Invalid,
    /// The request may succeed later, and nothing was written.
    Busy,
    /// The request may succeed later, and something may have been written.
    Uncertain,
    /// Anything else.
    Other,
}

impl Error {
    /// An entry that is to be created exists.
    pub(super) fn entry_exists(key: &str) -> Error {
        Error::about_entry(key, "AlreadyExists", "the entry already exists")
    }

    /// An entry was removed or got another owner since it was read.
    pub(crate) fn entry_changed(key: &str) -> Error {
        Error::about_entry(key, "Conflict", "the entry was changed")
    }

    /// The object is being deleted, and so are its entries.
    pub(super) fn terminating(name: &str) -> Error {
        Error::about_entry(name, "Conflict", "object is being deleted")
    }

    fn about_entry(key: &str, reason: &str, message: &str) -> Error {
        Error::Refused {
            code: 409,
            reason: reason.to_owned(),
            object_name: key.to_owned(),
            message: message.to_owned(),
            retry_after: None,
        }
    }

    /// What the error means. Ordinary resources answer 409 with a reason. For applications, duplicates, terminating
    /// objects and conflicts are a 500 that only its text tells apart (measured on 0.41, 1.3 and 1.6).
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Refused {
                code,
                reason,
                message,
                ..
            } => match code {
                500 | 409 if message.contains("object is being deleted") => ErrorKind::Terminating,
                409 if reason == "AlreadyExists" => ErrorKind::AlreadyExists,
                409 if reason == "Conflict" => ErrorKind::Conflict,
                500 | 409 if message.contains("already exists") => ErrorKind::AlreadyExists,
                500 if message.contains("the object has been modified") => ErrorKind::Conflict,
                409 => ErrorKind::Conflict,
                404 if self.missing_name().is_some() => ErrorKind::NotFound,
                404 => ErrorKind::NotServed,
                401 => ErrorKind::Unauthorized,
                403 if self.is_anonymous() => ErrorKind::Busy,
                403 => ErrorKind::Forbidden,
                400 | 422 => ErrorKind::Invalid,
                429 | 503 => ErrorKind::Busy,
                502 | 504 => ErrorKind::Uncertain,
                _ => ErrorKind::Other,
            },
            Error::NoAnswer { unsent: true, .. } | Error::Proxy { .. } => ErrorKind::Busy,
            Error::NoAnswer { .. } | Error::InvalidResponse { .. } => ErrorKind::Uncertain,
            Error::Tls { .. }
            | Error::TooLarge { .. }
            | Error::Unrelated { .. }
            | Error::InvalidRequest { .. }
            | Error::Settings(_) => ErrorKind::Other,
        }
    }

    /// Whether the API states that this object does not exist. Any server answers 404 to a path that it does not
    /// know; only a `Status` that names the object is a statement about it.
    pub fn is_gone(&self, name: &str) -> bool {
        self.missing_name().is_some_and(|missing| missing == name)
    }

    /// The name of the object that, by the answer, does not exist.
    fn missing_name(&self) -> Option<&str> {
        match self {
            Error::Refused {
                code: 404,
                reason,
                object_name,
                ..
            } if reason == "NotFound" && !object_name.is_empty() => Some(object_name),
            _ => None,
        }
    }

    /// Whether the API sees an anonymous user: no credentials reached it, or it has just started and does not check
    /// them yet (seen with 1.6.2, for about 100 ms).
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Error::Refused { code: 403, message, .. }
            if message.contains("\"system:anonymous\""))
    }

    /// Whether the API certainly did not process the request.
    pub(super) fn is_unprocessed(&self) -> bool {
        self.is_anonymous()
            || matches!(
                self,
                Error::Refused { code: 429, .. }
                    | Error::NoAnswer { unsent: true, .. }
                    | Error::Proxy { .. }
            )
    }

    /// Whether the same request may succeed later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self.kind(), ErrorKind::Busy | ErrorKind::Uncertain)
    }

    /// The same as the outcome of a write, which may have happened whatever the response says.
    pub(super) fn of_write(self) -> Error {
        match self {
            Error::TooLarge { address, cause } => Error::InvalidResponse {
                address,
                cause: format!("it is too large: {cause}"),
            },
            Error::Unrelated { address, cause } => Error::InvalidResponse { address, cause },
            other => other,
        }
    }

    /// Whether every request will fail in the same way: the credentials are not accepted, or the server is not
    /// trusted.
    pub fn is_of_connection(&self) -> bool {
        self.is_anonymous()
            || self.kind() == ErrorKind::Unauthorized
            || matches!(self, Error::Tls { .. } | Error::Settings(_))
    }

    /// `Retry-After`.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The same with a text appended.
    pub(super) fn with_suffix(mut self, suffix: &str) -> Error {
        self.detail().push_str(suffix);
        self
    }

    /// The same with what was requested in front of the cause.
    pub(super) fn with_context(mut self, context: &str) -> Error {
        self.detail().insert_str(0, &format!("{context}: "));
        self
    }

    fn detail(&mut self) -> &mut String {
        match self {
            Error::Refused { message: text, .. }
            | Error::NoAnswer { cause: text, .. }
            | Error::Proxy { cause: text, .. }
            | Error::Tls { cause: text, .. }
            | Error::TooLarge { cause: text, .. }
            | Error::Unrelated { cause: text, .. }
            | Error::InvalidResponse { cause: text, .. }
            | Error::InvalidRequest { cause: text } => text,
            Error::Settings(error) => &mut error.detail,
        }
    }

    pub(super) fn of(error: kube::Error, address: &str) -> Error {
        let address = address.to_owned();
        // Credentials that could not be read again: see `connection/credential_refresh.rs`.
        if let Some(settings) = find::<SettingsError>(&error) {
            return Error::Settings(settings.clone());
        }
        if let Some(TooLarge(size)) = find(&error) {
            let cause = format!("more than {size}");
            return Error::TooLarge { address, cause };
        }
        if let Some(ProxyError { proxy, cause }) = find(&error) {
            let (proxy, cause) = (proxy.clone(), cause.clone());
            return Error::Proxy {
                address,
                proxy,
                cause,
            };
        }
        // After the handshake a TLS failure may be one of the network, and a write may have happened.
        let connecting = find::<legacy::Error>(&error).is_some_and(legacy::Error::is_connect);
        if let Some(error) = find::<rustls::Error>(&error)
            && (connecting || is_about_client_certificate(error))
        {
            let cause = describe_tls_error(error);
            return Error::Tls { address, cause };
        }
        match error {
            kube::Error::Api(status) => refusal(&status),
            kube::Error::SerdeError(error) => Error::InvalidResponse {
                address,
                cause: error.to_string(),
            },
            kube::Error::FromUtf8(error) => Error::InvalidResponse {
                address,
                cause: error.to_string(),
            },
            kube::Error::BuildRequest(_) | kube::Error::HttpError(_) => Error::InvalidRequest {
                cause: root_cause(&error),
            },
            other => Error::NoAnswer {
                address,
                unsent: connecting,
                stopped: false,
                cause: root_cause(&other),
            },
        }
    }
}

fn refusal(status: &Status) -> Error {
    let details = status.details.as_ref();
    let seconds = details.map_or(0, |details| details.retry_after_seconds);
    Error::Refused {
        code: status.code,
        reason: status.reason.clone(),
        object_name: details.map_or_else(String::new, |details| details.name.clone()),
        message: message(status),
        retry_after: (seconds > 0).then(|| Duration::from_secs(seconds.into())),
    }
}

/// The message of a `Status`, else its reason, and the causes that the message does not mention.
fn message(status: &Status) -> String {
    let mut message = if status.message.is_empty() {
        status.reason.clone()
    } else {
        status.message.clone()
    };
    let causes = status.details.iter().flat_map(|details| &details.causes);
    for cause in causes {
        let is_mentioned = message.contains(&cause.message) && message.contains(&cause.field);
        if is_mentioned || message.len() > MAX_MESSAGE {
            continue;
        }
        let colon = if cause.field.is_empty() { "" } else { ": " };
        message.push_str(&format!("; {}{colon}{}", cause.field, cause.message));
    }
    redacted_beginning(&message, MAX_MESSAGE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(status: serde_json::Value) -> Error {
        let status: Status = serde_json::from_value(status).unwrap();
        Error::of(kube::Error::Api(Box::new(status)), "https://a")
    }

    #[test]
    fn the_reason_of_a_409_decides_its_kind() {
        for (code, reason, message, kind) in [
            (
                409,
                "AlreadyExists",
                "plans.a \"x\" already exists",
                ErrorKind::AlreadyExists,
            ),
            (409, "AlreadyExists", "taken", ErrorKind::AlreadyExists),
            (
                409,
                "AlreadyExists",
                "object is being deleted: plans.a \"x\" already exists",
                ErrorKind::Terminating,
            ),
            (
                409,
                "Conflict",
                "Operation cannot be fulfilled on plans.a \"x\": the object has been modified",
                ErrorKind::Conflict,
            ),
            (
                409,
                "Conflict",
                "a rule for it already exists",
                ErrorKind::Conflict,
            ),
            (409, "", "x already exists", ErrorKind::AlreadyExists),
            (500, "", "x already exists", ErrorKind::AlreadyExists),
            (500, "", "the object has been modified", ErrorKind::Conflict),
            (422, "Invalid", "no", ErrorKind::Invalid),
        ] {
            let error = refused(json!({"code": code, "reason": reason, "message": message}));
            assert_eq!(error.kind(), kind, "{code} {reason}: {message}");
        }
    }

    #[test]
    fn causes_that_the_message_lacks_are_appended_within_a_bound() {
        let cause = |field: &str, message: &str| json!({"field": field, "message": message});
        let error = refused(json!({
            "code": 422,
            "reason": "Invalid",
            "message": "Plan \"x\" is invalid: spec.schedule: Required value",
            "details": {"causes": [
                cause("spec.schedule", "Required value"),
                cause("spec.count", "must be positive"),
                cause("", "too many"),
            ]},
        }));
        let said = error.to_string();
        let end = "spec.schedule: Required value; spec.count: must be positive; too many";
        assert!(said.ends_with(end), "{said}");
        let causes: Vec<_> = (0..1000).map(|n| cause(&n.to_string(), "wrong")).collect();
        let error = refused(json!({"code": 422, "message": "no", "details": {"causes": causes}}));
        assert!(error.to_string().len() < MAX_MESSAGE + 100);
    }

    #[test]
    fn an_invalid_request_is_final() {
        let request = http::Request::get("/a name").body(());
        let error = Error::of(kube::Error::HttpError(request.unwrap_err()), "https://a");
        assert_eq!(error.kind(), ErrorKind::Other);
        let said = "invalid request: invalid uri character";
        assert_eq!(error.to_string(), said);
    }
}
