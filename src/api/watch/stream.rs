use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kube::Api;
use kube::api::{DynamicObject, WatchEvent, WatchParams};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_stream::{Stream as Events, StreamExt as _};

use super::watcher::{Shown, StreamState, Watcher};
use crate::api::lists::{MemoryShare, ObjectList};
use crate::api::objects::Object;
use crate::api::request::{ListAddress, MAX_RESPONSE_TIME, read};
use crate::api::response::{Bounds, TooLarge};

/// How long the platform keeps a stream open. The next one starts with a list, which finds deletions that a stream can
/// miss (measured).
const STREAM_SECONDS: u32 = 240;

/// The pauses between streams double from the first to the last while none starts.
const FIRST: Duration = Duration::from_millis(100);
const LAST: Duration = Duration::from_secs(10);

/// The stream of changes of a kind in a namespace. It ends when it is dropped.
pub(super) struct Stream {
    state: Arc<StreamState>,
    task: JoinHandle<()>,
}

/// The objects of a stream.
pub(super) struct Source {
    pub(super) client: kube::Client,
    pub(super) api: Api<DynamicObject>,
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) list: ListAddress,
    /// Drops what is not kept of an object.
    pub(super) retain: fn(Object) -> Object,
}

impl Stream {
    pub(super) fn start(source: Source) -> Stream {
        let state = Arc::new(StreamState::new());
        let task = tokio::spawn(run(source, Arc::clone(&state)));
        Stream { state, task }
    }

    pub(super) fn watcher(&self) -> Watcher {
        Watcher::of(&self.state)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Source {
    /// What is kept of an object, if it is of this kind and namespace.
    fn accept(&self, object: DynamicObject) -> Option<Object> {
        let types = object.types.as_ref();
        let is_kind = types.is_none_or(|types| types.kind == self.kind);
        let object = Object::from_dynamic(&self.kind, object).filter(|_| is_kind)?;
        (object.namespace == self.namespace).then(|| (self.retain)(object))
    }
}

/// Lists and watches until it is aborted. While the stream is down, waits read the objects.
async fn run(source: Source, state: Arc<StreamState>) {
    let mut pause = FIRST;
    loop {
        match list_and_watch(&source, &state).await {
            Ok(()) => pause = FIRST,
            Err(error) => {
                tracing::debug!(error = %error, "the stream of changes ended");
                state.update(|shown| shown.is_up = false);
            }
        }
        // After a regular end too: a gateway may end each stream as it starts.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST);
    }
}

async fn list_and_watch(source: &Source, state: &StreamState) -> kube::Result<()> {
    let text = read(&source.client, source.list.path(), Bounds::LIST);
    let text = in_time(text).await?;
    // It is dropped before the share of its objects grows.
    let list = ObjectList::read(text, &source.kind, MemoryShare::default())
        .map_err(kube::Error::SerdeError)?;
    let mut shown = Shown::default();
    for object in list.all().filter_map(|object| source.accept(object)) {
        shown.objects.put(object).map_err(too_large)?;
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
    state.update(|before| *before = shown);
    apply(events, source, state).await
}

/// Applies the events until they end. A dead connection brings no events and no end, and the library waits forever
/// (read in kube-client 5.0.0).
async fn apply(
    events: impl Events<Item = kube::Result<WatchEvent<DynamicObject>>>,
    source: &Source,
    state: &StreamState,
) -> kube::Result<()> {
    let mut events = pin!(events);
    let end = Instant::now() + Duration::from_secs(STREAM_SECONDS.into()) + MAX_RESPONSE_TIME;
    let timed_out = |elapsed| kube::Error::Service(Box::new(elapsed));
    while let Some(event) = timeout_at(end, events.next()).await.map_err(timed_out)? {
        match event? {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                if let Some(object) = source.accept(object) {
                    let put = state.update(|shown| shown.objects.put(object));
                    put.map_err(too_large)?;
                }
            }
            WatchEvent::Deleted(object) => {
                if let Some(object) = source.accept(object) {
                    state.update(|shown| shown.objects.remove(&object.name));
                }
            }
            WatchEvent::Bookmark(_) => {}
            WatchEvent::Error(status) => return Err(kube::Error::Api(status)),
        }
    }
    Ok(())
}

fn too_large(error: TooLarge) -> kube::Error {
    kube::Error::Service(Box::new(error))
}

/// A response, or an error after the time limit.
async fn in_time<T>(response: impl Future<Output = kube::Result<T>>) -> kube::Result<T> {
    let response = tokio::time::timeout(MAX_RESPONSE_TIME, response).await;
    response.unwrap_or_else(|elapsed| Err(kube::Error::Service(Box::new(elapsed))))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use http::{Request, Response};
    use kube::api::ApiResource;
    use kube::client::Body;

    use super::super::retained_fields::state;
    use super::super::watcher::Observation;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_stream_without_events_ends() {
        let start = Instant::now();
        let (source, _) = hasty();
        let applied = apply(tokio_stream::pending(), &source, &StreamState::new()).await;
        assert!(applied.is_err());
        assert_eq!(start.elapsed().as_secs(), 280);
    }

    /// A server whose streams end at once, and the number of its lists.
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
            list: ListAddress::global("", "buckets", "Bucket"),
            retain: state,
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
    async fn only_objects_of_the_kind_and_namespace_are_accepted() {
        let (source, _) = hasty();
        let ours = source.accept(bucket("b", "")).unwrap();
        let kept: Vec<&str> = ours.status.keys().map(String::as_str).collect();
        assert_eq!(kept, ["conditions", "namespace"]);
        let mut elsewhere = bucket("b", "");
        elsewhere.metadata.namespace = Some("tenant-b".to_owned());
        assert!(source.accept(elsewhere).is_none());
        let mut other = bucket("b", "");
        other.types.as_mut().unwrap().kind = "Postgres".to_owned();
        assert!(source.accept(other).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn streams_that_end_at_once_are_restarted_with_a_pause() {
        let (source, lists) = hasty();
        let stream = Stream::start(source);
        let mut watcher = stream.watcher();
        tokio::time::sleep(Duration::from_secs(10)).await;
        watcher.started().await;
        assert!(matches!(watcher.observe("b"), Observation::Absent));
        let lists = lists.load(Ordering::SeqCst);
        assert!((50..=100).contains(&lists), "{lists} lists in 10 s");
    }
}
