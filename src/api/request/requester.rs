//! Sends requests for an operation: within its time, with its retries, and with its warnings.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde::de::DeserializeOwned;

use super::backoff::{Backoff, retrying};
use super::call_context::{CallContext, Interruption};
use super::exchange::{ResponseText, send};
use super::host_state::HostState;
use crate::api::error::Error;
use crate::api::response::Bounds;

/// The server responds or gives up within 34 s (read in its source). No response comes later.
pub(crate) const MAX_RESPONSE_TIME: Duration = Duration::from_secs(40);

/// The time limit for a host that timed out and never responded. Otherwise a plan of many resources would take the full
/// limit for each of them.
const UNRESPONSIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends the requests of one operation. Clones share the connection.
#[derive(Clone)]
pub(crate) struct Requester {
    kube: kube::Client,
    address: Arc<str>,
    host: Arc<HostState>,
    timeout: Duration,
    context: CallContext,
}

impl Requester {
    pub(crate) fn new(kube: kube::Client, address: &str, timeout: Duration) -> Requester {
        Requester {
            kube,
            address: address.into(),
            host: Arc::default(),
            timeout,
            context: CallContext::default(),
        }
    }

    /// The same for another operation.
    pub(crate) fn with_context(&self, context: CallContext) -> Requester {
        Requester {
            context,
            ..self.clone()
        }
    }

    /// The address of the API.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn context(&self) -> &CallContext {
        &self.context
    }

    pub(crate) fn kube(&self) -> &kube::Client {
        &self.kube
    }

    /// Reads and parses what is at an address, with retries. Any address may respond with something that is not JSON.
    ///
    /// # Errors
    /// Why there is no such response.
    pub(crate) async fn get_json<T: DeserializeOwned>(
        &self,
        path: &str,
        bounds: Bounds,
    ) -> Result<T, Error> {
        self.get(path, bounds, |text| {
            text.json().map_err(kube::Error::SerdeError)
        })
        .await
    }

    /// The same with another parser.
    ///
    /// # Errors
    /// Those of the parser too.
    pub(crate) async fn get<T>(
        &self,
        path: &str,
        bounds: Bounds,
        parse: impl Fn(ResponseText) -> kube::Result<T>,
    ) -> Result<T, Error> {
        self.retrying(async || {
            let response = async { parse(self.send(Method::GET, path, Vec::new(), bounds).await?) };
            self.attempt(response).await
        })
        .await
    }

    /// Sends one request, without a time limit and without a retry.
    ///
    /// # Errors
    /// Those of the library.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        bounds: Bounds,
    ) -> kube::Result<ResponseText> {
        let warnings = self.context.warnings.as_ref();
        send(&self.kube, method, path, body, bounds, warnings).await
    }

    /// Waits for the response to one request.
    ///
    /// # Errors
    /// Why there is none, or what it refuses.
    pub(crate) async fn attempt<T>(
        &self,
        response: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        self.attempt_within(self.timeout(), response).await
    }

    /// The same with another time limit.
    ///
    /// # Errors
    /// As of [`Requester::attempt`].
    pub(crate) async fn attempt_within<T>(
        &self,
        timeout: Duration,
        response: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        let result = self.context.bound(timeout, response).await;
        let result = result.map_err(|interruption| self.no_response(interruption, timeout))?;
        let result = result.map_err(|error| Error::of(error, &self.address));
        if matches!(result, Ok(_) | Err(Error::Refused { .. })) {
            self.host.mark_responded();
        }
        result
    }

    /// Repeats a request as long as its error is transient. For requests that may be sent twice.
    ///
    /// # Errors
    /// The last error, with the number of attempts.
    pub(crate) async fn retrying<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        retrying(self.backoff(), attempt).await
    }

    pub(crate) fn backoff(&self) -> Backoff {
        Backoff::of(self.context.clone(), Arc::clone(&self.host))
    }

    /// The output of shared work that other operations continue, or none when the time of this operation is over.
    pub(crate) async fn wait_for<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.context.bound(self.timeout(), work).await.ok()
    }

    /// Sleeps within the operation.
    ///
    /// # Errors
    /// [`Error::NoAnswer`] where there is no time left.
    pub(crate) async fn sleep(&self, pause: Duration) -> Result<(), Error> {
        let slept = self.context.sleep(pause).await;
        slept.map_err(|interruption| self.no_response(interruption, self.timeout()))
    }

    /// The time limit of a read.
    fn timeout(&self) -> Duration {
        if self.host.is_unresponsive() {
            self.timeout.min(UNRESPONSIVE_TIMEOUT)
        } else {
            self.timeout
        }
    }

    /// The time limit of a write. It is not shorter than what the server takes: a write that is abandoned may still
    /// happen.
    pub(crate) fn write_timeout(&self) -> Duration {
        self.timeout().max(MAX_RESPONSE_TIME)
    }

    /// The time limit of a create, which leaves time to look for the object.
    pub(crate) fn create_timeout(&self) -> Duration {
        self.context.before_lookup(self.write_timeout())
    }

    pub(crate) fn invalid_response(&self, cause: impl Display) -> Error {
        Error::InvalidResponse {
            address: self.address.to_string(),
            cause: cause.to_string(),
        }
    }

    pub(crate) fn unrelated(&self, cause: String) -> Error {
        Error::Unrelated {
            address: self.address.to_string(),
            cause,
        }
    }

    fn no_response(&self, interruption: Interruption, timeout: Duration) -> Error {
        if interruption != Interruption::Stopped {
            self.host.mark_timed_out();
        }
        let seconds = timeout.as_secs_f32().round();
        let cause = match interruption {
            Interruption::Timeout if timeout == UNRESPONSIVE_TIMEOUT && timeout < self.timeout => {
                format!("timed out after {seconds} seconds, as an earlier request did")
            }
            Interruption::Timeout => format!("timed out after {seconds} seconds"),
            Interruption::Deadline => "the time of the operation is over".to_owned(),
            Interruption::Stopped => "stopped before a response arrived".to_owned(),
        };
        Error::NoAnswer {
            address: self.address.to_string(),
            cause,
            unsent: false,
            stopped: interruption == Interruption::Stopped,
        }
    }
}
