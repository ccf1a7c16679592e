use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use kube::Api;
use kube::api::{ApiResource, DeleteParams, DynamicObject, PostParams};
use serde::de::DeserializeOwned;
use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;

use super::API_VERSION;
use super::error::{Error, Fault};
use super::follow::{self, Follow, Source, Stream};
use super::limits::{End, Limits};
use super::listed::Listed;
use super::object::{OPERATION, Object, Resource};
use super::openapi::{self, NoSchema};
use super::reads::{Answer, FRESH, Reads};
use super::renew;
use super::retry::{Pauses, retrying};
use super::schema::JsonSchema;
use super::settings::Connection;

/// The server answers or gives up within 34 s (read in its source); beyond that nothing comes.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);

/// A connection to the API. Cheap to clone; clones share the connection and what is known of the schema.
#[derive(Clone)]
pub struct Client {
    kube: kube::Client,
    address: Arc<str>,
    schemas: Arc<OnceCell<Result<openapi::Schemas, NoSchema>>>,
    shelves: Arc<Mutex<Shelves>>,
    is_single: bool,
    cache: Option<Arc<Path>>,
    has_answered: Arc<AtomicBool>,
    limits: Limits,
}

/// By the path of a list.
type Shelves = HashMap<String, Arc<Shelf>>;

/// What is shared by all who work with one kind in one namespace.
#[derive(Default)]
struct Shelf {
    reads: Reads,
    stream: OnceLock<Stream>,
}

impl Client {
    /// Prepares to connect. Nothing is sent before the first request.
    ///
    /// # Errors
    /// [`Error::Settings`] where certificates or keys cannot be used.
    pub fn new(connection: &Connection) -> Result<Client, Error> {
        Ok(Client {
            kube: renew::lasting(connection)?,
            address: connection.address().into(),
            schemas: Arc::default(),
            shelves: Arc::default(),
            is_single: connection.is_single,
            cache: connection.cache.as_deref().map(Arc::from),
            has_answered: Arc::default(),
            limits: Limits::default(),
        })
    }

    /// A client of a connection that is there already.
    #[cfg(test)]
    pub(crate) fn of(kube: kube::Client) -> Client {
        Client {
            kube,
            address: "https://a".into(),
            schemas: Arc::default(),
            shelves: Arc::default(),
            is_single: false,
            cache: None,
            has_answered: Arc::default(),
            limits: Limits::default(),
        }
    }

    /// The same connection, whose requests are tried until `deadline` as long as their faults may pass, and
    /// not longer than a moment once `stop` is true. Nothing of it goes on after the deadline. Without this,
    /// a request is tried for about half a minute.
    #[must_use]
    pub fn within(&self, deadline: Instant, stop: watch::Receiver<bool>) -> Client {
        Client {
            limits: Limits {
                deadline: Some(deadline),
                stop: Some(stop),
            },
            ..self.clone()
        }
    }

    /// An object, or an error where there is none.
    ///
    /// # Errors
    /// [`Fault::NotFound`] where it is missing, and all others.
    pub async fn get(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
    ) -> Result<Object, Error> {
        let api = self.api(resource, namespace);
        let found = retrying(self.pauses(), async || {
            self.object(self.answer(api.get(name))).await
        })
        .await?;
        if found.name == name {
            Ok(found)
        } else {
            Err(self.garbage(&"it has another name than the object asked for"))
        }
    }

    /// An object, or none where the API says that this very object does not exist.
    ///
    /// # Errors
    /// All others.
    pub async fn get_opt(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        match self.get(resource, namespace, name).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_gone(name) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An object, or none, as of some seconds ago at most: reads that come together are answered from one
    /// list. What this process wrote itself is never read from a list made before.
    ///
    /// # Errors
    /// As of [`Client::get_opt`].
    pub async fn read_opt(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        let path = list_path(resource, namespace);
        let found = match self.shared(&path, name, FRESH).await {
            Answer::Listed(None) => return Ok(None),
            Answer::Listed(Some(found)) => Object::from_dynamic(*found),
            Answer::Alone => None,
        };
        match found {
            Some(object) => Ok(Some(object)),
            // Asked for alone, it says what is wrong with it.
            None => self.get_opt(resource, namespace, name).await,
        }
    }

    /// One thing by its name, from a list where several are asked for at once. A list goes on for as long as
    /// the one who began it may: who waits for it does so by its own limits, and not for good.
    pub(super) async fn shared(&self, path: &str, name: &str, age: Duration) -> Answer {
        if self.is_single {
            return Answer::Alone;
        }
        let shelf = self.shelf(path);
        let read = shelf
            .reads
            .read(name, age, async || self.listed(path).await);
        let answer = self.limits.bound(PATIENCE, read).await;
        // Asked for alone, it says why there is no answer.
        answer.unwrap_or(Answer::Alone)
    }

    /// The list at a path.
    async fn listed(&self, path: &str) -> Result<Listed, Error> {
        self.parsed(path, Listed::read).await
    }

    /// What is at a path.
    pub(super) async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.parsed(path, |text| serde_json::from_str(&text)).await
    }

    /// What is at a path, as `read` makes it of the text. A text of which it makes nothing is no answer of
    /// the API: any address may have one.
    async fn parsed<T>(
        &self,
        path: &str,
        read: impl Fn(String) -> serde_json::Result<T>,
    ) -> Result<T, Error> {
        let asked = async || {
            let request = http::Request::get(path).body(Vec::new());
            let request = request.map_err(kube::Error::HttpError)?;
            let text = self.kube.request_text(request).await?;
            read(text).map_err(kube::Error::SerdeError)
        };
        retrying(self.pauses(), async || self.answer(asked()).await).await
    }

    /// The same without a deadline: for what others will use as well.
    fn patient(&self) -> Client {
        Client {
            limits: Limits::default(),
            ..self.clone()
        }
    }

    /// The changes of a kind in a namespace: one stream, shared by all who wait.
    pub fn follow(&self, resource: &Resource, namespace: &str) -> Follow {
        let path = list_path(resource, namespace);
        self.stream(path, self.api(resource, namespace), follow::state)
    }

    /// The workloads in a namespace: pods, volumes and addresses of applications. One stream, shared.
    pub fn follow_workloads(&self, namespace: &str) -> Follow {
        let group = "cozystack.io/v1alpha1";
        let workloads = ApiResource {
            group: "cozystack.io".to_owned(),
            version: "v1alpha1".to_owned(),
            api_version: group.to_owned(),
            kind: "Workload".to_owned(),
            plural: "workloads".to_owned(),
        };
        let path = format!("/apis/{group}/namespaces/{namespace}/workloads");
        let api = Api::namespaced_with(self.kube.clone(), namespace, &workloads);
        self.stream(path, api, follow::owner)
    }

    fn stream(&self, path: String, api: Api<DynamicObject>, keep: fn(Object) -> Object) -> Follow {
        if self.is_single {
            return Follow::blind();
        }
        let shelf = self.shelf(&path);
        let client = self.kube.clone();
        let source = Source {
            client,
            api,
            path,
            keep,
        };
        let stream = shelf.stream.get_or_init(|| Stream::start(source));
        stream.follow()
    }

    fn shelf(&self, path: &str) -> Arc<Shelf> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shelves.entry(path.to_owned()).or_default())
    }

    /// What is written from now on must not be read from a list of before.
    fn forget(&self, resource: &Resource, namespace: &str) {
        let shelf = self.shelf(&list_path(resource, namespace));
        shelf.reads.forget();
    }

    /// Makes an object, once. Where it is uncertain whether an attempt made it, the object is looked up
    /// and known by the operation written in its [`OPERATION`] annotation; only when it is certainly not
    /// there is the request sent again.
    ///
    /// # Errors
    /// [`Fault::AlreadyExists`] and [`Fault::Terminating`] for a namesake, and all others.
    pub async fn create(&self, resource: &Resource, object: &Object) -> Result<Object, Error> {
        let api = self.api(resource, &object.namespace);
        let (parameters, body) = (PostParams::default(), object.to_dynamic(resource));
        self.forget(resource, &object.namespace);
        let mut pauses = self.pauses();
        let mut is_first = true;
        loop {
            let patience = self.limits.before_last_look(PATIENCE);
            let sent = self.answer_within(patience, api.create(&parameters, &body));
            let error = match self.object(sent).await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            // A gateway's 503 may come after the object was made, so that the next attempt finds it.
            let ours = match error.fault() {
                Fault::Uncertain => true,
                Fault::AlreadyExists => !is_first,
                _ => false,
            };
            is_first = false;
            if ours {
                match self.made_by(resource, object).await {
                    Ok(Some(made)) => return Ok(made),
                    Ok(None) => {}
                    // Whether it was made is not known for that.
                    Err(_) if error.fault() == Fault::Uncertain => return Err(pauses.told(error)),
                    Err(unseen) => return Err(unseen),
                }
            }
            if !pauses.after(&error).await {
                return Err(pauses.told(error));
            }
        }
    }

    /// The object that this very operation made, if it did. A read can lag behind a write, so a missing
    /// one is asked for a few times before it counts as missing. Where there is no time for that, it is an
    /// error: what is not certainly missing must not be made again.
    async fn made_by(&self, resource: &Resource, wanted: &Object) -> Result<Option<Object>, Error> {
        for pause in [100, 200, 400, 800, 0] {
            if let Some(found) = self
                .get_opt(resource, &wanted.namespace, &wanted.name)
                .await?
            {
                let ours = found.annotations.get(OPERATION) == wanted.annotations.get(OPERATION);
                return Ok(ours.then_some(found));
            }
            let pause = Duration::from_millis(pause);
            let paused = self.limits.pause(pause).await;
            paused.map_err(|end| self.unanswered(end, PATIENCE))?;
        }
        Ok(None)
    }

    /// Writes an object in place of the one read, whose version it carries. Sent once, unless nobody took it
    /// up: after any other fault the caller reads afresh and sees whether it is still needed.
    ///
    /// # Errors
    /// [`Fault::Conflict`] on platforms that look at the version (0.41 and 1.3), and all others.
    pub async fn replace(&self, resource: &Resource, object: &Object) -> Result<Object, Error> {
        let api = self.api(resource, &object.namespace);
        let (parameters, body) = (PostParams::default(), object.to_dynamic(resource));
        self.forget(resource, &object.namespace);
        let mut pauses = self.pauses();
        loop {
            let sent = api.replace(&object.name, &parameters, &body);
            let error = match self.object(self.answer(sent)).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            if !error.is_untouched() || !pauses.after(&error).await {
                return Err(pauses.told(error));
            }
        }
    }

    /// Asks for an object to be deleted. It stays visible until the platform is done with it.
    ///
    /// # Errors
    /// [`Fault::NotFound`] where it is missing, or where its label was damaged; and all others.
    pub async fn delete(
        &self,
        resource: &Resource,
        namespace: &str,
        name: &str,
    ) -> Result<(), Error> {
        let api = self.api(resource, namespace);
        let parameters = DeleteParams::default();
        self.forget(resource, namespace);
        retrying(self.pauses(), async || {
            self.answer(api.delete(name, &parameters)).await.map(|_| ())
        })
        .await
    }

    /// The platform's own schema of a kind's spec. Fetched at most once, when first asked for.
    ///
    /// # Errors
    /// Why there is none. Everything works without it, with less checked.
    pub async fn schema(&self, resource: &Resource) -> Result<Arc<JsonSchema>, NoSchema> {
        let fetched = self
            .schemas
            .get_or_init(|| openapi::fetch(self.patient(), self.cache.as_deref()));
        let Ok(schemas) = self.limits.bound(PATIENCE, fetched).await else {
            let why = "there was no time for it".to_owned();
            return Err(NoSchema::Unavailable(why));
        };
        match schemas {
            Ok(schemas) => schemas
                .get(resource.kind)
                .cloned()
                .ok_or(NoSchema::NotListed),
            Err(why) => Err(why.clone()),
        }
    }

    fn api(&self, resource: &Resource, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.kube.clone(), namespace, &resource.api_resource())
    }

    async fn object(
        &self,
        answer: impl Future<Output = Result<DynamicObject, Error>>,
    ) -> Result<Object, Error> {
        Object::from_dynamic(answer.await?).ok_or_else(|| self.garbage(&"it has no name or no uid"))
    }

    async fn answer<T>(&self, request: impl Future<Output = kube::Result<T>>) -> Result<T, Error> {
        self.answer_within(PATIENCE, request).await
    }

    /// Waits for an answer as long as one can come, and remembers that there was one.
    async fn answer_within<T>(
        &self,
        patience: Duration,
        request: impl Future<Output = kube::Result<T>>,
    ) -> Result<T, Error> {
        let answer = self.limits.bound(patience, request).await;
        let answer = answer.map_err(|end| self.unanswered(end, patience))?;
        let answer = answer.map_err(|error| Error::of(error, &self.address));
        if matches!(answer, Ok(_) | Err(Error::Refused { .. })) {
            self.has_answered.store(true, Ordering::Relaxed);
        }
        answer
    }

    fn pauses(&self) -> Pauses {
        Pauses::of(self.limits.clone(), Arc::clone(&self.has_answered))
    }

    fn garbage(&self, cause: &dyn std::fmt::Display) -> Error {
        Error::Garbage {
            address: self.address.to_string(),
            cause: cause.to_string(),
        }
    }

    fn unanswered(&self, end: End, patience: Duration) -> Error {
        let cause = match end {
            End::Late => format!("nothing came within {} seconds", patience.as_secs()),
            End::Deadline => "nothing came before the time for it was up".to_owned(),
            End::Stopped => "nothing came before it was to stop".to_owned(),
        };
        Error::NoAnswer {
            address: self.address.to_string(),
            cause,
            unsent: false,
        }
    }
}

fn list_path(resource: &Resource, namespace: &str) -> String {
    format!(
        "/apis/{API_VERSION}/namespaces/{namespace}/{}",
        resource.plural
    )
}
