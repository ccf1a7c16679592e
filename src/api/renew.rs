//! Credentials that outlive their first reading: tokens expire and certificates rotate during a long apply.
//!
//! Read in kube-client 5.0.0: the library reads token files again each minute, and nothing else; not after
//! a refusal, and never the kubeconfig.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use kube::client::{AuthError, Body};
use tokio::time::Instant;

use super::answer;
use super::files::Files;
use super::settings::{Connection, SettingsError, wrong};

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
/// nothing and is sent again.
pub(super) fn lasting(connection: &Connection) -> Result<kube::Client, SettingsError> {
    let access = Arc::new(Access {
        live: Mutex::new(Live::of(connection, 0)?),
        is_renewable: !connection.files.is_empty() || connection.config.auth_info.exec.is_some(),
        connection: connection.clone(),
        last: tokio::sync::Mutex::default(),
    });
    let service = tower::service_fn(move |request| {
        let access = Arc::clone(&access);
        async move { access.send(request).await }
    });
    Ok(kube::Client::new(
        service,
        connection.config.default_namespace.clone(),
    ))
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

/// The client in use.
struct Live {
    client: kube::Client,
    /// Counts the times credentials were read.
    number: u64,
    until: Option<Timestamp>,
    files: Files,
    looked: Instant,
}

impl Live {
    /// Runs the `exec` program, if there is one.
    fn of(connection: &Connection, number: u64) -> Result<Live, SettingsError> {
        let (client, until) = connection.login()?;
        Ok(Live {
            client,
            number,
            until,
            files: connection.files.clone(),
            looked: Instant::now(),
        })
    }

    fn is_old(&self) -> bool {
        let expires = self
            .until
            .is_some_and(|until| until.duration_since(Timestamp::now()) <= MARGIN);
        expires || self.files.have_changed()
    }
}

impl Access {
    async fn send(self: Arc<Self>, request: Request<Body>) -> kube::Result<Response<Body>> {
        if self.is_due() {
            Arc::clone(&self).refresh().await;
        }
        let (client, number) = self.current();
        let again = if self.is_renewable {
            copy(&request)
        } else {
            None
        };
        let answer = self.sent(&client, request).await?;
        let Some(again) = again.filter(|_| answer.status() == StatusCode::UNAUTHORIZED) else {
            return answer::whole(answer).await;
        };
        match Arc::clone(&self).renew(number).await {
            Ok(true) => answer::whole(self.sent(&self.current().0, again).await?).await,
            Ok(false) => answer::whole(answer).await,
            Err(error) => Err(kube::Error::Service(Box::new(wrong(
                error.attribute,
                format!(
                    "The API does not accept the credentials any more, and they cannot be read anew. {}",
                    error.detail
                ),
            )))),
        }
    }

    /// What the library says of credentials may hold one.
    async fn sent(
        &self,
        client: &kube::Client,
        request: Request<Body>,
    ) -> kube::Result<Response<Body>> {
        client.send(request).await.map_err(|error| match error {
            kube::Error::Service(inner) => match inner.downcast::<AuthError>() {
                Ok(error) => {
                    let error = self.connection.unusable(&kube::Error::Auth(*error));
                    kube::Error::Service(Box::new(error))
                }
                Err(other) => kube::Error::Service(other),
            },
            error => error,
        })
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> (kube::Client, u64) {
        let live = self.live();
        (live.client.clone(), live.number)
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
    async fn refresh(self: Arc<Self>) {
        let (_, number) = self.current();
        let refreshed = detached(async move {
            let _turn = self.last.lock().await;
            if self.current().1 != number {
                return Ok(());
            }
            self.rebuild(number).await
        });
        if let Err(error) = refreshed.await {
            tracing::warn!(error = %error, "the credentials could not be read anew; the old ones are used");
        }
    }

    /// Reads anew the credentials of this number, which were refused, once for all that were refused.
    /// False where that was just done: they are accepted no better.
    async fn renew(self: Arc<Self>, number: u64) -> Result<bool, SettingsError> {
        detached(async move {
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
            let (mut renewed, mut files) = (Ok(()), Files::default());
            for pause in ATTEMPTS {
                tokio::time::sleep(pause).await;
                files = self.live().files.anew();
                renewed = self.rebuild(number).await;
                if renewed.is_ok() {
                    files = self.live().files.clone();
                    break;
                }
            }
            *last = Some(Last {
                when: Instant::now(),
                how: renewed.clone(),
                files,
            });
            renewed.map(|()| true)
        })
        .await
    }

    async fn rebuild(&self, number: u64) -> Result<(), SettingsError> {
        let connection = self.connection.again().await?;
        let made = tokio::task::spawn_blocking(move || Live::of(&connection, number + 1)).await;
        *self.live() = made.unwrap_or_else(|_| Err(interrupted()))?;
        tracing::debug!("the credentials were read anew");
        Ok(())
    }
}

/// Goes on where the request that began it is given up: the others wait for it.
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, SettingsError>> + Send + 'static,
) -> Result<T, SettingsError> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|_| Err(interrupted()))
}

fn interrupted() -> SettingsError {
    wrong("", "Reading the credentials anew was interrupted.")
}

/// The same request once more.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
