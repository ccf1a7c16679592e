use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use kube::Api;
use serde::de::DeserializeOwned;
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;

use super::address::List;
use super::bounds::Bounds;
use super::connection::{Connection, Notes, lasting};
use super::error::Error;
use super::exchange;
use super::follow::{self, Source, Stream, Watcher};
use super::heard::Heard;
use super::kept::Kept;
use super::limits::{CallContext, End};
use super::listed::Listed;
use super::object::Object;
use super::openapi::{self, NoSchema};
use super::reads::{Answer, FRESH, Reads};
use super::resource::ApiResource;
use super::retry::{Backoff, retrying};
use super::schema::JsonSchema;

/// The server answers or gives up within 34 s (read in its source); beyond that nothing comes.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);

/// What never answered and was waited for in vain is not waited for as long again: a plan of many resources would
/// take that long for each.
const SILENT_PATIENCE: Duration = Duration::from_secs(5);

/// A connection to the API. Cheap to clone; clones share the connection and what is known of the schema.
#[derive(Clone)]
pub struct Client {
    pub(super) kube: kube::Client,
    address: Arc<str>,
    schemas: Arc<OnceCell<Result<openapi::Schemas, NoSchema>>>,
    shelves: Arc<Mutex<Shelves>>,
    is_single: bool,
    cache: Option<Arc<Path>>,
    heard: Arc<Heard>,
    patience: Duration,
    pub(super) limits: CallContext,
}

/// By the path of a list.
type Shelves = HashMap<String, Arc<ListCache>>;

/// What is shared by all who work with one kind in one namespace.
#[derive(Default)]
pub(super) struct ListCache {
    pub(super) reads: Reads,
    stream: OnceLock<Stream>,
}

impl Client {
    /// Prepares to connect: nothing is sent before the first request. Runs the program that prints credentials, if
    /// there is one, until `deadline` at most; with the client comes what that had to say.
    ///
    /// # Errors
    /// [`Error::Settings`] where credentials or certificates cannot be used.
    pub async fn new(
        connection: &Connection,
        deadline: Instant,
    ) -> Result<(Client, Option<Notes>), Error> {
        let (kube, notes) = lasting(connection, deadline).await?;
        let client = Client {
            kube,
            address: connection.address().into(),
            schemas: Arc::default(),
            shelves: Arc::default(),
            is_single: connection.is_single,
            cache: connection.cache.as_deref().map(Arc::from),
            heard: Arc::default(),
            // There is time for a second attempt then.
            patience: connection.request_timeout().mul_f32(2.0 / 3.0),
            limits: CallContext::default(),
        };
        Ok((client, notes))
    }

    /// A client of a connection that is there already.
    #[cfg(test)]
    pub(super) fn of(kube: kube::Client) -> Client {
        Client {
            kube,
            address: "https://a".into(),
            schemas: Arc::default(),
            shelves: Arc::default(),
            is_single: false,
            cache: None,
            heard: Arc::default(),
            patience: PATIENCE,
            limits: CallContext::default(),
        }
    }

    /// The same client, as of another server.
    #[cfg(test)]
    pub(super) fn at(self, address: &str) -> Client {
        Client {
            address: address.into(),
            ..self
        }
    }

    /// The address of the server.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The same connection, whose requests are tried until `deadline` as long as their faults may pass, and
    /// not longer than a moment once `stop` is true. Nothing of it goes on after the deadline. Without this,
    /// a request is tried for about half a minute.
    #[must_use]
    pub fn within(&self, deadline: Instant, stop: watch::Receiver<bool>) -> Client {
        Client {
            limits: CallContext {
                deadline: Some(deadline),
                stop: Some(stop),
            },
            ..self.clone()
        }
    }

    /// When its requests end, where it has such a time.
    pub fn deadline(&self) -> Option<Instant> {
        self.limits.deadline
    }

    /// One thing by its name, from a list where several are asked for at once. A list goes on for as long as
    /// the one who began it may: who waits for it does so by its own limits, and not for good.
    pub(super) async fn shared(&self, list: &List, name: &str, age: Duration) -> Answer {
        if self.is_single {
            return Answer::Alone;
        }
        let shelf = self.shelf(list);
        let read = shelf
            .reads
            .read(name, age, async || self.listed(list).await);
        let answer = self.limits.bound(self.patience(), read).await;
        // Asked for alone, it says why there is no answer.
        answer.unwrap_or(Answer::Alone)
    }

    /// The list at an address.
    pub(super) async fn listed(&self, list: &List) -> Result<Listed, Error> {
        let asked = async || {
            let text = exchange::read(&self.kube, list.path(), Bounds::LIST).await?;
            let kept = Kept::of(text.len()).or_else(|_| {
                self.forget_old_lists();
                Kept::of(text.len())
            });
            let kept = kept.map_err(|error| kube::Error::Service(Box::new(error)))?;
            Listed::read(text, list.kind(), kept).map_err(kube::Error::SerdeError)
        };
        retrying(self.pauses(), async || self.answer(asked()).await).await
    }

    /// Makes room: a list that answers nothing any more is kept until the next one comes.
    fn forget_old_lists(&self) {
        let shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        for shelf in shelves.values() {
            shelf.reads.forget_older_than(FRESH);
        }
    }

    /// What is at an address.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        bounds: Bounds,
    ) -> Result<T, Error> {
        // A text that is none is no answer of the API: any address may have one.
        let asked = async || {
            let text = exchange::read(&self.kube, path, bounds).await?;
            text.json().map_err(kube::Error::SerdeError)
        };
        retrying(self.pauses(), async || self.answer(asked()).await).await
    }

    /// The same without a deadline: for what others will use as well.
    fn patient(&self) -> Client {
        Client {
            limits: CallContext::default(),
            ..self.clone()
        }
    }

    /// The changes of a kind in a namespace: one stream, shared by all who wait.
    pub fn follow(&self, resource: &ApiResource, namespace: &str) -> Watcher {
        self.stream(resource, namespace, follow::state)
    }

    /// The workloads in a namespace: pods, volumes and addresses of applications. One stream, shared.
    pub fn follow_workloads(&self, namespace: &str) -> Watcher {
        let workloads = ApiResource::new("cozystack.io", "v1alpha1", "Workload", "workloads");
        self.stream(&workloads, namespace, follow::owner)
    }

    fn stream(&self, of: &ApiResource, namespace: &str, keep: fn(Object) -> Object) -> Watcher {
        // Who cannot be followed is asked for, and then it is said why.
        let Some(list) = of.list(namespace).ok().filter(|_| !self.is_single) else {
            return Watcher::blind();
        };
        let shelf = self.shelf(&list);
        let source = Source {
            client: self.kube.clone(),
            api: Api::namespaced_with(self.kube.clone(), namespace, &of.to_kube()),
            namespace: namespace.to_owned(),
            kind: of.kind.clone().into_owned(),
            list,
            keep,
        };
        let stream = shelf.stream.get_or_init(|| Stream::start(source));
        stream.follow()
    }

    pub(super) fn shelf(&self, list: &List) -> Arc<ListCache> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shelves.entry(list.path().to_owned()).or_default())
    }

    /// The platform's own schema of a kind's spec. Fetched at most once, when first asked for.
    ///
    /// # Errors
    /// Why there is none. Everything works without it, with less checked.
    pub async fn schema(&self, resource: &ApiResource) -> Result<Arc<JsonSchema>, NoSchema> {
        let fetched = self
            .schemas
            .get_or_init(|| openapi::fetch(self.patient(), self.cache.as_deref()));
        let Ok(schemas) = self.limits.bound(self.patience(), fetched).await else {
            let why = format!("no answer from {} in time", self.address);
            return Err(NoSchema::Unavailable(why));
        };
        match schemas {
            Ok(schemas) => schemas
                .get(&*resource.kind)
                .cloned()
                .ok_or(NoSchema::NotListed),
            Err(why) => Err(why.clone()),
        }
    }

    /// How long to wait for an answer.
    pub(super) fn patience(&self) -> Duration {
        if self.heard.is_silent() {
            self.patience.min(SILENT_PATIENCE)
        } else {
            self.patience
        }
    }

    /// The same for a write, of which a second one must not come on top: it goes by the time of its operation.
    pub(super) fn patience_of_writes(&self) -> Duration {
        self.patience().max(PATIENCE)
    }

    pub(super) async fn answer<T>(
        &self,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        self.answer_within(self.patience(), request).await
    }

    /// Waits for an answer as long as one can come, and remembers whether there was one.
    pub(super) async fn answer_within<T>(
        &self,
        patience: Duration,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        let answer = self.limits.bound(patience, request).await;
        let answer = answer.map_err(|end| self.unanswered(end, patience))?;
        let answer = answer.map_err(|error| Error::of(error, &self.address));
        if matches!(answer, Ok(_) | Err(Error::Refused { .. })) {
            self.heard.answer();
        }
        answer
    }

    pub(super) fn pauses(&self) -> Backoff {
        Backoff::of(self.limits.clone(), Arc::clone(&self.heard))
    }

    pub(super) fn garbage(&self, cause: &dyn std::fmt::Display) -> Error {
        Error::InvalidResponse {
            address: self.address.to_string(),
            cause: cause.to_string(),
        }
    }

    pub(super) fn unrelated(&self, cause: String) -> Error {
        Error::Unrelated {
            address: self.address.to_string(),
            cause,
        }
    }

    pub(super) fn unanswered(&self, end: End, patience: Duration) -> Error {
        if end != End::Stopped {
            self.heard.silence();
        }
        let seconds = patience.as_secs_f32().round();
        let cause = match end {
            End::Late if patience == SILENT_PATIENCE && patience < self.patience => {
                format!("nothing came within {seconds} seconds, nor when it was asked before")
            }
            End::Late => format!("nothing came within {seconds} seconds"),
            End::Deadline => "nothing came before the time for it was up".to_owned(),
            End::Stopped => "nothing came before it was to stop".to_owned(),
        };
        Error::NoAnswer {
            address: self.address.to_string(),
            cause,
            unsent: false,
            stopped: end == End::Stopped,
        }
    }
}
