//! Credentials that outlive their first reading: tokens expire and certificates rotate during a long apply.
//!
//! Read in kube-client 5.0.0: the library reads token files again each minute, and nothing else; not after
//! a refusal, and never the kubeconfig.

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

/// How often files are looked at, and how often refused credentials are read anew.
const SELDOM: Duration = Duration::from_secs(3);

/// Credentials are read anew this long before they expire.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// The pauses before each attempt to read credentials anew once the old ones are refused: a file may be
/// half written just then.
const ATTEMPTS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(300),
    Duration::from_millis(700),
];

/// A client like any other, whose credentials are read anew from where they came from: before they expire,
/// when a file they came from was written, and when the API refuses them. A refused request has changed
/// nothing and is sent again. With it comes what the program that printed the credentials had to say.
///
/// # Errors
/// Where the credentials cannot be had until `deadline`.
pub(crate) async fn connect(
    connection: &Connection,
    deadline: Instant,
) -> Result<(kube::Client, Option<ProgramOutput>), SettingsError> {
    let (live, output) = Live::of(connection, 0, deadline).await?;
    let access = Arc::new(Access {
        live: Mutex::new(live),
        is_renewable: !connection.files.is_empty() || connection.user.exec.is_some(),
        connection: connection.clone(),
        last: tokio::sync::Mutex::default(),
    });
    let service = tower::service_fn(move |request| {
        let access = Arc::clone(&access);
        async move { access.send(request).await }
    });
    let namespace = connection.namespace().unwrap_or("default");
    Ok((kube::Client::new(service, namespace), output))
}

struct Access {
    connection: Connection,
    is_renewable: bool,
    live: Mutex<Live>,
    /// Held while credentials are read anew.
    last: tokio::sync::Mutex<Option<Last>>,
}

/// The last time credentials were read anew because they were refused.
struct Last {
    when: Instant,
    how: Result<(), SettingsError>,
    /// What the files looked like then. Those of the client in use are older where it failed.
    files: Files,
}

/// The connection in use.
struct Live {
    transport: Transport,
    /// Counts the times credentials were read.
    number: u64,
    until: Option<Timestamp>,
    files: Files,
    looked: Instant,
}

impl Live {
    /// Runs the `exec` program, if there is one.
    async fn of(
        connection: &Connection,
        number: u64,
        deadline: Instant,
    ) -> Result<(Live, Option<ProgramOutput>), SettingsError> {
        let Connection { user, source, .. } = connection;
        let mut credentials = Credentials::of(user, source, deadline).await?;
        let (until, output) = (credentials.until, credentials.output.take());
        let live = Live {
            transport: transport(&connection.cluster, credentials)?,
            number,
            until,
            files: connection.files.clone(),
            looked: Instant::now(),
        };
        Ok((live, output))
    }

    fn is_old(&self) -> bool {
        let expires = self
            .until
            .is_some_and(|until| until.duration_since(Timestamp::now()) <= MARGIN);
        expires || self.files.have_changed()
    }
}

impl Access {
    async fn send(&self, request: Request<Body>) -> Result<Response<ResponseBody>, BoxError> {
        if self.is_due() {
            self.refresh().await;
        }
        let (transport, number) = self.current();
        let again = if self.is_renewable {
            copy(&request)
        } else {
            None
        };
        let answer = transport.oneshot(request).await?;
        let Some(again) = again.filter(|_| answer.status() == StatusCode::UNAUTHORIZED) else {
            return with_status(answer).await;
        };
        match self.renew(number).await {
            Ok(true) => with_status(self.current().0.oneshot(again).await?).await,
            Ok(false) => with_status(answer).await,
            Err(error) => Err(Box::new(SettingsError::new(
                error.attribute,
                format!(
                    "The API rejected the credentials, and they cannot be read anew. {}",
                    error.detail
                ),
            ))),
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> (Transport, u64) {
        let live = self.live();
        (live.transport.clone(), live.number)
    }

    /// Whether it is time to read credentials anew: true for one caller only, and then not for a while.
    fn is_due(&self) -> bool {
        let mut live = self.live();
        if !self.is_renewable || live.looked.elapsed() < SELDOM {
            return false;
        }
        live.looked = Instant::now();
        live.is_old()
    }

    /// Reads credentials anew while the old ones still serve, and goes on with those where that fails.
    async fn refresh(&self) {
        let (_, number) = self.current();
        let _turn = self.last.lock().await;
        if self.current().1 != number {
            return;
        }
        if let Err(error) = self.rebuild(number, self.soon()).await {
            tracing::warn!(error = %error, "the credentials could not be read anew; the old ones are used");
        }
    }

    /// Reads anew the credentials of this number, which were refused, once for all that were refused: who is
    /// given up meanwhile leaves it to the next. False where that was just done: they are accepted no better.
    async fn renew(&self, number: u64) -> Result<bool, SettingsError> {
        let mut last = self.last.lock().await;
        if self.current().1 != number {
            return Ok(true);
        }
        if let Some(Last { when, how, files }) = &*last
            && when.elapsed() < SELDOM
            && !files.have_changed()
        {
            return how.clone().map(|()| false);
        }
        let (mut renewed, mut files, soon) = (Ok(()), Files::default(), self.soon());
        for pause in ATTEMPTS {
            tokio::time::sleep(pause).await;
            files = self.live().files.anew();
            renewed = self.rebuild(number, soon).await;
            if renewed.is_ok() || Instant::now() >= soon {
                if renewed.is_ok() {
                    files = self.live().files.clone();
                }
                break;
            }
        }
        *last = Some(Last {
            when: Instant::now(),
            how: renewed.clone(),
            files,
        });
        renewed.map(|()| true)
    }

    /// Until when credentials are read anew: the request that waits for it is given up later, and its error is
    /// then about them.
    fn soon(&self) -> Instant {
        Instant::now() + self.connection.request_timeout() / 2
    }

    async fn rebuild(&self, number: u64, deadline: Instant) -> Result<(), SettingsError> {
        let connection = self.connection.resolve_again().await?;
        let (live, _) = Live::of(&connection, number + 1, deadline).await?;
        *self.live() = live;
        tracing::debug!("the credentials were read anew");
        Ok(())
    }
}

/// The same request once more.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}
