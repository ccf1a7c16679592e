use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kube::Api;
use kube::api::{DynamicObject, WatchEvent, WatchParams};
use serde_json::Value as Json;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_stream::{Stream as Events, StreamExt as _};

use super::address::List;
use super::bounds::{Bounds, TooLarge};
use super::client::PATIENCE;
use super::exchange;
use super::kept::Kept;
use super::listed::Listed;
use super::object::{Condition, Object};

/// How long one stream is asked for; the platform ends it and the next begins with a fresh list, which
/// finds deletions that a stream can miss (measured).
const STREAM_SECONDS: u32 = 240;

/// The pauses between streams double from the first to the longest while none comes about.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// How many changes of `Ready` of an object are kept: a few are enough for who looks at each event.
const HISTORY: usize = 16;

/// How many conditions of an object are kept, and how long what one says may be.
const CONDITIONS: usize = 16;
const LONGEST_TEXT: usize = 1 << 10;

/// The labels that say which application a workload belongs to.
const OWNERS_KIND: &str = "apps.cozystack.io/application.kind";
const OWNERS_NAME: &str = "apps.cozystack.io/application.name";

/// The stream of changes of one kind in one namespace, shared by all who wait for some of its objects.
pub(super) struct Stream {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// Where the objects of a stream are.
pub(super) struct Source {
    pub(super) client: kube::Client,
    pub(super) api: Api<DynamicObject>,
    pub(super) namespace: String,
    pub(super) kind: String,
    /// The address of their list.
    pub(super) list: List,
    /// What of an object is kept: all of a thousand would be memory for nothing.
    pub(super) keep: fn(Object) -> Object,
}

struct Shared {
    shown: Mutex<Shown>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Shown {
    objects: HashMap<String, Tracked>,
    /// How much memory they take, about.
    weight: usize,
    kept: Kept,
    is_up: bool,
}

impl Shown {
    /// Shows an object as an event does, or refuses it where it would be too much.
    fn put(&mut self, object: Object) -> Result<(), TooLarge> {
        let name = object.name.clone();
        let mut tracked = self.objects.remove(&name);
        self.weight -= tracked.as_ref().map_or(0, Tracked::weight);
        match &mut tracked {
            Some(tracked) => tracked.then(object),
            None => tracked = Some(Tracked::of(object)),
        }
        self.weight += tracked.as_ref().map_or(0, Tracked::weight);
        self.objects.extend(tracked.map(|tracked| (name, tracked)));
        self.kept.resize(self.weight)
    }

    fn remove(&mut self, name: &str) {
        let removed = self.objects.remove(name);
        self.weight -= removed.as_ref().map_or(0, Tracked::weight);
        // What gets smaller fits.
        let _ = self.kept.resize(self.weight);
    }
}

/// An object of the stream.
struct Tracked {
    newest: Arc<Object>,
    /// Each `Ready` that differed from the one before, with the version that showed it: events that come
    /// together wake who waits only once.
    history: Vec<(u64, Condition)>,
}

impl Tracked {
    fn of(object: Object) -> Tracked {
        let ready = object.condition("Ready");
        let history = ready.map(|ready| (object.version(), ready));
        Tracked {
            newest: Arc::new(object),
            history: history.into_iter().collect(),
        }
    }

    /// How much memory it takes, about.
    fn weight(&self) -> usize {
        let labels = self.newest.labels.iter();
        let labels: usize = labels.map(|(key, value)| key.len() + value.len()).sum();
        let shown: usize = self.newest.conditions().iter().map(Condition::weight).sum();
        let status = self.newest.status.iter();
        let texts: usize = status
            .map(|(key, value)| 64 + key.len() + value.as_str().map_or(0, str::len))
            .sum();
        let before: usize = self.history.iter().map(|(_, ready)| ready.weight()).sum();
        512 + self.newest.name.len() + labels + texts + shown * 2 + before
    }

    /// The same object, as a later event shows it.
    fn then(&mut self, object: Object) {
        if self.newest.uid != object.uid {
            *self = Tracked::of(object);
            return;
        }
        if let Some(ready) = object.condition("Ready")
            && self
                .history
                .last()
                .is_none_or(|(_, last)| !last.is_since(&ready))
        {
            if self.history.len() == HISTORY {
                self.history.remove(0);
            }
            self.history.push((object.version(), ready));
        }
        self.newest = Arc::new(object);
    }
}

/// A view of the stream of changes of one kind in one namespace. A clone has seen what the original has.
#[derive(Clone)]
pub struct Watcher {
    shared: Arc<Shared>,
    changes: watch::Receiver<u64>,
}

/// What the stream shows of an object.
pub enum Observation {
    /// Its newest state, without its spec, labels and annotations.
    Shown(Arc<Object>),
    /// It is not there; a list can lag behind a write, so a read has the last word.
    Absent,
    /// The stream is not up, or not allowed: only reads tell.
    Blind,
}

impl Stream {
    pub(super) fn start(source: Source) -> Stream {
        let shared = Arc::new(Shared {
            shown: Mutex::default(),
            changes: watch::Sender::new(0),
        });
        let task = tokio::spawn(run(source, Arc::clone(&shared)));
        Stream { shared, task }
    }

    pub(super) fn follow(&self) -> Watcher {
        Watcher {
            shared: Arc::clone(&self.shared),
            changes: self.shared.changes.subscribe(),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Watcher {
    /// A view of no stream at all.
    pub(super) fn blind() -> Watcher {
        let changes = watch::Sender::new(1);
        let seen = changes.subscribe();
        let shown = Mutex::default();
        Watcher {
            shared: Arc::new(Shared { shown, changes }),
            changes: seen,
        }
    }

    /// What the stream shows of an object now.
    pub fn sight(&self, name: &str) -> Observation {
        let shown = self.shared.shown();
        match shown.objects.get(name) {
            _ if !shown.is_up => Observation::Blind,
            Some(object) => Observation::Shown(Arc::clone(&object.newest)),
            None => Observation::Absent,
        }
    }

    /// Each `Ready` that the stream showed of an object, with the version that showed it, in order.
    pub fn history(&self, name: &str, uid: &str) -> Vec<(u64, Condition)> {
        let shown = self.shared.shown();
        let tracked = shown.objects.get(name);
        let tracked = tracked.filter(|tracked| tracked.newest.uid == uid);
        tracked.map_or_else(Vec::new, |tracked| tracked.history.clone())
    }

    /// What the stream shows of the workloads that belong to an application, by name; none where it is not up.
    pub fn workloads_of(&self, kind: &str, name: &str) -> Option<Vec<String>> {
        let shown = self.shared.shown();
        let is_of = |object: &Object| {
            let label = |key| object.labels.get(key).map(String::as_str);
            label(OWNERS_NAME) == Some(name) && label(OWNERS_KIND) == Some(kind)
        };
        let objects = shown.objects.values().map(|tracked| &tracked.newest);
        let theirs = objects.filter(|object| is_of(object));
        let mut names: Vec<String> = theirs.map(|object| object.name.clone()).collect();
        names.sort();
        shown.is_up.then_some(names)
    }

    /// Waits until the stream is up, or is known not to be.
    pub async fn begun(&mut self) {
        if self.changes.wait_for(|count| *count > 0).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until the stream shows something it did not show when this was last called.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Shared {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.shown());
        self.changes.send_modify(|count| *count += 1);
    }
}

/// Lists and watches until it is dropped. Who waits reads by itself while the stream is down.
async fn run(source: Source, shared: Arc<Shared>) {
    let mut pause = FIRST;
    loop {
        match stream(&source, &shared).await {
            Ok(()) => pause = FIRST,
            Err(error) => {
                tracing::debug!(error = %error, "the stream of changes ended");
                shared.change(|shown| shown.is_up = false);
            }
        }
        // After a good end as well: something on the way may end each stream as it begins.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}

async fn stream(source: &Source, shared: &Shared) -> kube::Result<()> {
    let text = exchange::read(&source.client, source.list.path(), Bounds::LIST);
    let text = in_time(text).await?;
    // It is gone before what is shown of it is.
    let list =
        Listed::read(text, &source.kind, Kept::default()).map_err(kube::Error::SerdeError)?;
    let mut shown = Shown::default();
    for object in list.all().filter_map(|object| source.ours(object)) {
        shown.put(object).map_err(too_large)?;
    }
    let parameters = WatchParams::default().timeout(STREAM_SECONDS);
    let version = if list.version.is_empty() {
        "0"
    } else {
        &list.version
    };
    let events = in_time(source.api.watch(&parameters, version)).await?;
    drop(list);
    shown.is_up = true;
    shared.change(|before| *before = shown);
    show(events, shared, source).await
}

impl Source {
    /// What is kept of an object, if it is one of these.
    fn ours(&self, object: DynamicObject) -> Option<Object> {
        let types = object.types.as_ref();
        let is_kind = types.is_none_or(|types| types.kind == self.kind);
        let object = Object::from_dynamic(object).filter(|_| is_kind)?;
        (object.namespace == self.namespace).then(|| (self.keep)(object))
    }
}

fn too_large(error: TooLarge) -> kube::Error {
    kube::Error::Service(Box::new(error))
}

/// Shows what the events tell until they end. From a connection that is dead nothing comes, not even the end,
/// and the library waits for it for ever (read in kube-client 5.0.0).
async fn show(
    events: impl Events<Item = kube::Result<WatchEvent<DynamicObject>>>,
    shared: &Shared,
    source: &Source,
) -> kube::Result<()> {
    let mut events = pin!(events);
    let end = Instant::now() + Duration::from_secs(STREAM_SECONDS.into()) + PATIENCE;
    let late = |late| kube::Error::Service(Box::new(late));
    while let Some(event) = timeout_at(end, events.next()).await.map_err(late)? {
        match event? {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                if let Some(object) = source.ours(object) {
                    let mut put = Ok(());
                    shared.change(|shown| put = shown.put(object));
                    put.map_err(too_large)?;
                }
            }
            WatchEvent::Deleted(object) => {
                if let Some(object) = source.ours(object) {
                    shared.change(|shown| shown.remove(&object.name));
                }
            }
            WatchEvent::Bookmark(_) => {}
            WatchEvent::Error(status) => return Err(kube::Error::Api(status)),
        }
    }
    Ok(())
}

/// An answer, or an error where none comes: the stream would else be down for good.
async fn in_time<T>(answer: impl Future<Output = kube::Result<T>>) -> kube::Result<T> {
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    answer.unwrap_or_else(|late| Err(kube::Error::Service(Box::new(late))))
}

/// What a wait looks at: the conditions, and the texts of the status, such as the namespace of a tenant.
pub(super) fn state(object: Object) -> Object {
    let mut status = serde_json::Map::new();
    for (key, value) in object.status {
        let kept = match value {
            Json::Array(conditions) if key == "conditions" => {
                let conditions = conditions.iter().take(CONDITIONS);
                conditions
                    .map(|condition| Condition::read(condition).shortened(LONGEST_TEXT))
                    .collect()
            }
            Json::String(text) if text.len() <= LONGEST_TEXT => Json::String(text),
            _ => continue,
        };
        status.insert(key, kept);
    }
    Object {
        status,
        spec: serde_json::Map::new(),
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        ..object
    }
}

/// Whose a workload is.
pub(super) fn owner(mut object: Object) -> Object {
    let is_owner = |key: &str| [OWNERS_KIND, OWNERS_NAME].contains(&key);
    object.labels.retain(|key, _| is_owner(key));
    Object {
        name: object.name,
        labels: object.labels,
        ..Object::default()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use http::{Request, Response};
    use kube::api::ApiResource;
    use kube::client::Body;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_stream_of_which_nothing_comes_ends() {
        let shared = Shared {
            shown: Mutex::default(),
            changes: watch::Sender::new(0),
        };
        let begun = Instant::now();
        let (source, _) = hasty();
        let shown = show(tokio_stream::pending(), &shared, &source).await;
        assert!(shown.is_err());
        assert_eq!(begun.elapsed().as_secs(), 280);
    }

    /// A server whose streams end at once, and how many lists it was asked for.
    fn hasty() -> (Source, Arc<AtomicU32>) {
        let lists = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&lists);
        let service = tower::service_fn(move |request: Request<Body>| {
            let is_stream = request.uri().query().is_some();
            let body = if is_stream {
                ""
            } else {
                r#"{"kind":"BucketList","items":[]}"#
            };
            counted.fetch_add(u32::from(!is_stream), Ordering::SeqCst);
            std::future::ready(Ok::<_, Infallible>(Response::new(Body::from(
                body.as_bytes().to_vec(),
            ))))
        });
        let client = kube::Client::new(service, "tenant-a");
        let buckets = ApiResource {
            group: "a".to_owned(),
            version: "v1".to_owned(),
            api_version: "a/v1".to_owned(),
            kind: "Bucket".to_owned(),
            plural: "buckets".to_owned(),
        };
        let source = Source {
            api: Api::namespaced_with(client.clone(), "tenant-a", &buckets),
            client,
            namespace: "tenant-a".to_owned(),
            kind: "Bucket".to_owned(),
            list: List::global("", "buckets", "Bucket"),
            keep: state,
        };
        (source, lists)
    }

    fn bucket(name: &str, message: &str) -> DynamicObject {
        serde_json::from_value(serde_json::json!({
            "kind": "Bucket",
            "apiVersion": "a/v1",
            "metadata": {"name": name, "namespace": "tenant-a", "uid": name},
            "status": {
                "namespace": "tenant-a", "observed": {"a": 1},
                "conditions": [{"type": "Ready", "message": message}],
            },
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn only_objects_of_the_kind_and_namespace_are_shown() {
        let (source, _) = hasty();
        let ours = source.ours(bucket("b", "")).unwrap();
        let kept: Vec<&str> = ours.status.keys().map(String::as_str).collect();
        assert_eq!(kept, ["conditions", "namespace"]);
        let mut elsewhere = bucket("b", "");
        elsewhere.metadata.namespace = Some("tenant-b".to_owned());
        assert!(source.ours(elsewhere).is_none());
        let mut other = bucket("b", "");
        other.types.as_mut().unwrap().kind = "Postgres".to_owned();
        assert!(source.ours(other).is_none());
    }

    #[tokio::test]
    async fn what_a_stream_shows_has_a_bound() {
        let (source, _) = hasty();
        let (mut shown, long) = (Shown::default(), "a".repeat(LONGEST_TEXT));
        let mut put = |name: String| shown.put(source.ours(bucket(&name, &long)).unwrap());
        for _ in 0..20_000 {
            put("again".to_owned()).unwrap();
        }
        let all = (0..30_000).try_for_each(|n| put(n.to_string()));
        assert!(all.is_err());
        assert!(shown.objects.len() > 1000, "{}", shown.objects.len());
        let names: Vec<String> = shown.objects.keys().cloned().collect();
        names.iter().for_each(|name| shown.remove(name));
        assert_eq!(shown.weight, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn streams_that_end_at_once_are_not_asked_for_without_a_pause() {
        let (source, lists) = hasty();
        let stream = Stream::start(source);
        let mut follow = stream.follow();
        tokio::time::sleep(Duration::from_secs(10)).await;
        follow.begun().await;
        assert!(matches!(follow.sight("b"), Observation::Absent));
        let lists = lists.load(Ordering::SeqCst);
        assert!((50..=100).contains(&lists), "{lists} lists in 10 s");
    }
}
