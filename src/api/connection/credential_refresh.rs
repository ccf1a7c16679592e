//! Refreshes credentials: tokens expire and certificates rotate during a long apply.
//!
//! Read in kube-client 5.0.0: the library reads only token files again, each minute; not after a 401, and never the
//! kubeconfig.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;
use tokio::time::Instant;
use tower::{BoxError, ServiceExt as _};

use super::credentials::Credentials;
use super::exec::ProgramOutput;
use super::files::Files;
use super::resolution::Connection;
use super::settings_error::SettingsError;
use super::transport::{Transport, transport};
use crate::api::response::{ResponseBody, with_status};

/// How often files are checked for changes, and how often rejected credentials are refreshed.
const INTERVAL: Duration = Duration::from_secs(3);

/// Credentials are refreshed this long before they expire.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// The pauses before each attempt to refresh rejected credentials: a file may just be half written.
const ATTEMPTS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(300),
    Duration::from_millis(700),
];

/// A client that refreshes its credentials: before they expire, when a file that they come from is written, and when
/// the API rejects them. A rejected request has changed nothing and is sent again. Returns also what the credential
/// program wrote to its standard error.
///
/// # Errors
/// Where the credentials are not available until `deadline`.
pub(crate) async fn connect(
    connection: &Connection,
    deadline: Instant,
) -> Result<(kube::Client, Option<ProgramOutput>), SettingsError> {
    let (current, output) = Current::of(connection, 0, deadline).await?;
    let transport = Arc::new(RefreshingTransport {
        current: Mutex::new(current),
        is_refreshable: !connection.files.is_empty() || connection.user.exec.is_some(),
        connection: connection.clone(),
        last: tokio::sync::Mutex::default(),
    });
    let service = tower::service_fn(move |request| {
        let transport = Arc::clone(&transport);
        async move { transport.send(request).await }
    });
    let namespace = connection.namespace().unwrap_or("default");
    Ok((kube::Client::new(service, namespace), output))
}

struct RefreshingTransport {
    connection: Connection,
    is_refreshable: bool,
    current: Mutex<Current>,
    /// Held during a refresh.
    last: tokio::sync::Mutex<Option<LastRefresh>>,
}

/// The last refresh of rejected credentials.
struct LastRefresh {
    when: Instant,
    result: Result<(), SettingsError>,
    /// The files at that time. Those of the current transport are older if the refresh failed.
    files: Files,
}

/// The transport in use.
struct Current {
    transport: Transport,
    /// Counts the refreshes.
    generation: u64,
    until: Option<Timestamp>,
    files: Files,
    checked: Instant,
}

impl Current {
    /// Reads the credentials. Runs the `exec` program, if there is one.
    async fn of(
        connection: &Connection,
        generation: u64,
        deadline: Instant,
    ) -> Result<(Current, Option<ProgramOutput>), SettingsError> {
        let Connection { user, source, .. } = connection;
        let mut credentials = Credentials::of(user, source, deadline).await?;
        let (until, output) = (credentials.until, credentials.output.take());
        let current = Current {
            transport: transport(&connection.cluster, credentials)?,
            generation,
            until,
            files: connection.files.clone(),
            checked: Instant::now(),
        };
        Ok((current, output))
    }

    fn is_old(&self) -> bool {
        let expires = self
            .until
            .is_some_and(|until| until.duration_since(Timestamp::now()) <= MARGIN);
        expires || self.files.have_changed()
    }
}

impl RefreshingTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, BoxError> {
        if self.is_due() {
            self.refresh().await;
        }
        let (transport, generation) = self.current();
        let again = if self.is_refreshable {
            copy(&request)
        } else {
            None
        };
        let answer = transport.oneshot(request).await?;
        let Some(again) = again.filter(|_| answer.status() == StatusCode::UNAUTHORIZED) else {
            return with_status(answer).await;
        };
        match self.refresh_rejected(generation).await {
            Ok(true) => with_status(self.current().0.oneshot(again).await?).await,
            Ok(false) => with_status(answer).await,
            Err(error) => Err(Box::new(SettingsError::new(
                error.attribute,
                format!(
                    "The API rejected the credentials, and they could not be refreshed. {}",
                    error.detail
                ),
            ))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> (Transport, u64) {
        let current = self.lock();
        (current.transport.clone(), current.generation)
    }

    /// Whether it is time for a refresh. True for one caller, and then not for a while.
    fn is_due(&self) -> bool {
        let mut current = self.lock();
        if !self.is_refreshable || current.checked.elapsed() < INTERVAL {
            return false;
        }
        current.checked = Instant::now();
        current.is_old()
    }

    /// Refreshes credentials that are still valid. If that fails, they stay in use.
    async fn refresh(&self) {
        let (_, generation) = self.current();
        let _turn = self.last.lock().await;
        if self.current().1 != generation {
            return;
        }
        if let Err(error) = self.rebuild(generation, self.refresh_deadline()).await {
            tracing::warn!(error = %error, "the credentials could not be refreshed; the old ones stay in use");
        }
    }

    /// Refreshes the rejected credentials of this generation, once for all rejected requests: if one is cancelled, the
    /// next one takes over. False if they were refreshed a moment ago: the new ones are rejected too.
    async fn refresh_rejected(&self, generation: u64) -> Result<bool, SettingsError> {
        let mut last = self.last.lock().await;
        if self.current().1 != generation {
            return Ok(true);
        }
        if let Some(LastRefresh {
            when,
            result,
            files,
        }) = &*last
            && when.elapsed() < INTERVAL
            && !files.have_changed()
        {
            return result.clone().map(|()| false);
        }
        let (mut refreshed, mut files, refresh_deadline) =
            (Ok(()), Files::default(), self.refresh_deadline());
        for pause in ATTEMPTS {
            tokio::time::sleep(pause).await;
            files = self.lock().files.restamped();
            refreshed = self.rebuild(generation, refresh_deadline).await;
            if refreshed.is_ok() || Instant::now() >= refresh_deadline {
                if refreshed.is_ok() {
                    files = self.lock().files.clone();
                }
                break;
            }
        }
        *last = Some(LastRefresh {
            when: Instant::now(),
            result: refreshed.clone(),
            files,
        });
        refreshed.map(|()| true)
    }

    /// The deadline of a refresh. The request that waits for it ends later, so that its error is about the credentials.
    fn refresh_deadline(&self) -> Instant {
        Instant::now() + self.connection.request_timeout() / 2
    }

    async fn rebuild(&self, generation: u64, deadline: Instant) -> Result<(), SettingsError> {
        let connection = self.connection.resolve_again().await?;
        let (current, _) = Current::of(&connection, generation + 1, deadline).await?;
        *self.lock() = current;
        tracing::debug!("the credentials were refreshed");
        Ok(())
    }
}

/// Clones a request.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}
