//! A scripted API in this process, with a paused clock: it records the requests, their number, and the duration of an
//! operation.
use crate::resource::journal::record::Journal;
use crate::resource::session::{OnWaitTimeout, Owned, Session};
use std::sync::{Arc, Mutex};

use http::Uri;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

use crate::api::scripted;
use crate::schema::{Diagnostics, Severity};

/// The requests in order: `GET buckets/main`, `LIST buckets`, `WATCH buckets`.
pub(super) struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    /// All requests except for watches and schemas.
    pub(super) fn all(&self) -> Vec<String> {
        let all = self.0.lock().expect("no panic").clone();
        let is_other = |asked: &String| asked.starts_with("WATCH") || asked.contains("/openapi");
        all.into_iter().filter(|asked| !is_other(asked)).collect()
    }

    /// The number of these requests.
    pub(super) fn count(&self, what: &str) -> usize {
        let asked = self.0.lock().expect("no panic");
        asked.iter().filter(|asked| *asked == what).count()
    }
}

/// A session with an API that `script` implements, given the request and the number of earlier equal requests. Without
/// a response from the script, a list is empty, a watch has no events, and all else is a 404.
pub(super) fn session(
    script: impl Fn(&str, usize) -> Option<(u16, Json)> + Send + Sync + 'static,
) -> (Session, Asked) {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&asked);
    let client = scripted(move |method, uri| {
        let what = what(method, uri);
        let before = {
            let mut log = log.lock().expect("no panic");
            let before = log.iter().filter(|asked| **asked == what).count();
            log.push(what.clone());
            before
        };
        let (code, body) = script(&what, before).unwrap_or_else(|| usual(&what));
        let is_stream = what.starts_with("WATCH") && code == 200;
        (code, (!is_stream).then_some(body))
    });
    let (stop, stopped) = watch::channel(false);
    // The signal to stop is never sent.
    std::mem::forget(stop);
    let session = Session {
        client,
        stop: stopped,
        on_wait_timeout: OnWaitTimeout::Warn,
        stores_credentials: true,
        journal: Arc::new(Journal::default()),
        owned: Arc::new(Owned::default()),
    };
    (session, Asked(asked))
}

fn what(method: &str, uri: &Uri) -> String {
    let path = uri.path();
    let inside = path
        .split_once("/namespaces/")
        .and_then(|(_, rest)| rest.split_once('/'));
    let place = inside.map_or(path, |(_, place)| place);
    let is_stream = uri.query().unwrap_or_default().contains("watch");
    let is_list = inside.is_some() && !place.contains('/');
    let verb = match method {
        "GET" if is_stream => "WATCH",
        "GET" if is_list => "LIST",
        other => other,
    };
    format!("{verb} {place}")
}

fn usual(what: &str) -> (u16, Json) {
    let (verb, place) = what.split_once(' ').expect("a verb");
    match verb {
        "WATCH" => (200, Json::Null),
        "LIST" => list(&[]),
        _ => missing(place.rsplit('/').next().unwrap_or_default()),
    }
}

/// A list of these objects.
pub(super) fn list(objects: &[Json]) -> (u16, Json) {
    let list = json!({"kind": "List", "metadata": {"resourceVersion": "5"}, "items": objects});
    (200, list)
}

/// A `NotFound` for the object with this name.
pub(super) fn missing(name: &str) -> (u16, Json) {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound",
        "message": format!("\"{name}\" not found"), "details": {"name": name},
    });
    (404, status)
}

/// A 403.
pub(super) fn forbidden() -> (u16, Json) {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403,
        "reason": "Forbidden", "message": "this is forbidden",
    });
    (403, status)
}

/// The detail of the message with this summary and severity.
#[track_caller]
pub(super) fn said(messages: &Diagnostics, summary: &str, severity: Severity) -> String {
    let mut all = messages.iter();
    let found = all.find(|message| message.summary.contains(summary));
    let found = found.unwrap_or_else(|| panic!("no {summary} in {messages:?}"));
    assert_eq!(found.severity, severity, "{summary}");
    found.detail.clone()
}
