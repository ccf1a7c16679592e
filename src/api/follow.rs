use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kube::Api;
use kube::api::{DynamicObject, WatchEvent, WatchParams};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_stream::{Stream as Events, StreamExt as _};

use super::client::PATIENCE;
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
    /// The path of their list.
    pub(super) path: String,
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
    is_up: bool,
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
pub struct Follow {
    shared: Arc<Shared>,
    changes: watch::Receiver<u64>,
}

/// What the stream shows of an object.
pub enum Sight {
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

    pub(super) fn follow(&self) -> Follow {
        Follow {
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

impl Follow {
    /// A view of no stream at all.
    pub(super) fn blind() -> Follow {
        let changes = watch::Sender::new(1);
        let seen = changes.subscribe();
        let shown = Mutex::default();
        Follow {
            shared: Arc::new(Shared { shown, changes }),
            changes: seen,
        }
    }

    /// What the stream shows of an object now.
    pub fn sight(&self, name: &str) -> Sight {
        let shown = self.shared.shown();
        match shown.objects.get(name) {
            _ if !shown.is_up => Sight::Blind,
            Some(object) => Sight::Shown(Arc::clone(&object.newest)),
            None => Sight::Absent,
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
    let request = http::Request::get(&source.path).body(Vec::new());
    let request = request.map_err(kube::Error::HttpError)?;
    let text = in_time(source.client.request_text(request)).await?;
    let list = Listed::read(text).map_err(kube::Error::SerdeError)?;
    let objects = list
        .all()
        .filter_map(Object::from_dynamic)
        .map(|object| (object.name.clone(), Tracked::of((source.keep)(object))))
        .collect();
    let parameters = WatchParams::default().timeout(STREAM_SECONDS);
    let version = if list.version.is_empty() {
        "0"
    } else {
        &list.version
    };
    let events = in_time(source.api.watch(&parameters, version)).await?;
    drop(list);
    shared.change(|shown| {
        *shown = Shown {
            objects,
            is_up: true,
        };
    });
    show(events, shared, source.keep).await
}

/// Shows what the events tell until they end. From a connection that is dead nothing comes, not even the end,
/// and the library waits for it for ever (read in kube-client 5.0.0).
async fn show(
    events: impl Events<Item = kube::Result<WatchEvent<DynamicObject>>>,
    shared: &Shared,
    keep: fn(Object) -> Object,
) -> kube::Result<()> {
    let mut events = pin!(events);
    let end = Instant::now() + Duration::from_secs(STREAM_SECONDS.into()) + PATIENCE;
    let late = |late| kube::Error::Service(Box::new(late));
    while let Some(event) = timeout_at(end, events.next()).await.map_err(late)? {
        match event? {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                if let Some(object) = Object::from_dynamic(object) {
                    let object = keep(object);
                    shared.change(|shown| match shown.objects.get_mut(&object.name) {
                        Some(tracked) => tracked.then(object),
                        None => {
                            let name = object.name.clone();
                            shown.objects.insert(name, Tracked::of(object));
                        }
                    });
                }
            }
            WatchEvent::Deleted(object) => {
                if let Some(name) = object.metadata.name {
                    shared.change(|shown| _ = shown.objects.remove(&name));
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

/// What a wait looks at.
pub(super) fn state(object: Object) -> Object {
    Object {
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
        let shown = show(tokio_stream::pending(), &shared, state).await;
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
            path: "/buckets".to_owned(),
            keep: state,
        };
        (source, lists)
    }

    #[tokio::test(start_paused = true)]
    async fn streams_that_end_at_once_are_not_asked_for_without_a_pause() {
        let (source, lists) = hasty();
        let stream = Stream::start(source);
        let mut follow = stream.follow();
        tokio::time::sleep(Duration::from_secs(10)).await;
        follow.begun().await;
        assert!(matches!(follow.sight("b"), Sight::Absent));
        let lists = lists.load(Ordering::SeqCst);
        assert!((50..=100).contains(&lists), "{lists} lists in 10 s");
    }
}
