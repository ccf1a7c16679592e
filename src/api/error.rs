use std::error::Error as StdError;
use std::time::Duration;

use super::SettingsError;

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
    },
    /// An answer came that is none of this API's.
    #[error("{address} answered something that is not an object of this API: {cause}")]
    Garbage {
        /// Who was asked.
        address: String,
        /// Why it cannot be read.
        cause: String,
    },
    /// What was asked for cannot be put into a request: nothing was sent, and nothing ever will be.
    #[error("the request could not be made: {cause}")]
    Unmade {
        /// What is in the way.
        cause: String,
    },
    /// There is no usable configuration to connect with.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// What an [`Error`] means for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
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
    pub fn fault(&self) -> Fault {
        match self {
            Error::Refused { code, message, .. } => match code {
                500 if message.contains("object is being deleted") => Fault::Terminating,
                500 | 409 if message.contains("already exists") => Fault::AlreadyExists,
                500 | 409 if message.contains("the object has been modified") => Fault::Conflict,
                409 => Fault::Conflict,
                404 if self.missing_name().is_some() => Fault::NotFound,
                404 => Fault::NotServed,
                401 => Fault::Unauthorized,
                403 if self.is_anonymous() => Fault::Busy,
                403 => Fault::Forbidden,
                400 | 422 => Fault::Invalid,
                429 | 503 => Fault::Busy,
                502 | 504 => Fault::Uncertain,
                _ => Fault::Other,
            },
            Error::NoAnswer { unsent: true, .. } => Fault::Busy,
            Error::NoAnswer { .. } | Error::Garbage { .. } => Fault::Uncertain,
            Error::Unmade { .. } | Error::Settings(_) => Fault::Other,
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
                Error::Refused { code: 429, .. } | Error::NoAnswer { unsent: true, .. }
            )
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
            | Error::Garbage { cause: text, .. }
            | Error::Unmade { cause: text } => text.push_str(more),
            Error::Settings(error) => error.detail.push_str(more),
        }
        self
    }

    pub(super) fn of(error: kube::Error, address: &str) -> Error {
        // Credentials that could not be read anew: see `renew`.
        if let kube::Error::Service(inner) = &error
            && let Some(settings) = inner.downcast_ref::<SettingsError>()
        {
            return Error::Settings(settings.clone());
        }
        let address = address.to_owned();
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
            kube::Error::SerdeError(error) => Error::Garbage {
                address,
                cause: error.to_string(),
            },
            kube::Error::FromUtf8(error) => Error::Garbage {
                address,
                cause: error.to_string(),
            },
            kube::Error::BuildRequest(_) | kube::Error::HttpError(_) => Error::Unmade {
                cause: innermost(&error),
            },
            other => {
                let cause = innermost(&other);
                Error::NoAnswer {
                    address,
                    unsent: is_connect(&other),
                    cause,
                }
            }
        }
    }
}

/// The last cause of a chain says what happened; those before it say which layer noticed.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

fn is_connect(error: &(dyn StdError + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        let text = error.to_string();
        if text.contains("client error (Connect)") || text.contains("error trying to connect") {
            return true;
        }
        current = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_made_a_request_is_final() {
        let request = http::Request::get("/a name").body(());
        let error = Error::of(kube::Error::HttpError(request.unwrap_err()), "https://a");
        assert_eq!(error.fault(), Fault::Other);
        let said = "the request could not be made: invalid uri character";
        assert_eq!(error.to_string(), said);
    }
}
