//! WATCH.
use crate::call::Call;
use crate::facts::Kind;
use crate::failure::Failure;
use crate::form::Form;
use crate::object::Object;
use crate::platform::{End, Shared};
use crate::selector::Selector;
use crate::store::Event;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// The default duration of a watch.
const LASTS: Duration = Duration::from_secs(1800);

struct Watch {
    kind: String,
    namespace: Option<String>,
    selector: Selector,
    form: Form,
}

/// Opens a watch: first ADDED for objects newer than the client's version, then each change. Deletions between the
/// client's list and this are lost; there is never a 410.
pub(crate) fn watch(
    platform: &Shared,
    kind: &Kind,
    namespace: Option<&str>,
    call: &Call,
    form: Form,
) -> Result<Response, Failure> {
    let initial = call.flag("sendInitialEvents");
    if initial && call.parameter("resourceVersionMatch") != Some("NotOlderThan") {
        let message = "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: \
                       sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
        return Err(Failure::new(422, "Invalid", message));
    }
    let since = call.since();
    let watch = Watch {
        kind: kind.kind.clone(),
        namespace: namespace.map(str::to_owned),
        selector: Selector::of(call)?,
        form,
    };
    // Both are read under one lock, so that no change is lost between them.
    let (first, events) = {
        let world = platform.world();
        let newer = world
            .objects
            .values()
            .filter(|o| watch.takes(o) && o.version > since);
        let mut first: Vec<Value> = newer
            .map(|o| json!({"type": "ADDED", "object": form.single(world.body(o))}))
            .collect();
        if initial || since == 0 {
            first.push(bookmark(
                crate::facts::API_VERSION,
                &kind.kind,
                world.version,
            ));
        }
        (first, world.events.subscribe())
    };
    let line = move |event: &Event| watch.line(event);
    Ok(stream(platform, call, first, events, line))
}

/// A bookmark after all initial objects were sent.
pub(crate) fn bookmark(api_version: &str, kind: &str, version: u64) -> Value {
    json!({"type": "BOOKMARK", "object": {
        "apiVersion": api_version, "kind": kind,
        "metadata": {
            "resourceVersion": version.to_string(),
            "annotations": {"k8s.io/initial-events-end": "true"},
        },
    }})
}

impl Watch {
    fn takes(&self, object: &Object) -> bool {
        object.kind == self.kind
            && self
                .namespace
                .as_deref()
                .is_none_or(|namespace| namespace == object.namespace)
            && self
                .selector
                .takes(&object.namespace, &object.name, &object.labels)
    }

    fn line(&self, event: &Event) -> Option<Value> {
        self.takes(&event.object).then(|| {
            let object = self.form.single(event.body.clone());
            json!({"type": event.change, "object": object})
        })
    }
}

/// Responds with the initial lines, then with a line for each event to send.
pub(crate) fn stream<E: Send + Sync + 'static>(
    platform: &Shared,
    call: &Call,
    first: Vec<Value>,
    events: broadcast::Receiver<Arc<E>>,
    line: impl Fn(&E) -> Option<Value> + Send + Sync + 'static,
) -> Response {
    let lasts = call
        .parameter("timeoutSeconds")
        .and_then(|s| s.parse().ok())
        .map_or(LASTS, Duration::from_secs);
    let (lines, stream) = mpsc::channel(16);
    let mut end = platform.end.subscribe();
    tokio::spawn(async move {
        tokio::select! {
            _ = send_all(lines, first, events, line) => {}
            () = tokio::time::sleep(lasts) => {}
            _ = end.wait_for(Option::<End>::is_some) => {}
        }
    });
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(stream)));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// Sends until the client disconnects or is too slow to receive all events.
async fn send_all<E>(
    lines: mpsc::Sender<Result<Bytes, Infallible>>,
    first: Vec<Value>,
    mut events: broadcast::Receiver<Arc<E>>,
    line: impl Fn(&E) -> Option<Value>,
) -> Option<()> {
    for event in first {
        send(&lines, &event).await?;
    }
    loop {
        let event = tokio::select! {
            event = events.recv() => event.ok()?,
            () = lines.closed() => return None,
        };
        if let Some(event) = line(&event) {
            send(&lines, &event).await?;
        }
    }
}

async fn send(lines: &mpsc::Sender<Result<Bytes, Infallible>>, event: &Value) -> Option<()> {
    let line = Bytes::from(format!("{event}\n"));
    lines.send(Ok(line)).await.ok()
}
