use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use hyper_util::client::legacy;

use super::bounds::TooLarge;
use super::connection::{
    ProxyError, SettingsError, describe_tls_error, is_about_client_certificate,
};

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API answered and refused.
    #[error("the API answered {code}: {message}")]
    Refused {
        /// The HTTP status.
        code: u16,
        /// The reason the API names, often empty.
        reason: String,
        /// The name of the object that the answer is about, where it names one.
        about: String,
        /// What the API said, whole.
        message: String,
        /// How long it asks not to be asked again: `Retry-After`.
        rest: Option<Duration>,
    },
    /// No answer came: no connection, a connection cut, or no time left.
    #[error("no answer from {address}: {cause}")]
    NoAnswer {
        /// Who was asked.
        address: String,
        /// What went wrong on the way.
        cause: String,
        /// Whether no connection came about, so that nothing can have been written.
        unsent: bool,
        /// Whether it was not waited for, because the user wants to stop.
        stopped: bool,
    },
    /// The proxy on the way could not be used: no connection to the API came about.
    #[error("no connection to {address} through {proxy}: {cause}")]
    Proxy {
        /// Who was to be asked.
        address: String,
        /// The proxy, without its password, and what named it.
        proxy: String,
        /// What went wrong.
        cause: String,
    },
    /// Who answers there is not trusted, or does not trust us.
    #[error("the TLS connection to {address} failed: {cause}")]
    Tls {
        /// Who was asked.
        address: String,
        /// What the certificate says, and what was expected.
        cause: String,
    },
    /// An answer was larger than any that the API gives.
    #[error("the answer from {address} is too large: {cause}")]
    TooLarge {
        /// Who was asked.
        address: String,
        /// How large it was.
        cause: String,
    },
    /// An answer came that is about something else.
    #[error("invalid response from {address}: {cause}")]
    Unrelated {
        /// Who was asked.
        address: String,
        /// What it is about, and what was asked for.
        cause: String,
    },
    /// An answer came that is none of this API's.
    #[error("invalid response from {address}: {cause}")]
    InvalidResponse {
        /// Who was asked.
        address: String,
        /// Why it cannot be read.
        cause: String,
    },
    /// What was asked for cannot be put into a request: nothing was sent, and nothing ever will be.
    #[error("the request could not be made: {cause}")]
    InvalidRequest {
        /// What is in the way.
        cause: String,
    },
    /// There is no usable configuration to connect with.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// What an [`Error`] means for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something has that name already, alive.
    AlreadyExists,
    /// Something of that name is still being deleted.
    Terminating,
    /// Someone else wrote since it was read.
    Conflict,
    /// An object is not there: the one that was asked for, or its namespace. See [`Error::is_gone`].
    NotFound,
    /// The address does not serve what was asked for: another API, or a platform without this kind. It says
    /// nothing of whether an object exists.
    NotServed,
    /// Who we are is not accepted.
    Unauthorized,
    /// We lack a right.
    Forbidden,
    /// What was sent is refused as it is.
    Invalid,
    /// It may pass by itself, and nothing was written.
    Busy,
    /// It may pass by itself, and whether something was written is not known.
    Uncertain,
    /// Anything else: to be shown as it is.
    Other,
}

impl Error {
    /// What the error means. Duplicates, terminating namesakes and conflicts arrive as a 500 whose text
    /// alone tells them apart (measured on 0.41, 1.3 and 1.6).
    pub fn fault(&self) -> ErrorKind {
        match self {
            Error::Refused { code, message, .. } => match code {
                500 if message.contains("object is being deleted") => ErrorKind::Terminating,
                500 | 409 if message.contains("already exists") => ErrorKind::AlreadyExists,
                500 | 409 if message.contains("the object has been modified") => {
                    ErrorKind::Conflict
                }
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

    /// Whether the API says of this very object that it does not exist. Any server answers 404 to a path it
    /// does not know; only a `Status` that names the object tells that it is gone.
    pub fn is_gone(&self, name: &str) -> bool {
        self.missing_name().is_some_and(|missing| missing == name)
    }

    /// The name of the object that the API says does not exist.
    fn missing_name(&self) -> Option<&str> {
        match self {
            Error::Refused {
                code: 404,
                reason,
                about,
                ..
            } if reason == "NotFound" && !about.is_empty() => Some(about),
            _ => None,
        }
    }

    /// Whether the API does not know who asks: no credentials reached it, or it started a moment ago and
    /// does not look at them yet (seen with 1.6.2, for about a tenth of a second).
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Error::Refused { code: 403, message, .. }
            if message.contains("\"system:anonymous\""))
    }

    /// Whether the API certainly did not begin with what was asked.
    pub(super) fn is_untouched(&self) -> bool {
        self.is_anonymous()
            || matches!(
                self,
                Error::Refused { code: 429, .. }
                    | Error::NoAnswer { unsent: true, .. }
                    | Error::Proxy { .. }
            )
    }

    /// Whether the same may succeed if it is tried again.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.fault(), ErrorKind::Busy | ErrorKind::Uncertain)
    }

    /// The same of the answer to a write, which may have happened whatever the answer says.
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

    /// Whether every request is going to fail in the same way: who we are is not accepted, or who answers is not
    /// trusted.
    pub fn is_of_connection(&self) -> bool {
        self.is_anonymous()
            || self.fault() == ErrorKind::Unauthorized
            || matches!(self, Error::Tls { .. } | Error::Settings(_))
    }

    /// How long the API asks not to be asked again.
    pub(super) fn rest(&self) -> Option<Duration> {
        match self {
            Error::Refused { rest, .. } => *rest,
            _ => None,
        }
    }

    /// The same with more said at its end.
    pub(super) fn with(mut self, more: &str) -> Error {
        match &mut self {
            Error::Refused { message: text, .. }
            | Error::NoAnswer { cause: text, .. }
            | Error::Proxy { cause: text, .. }
            | Error::Tls { cause: text, .. }
            | Error::TooLarge { cause: text, .. }
            | Error::Unrelated { cause: text, .. }
            | Error::InvalidResponse { cause: text, .. }
            | Error::InvalidRequest { cause: text } => text.push_str(more),
            Error::Settings(error) => error.detail.push_str(more),
        }
        self
    }

    pub(super) fn of(error: kube::Error, address: &str) -> Error {
        let address = address.to_owned();
        // Credentials that could not be read anew: see `renew`.
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
        // Later a failure of TLS may be one of the network: whether a write happened is then not known.
        let connecting = find::<legacy::Error>(&error).is_some_and(legacy::Error::is_connect);
        if let Some(error) = find::<rustls::Error>(&error)
            && (connecting || is_about_client_certificate(error))
        {
            let cause = describe_tls_error(error);
            return Error::Tls { address, cause };
        }
        match error {
            kube::Error::Api(status) => Error::Refused {
                code: status.code,
                reason: status.reason.clone(),
                about: status
                    .details
                    .as_ref()
                    .map(|details| details.name.clone())
                    .unwrap_or_default(),
                message: if status.message.is_empty() {
                    status.reason.clone()
                } else {
                    status.message.clone()
                },
                rest: status
                    .details
                    .as_ref()
                    .map(|details| u64::from(details.retry_after_seconds))
                    .filter(|seconds| *seconds > 0)
                    .map(Duration::from_secs),
            },
            kube::Error::SerdeError(error) => Error::InvalidResponse {
                address,
                cause: error.to_string(),
            },
            kube::Error::FromUtf8(error) => Error::InvalidResponse {
                address,
                cause: error.to_string(),
            },
            kube::Error::BuildRequest(_) | kube::Error::HttpError(_) => Error::InvalidRequest {
                cause: innermost(&error),
            },
            other => Error::NoAnswer {
                address,
                unsent: connecting,
                stopped: false,
                cause: innermost(&other),
            },
        }
    }
}

/// The last cause of a chain says what happened; those before it say which layer noticed.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The first error of this kind in a chain, those within errors of input and output among them.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let inner = error.downcast_ref().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_made_a_request_is_final() {
        let request = http::Request::get("/a name").body(());
        let error = Error::of(kube::Error::HttpError(request.unwrap_err()), "https://a");
        assert_eq!(error.fault(), ErrorKind::Other);
        let said = "the request could not be made: invalid uri character";
        assert_eq!(error.to_string(), said);
    }
}
