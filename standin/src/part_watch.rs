//! WATCH of parts, served by Kubernetes itself, which also reports deletions since a list.
use crate::call::Call;
use crate::failure::Failure;
use crate::part::{Part, Sort};
use crate::parts::Change;
use crate::platform::Shared;
use crate::selector::Selector;
use crate::watch::{bookmark, stream};
use axum::response::Response;
use serde_json::{Value, json};

/// The parts that are watched, and their representation.
pub(crate) struct Watched {
    pub(crate) sort: Sort,
    pub(crate) namespace: String,
    pub(crate) selector: Selector,
    /// Whether only the parts visible to tenants are included.
    pub(crate) for_tenants: bool,
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
}

impl Watched {
    /// Whether a part is included.
    pub(crate) fn takes(&self, part: &Part) -> bool {
        part.sort == self.sort
            && part.namespace == self.namespace
            && (part.visible || !self.for_tenants)
            && self
                .selector
                .takes(&part.namespace, &part.name, &part.labels())
    }

    /// The representation of a part.
    pub(crate) fn shape(&self, part: &Part) -> Value {
        if self.for_tenants {
            part.tenant_secret()
        } else {
            part.body()
        }
    }

    fn line(&self, change: &Change) -> Option<Value> {
        self.takes(&change.part)
            .then(|| json!({"type": change.change, "object": self.shape(&change.part)}))
    }
}

/// Opens a watch from the client's version, or from the current objects if it has none.
pub(crate) fn watch(platform: &Shared, watched: Watched, call: &Call) -> Result<Response, Failure> {
    let initial = call.flag("sendInitialEvents");
    let since = call.since();
    let (first, changes) = {
        let world = platform.world();
        let there = world
            .parts
            .within(watched.sort, &watched.namespace)
            .filter(|part| part.version > since && watched.takes(part))
            .map(|part| (part.version, "ADDED", part));
        let ended = world
            .parts
            .ended_since(since)
            .filter(|change| since > 0 && watched.takes(&change.part))
            .map(|change| (change.part.version, "DELETED", &change.part));
        let mut news: Vec<(u64, &str, &Part)> = there.chain(ended).collect();
        news.sort_by_key(|(version, ..)| *version);
        let mut first: Vec<Value> = news
            .into_iter()
            .map(|(_, change, part)| json!({"type": change, "object": watched.shape(part)}))
            .collect();
        if initial || (since == 0 && call.flag("allowWatchBookmarks")) {
            first.push(bookmark(watched.api_version, watched.kind, world.version));
        }
        (first, world.parts.subscribe())
    };
    let line = move |change: &Change| watched.line(change);
    Ok(stream(platform, call, first, changes, line))
}
