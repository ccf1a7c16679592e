use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::observed_objects::ObservedObjects;
use crate::api::objects::{Condition, Object};

/// A view of the stream of changes of a kind in a namespace. A clone has seen the same changes.
#[derive(Clone)]
pub struct Watcher {
    state: Arc<StreamState>,
    changes: watch::Receiver<u64>,
}

/// What a stream shows of an object.
pub enum Observation {
    /// Its newest state, without spec, labels and annotations.
    Shown(Arc<Object>),
    /// The object does not exist. A list can lag behind a write, so a read has to confirm it.
    Absent,
    /// The stream is down or not allowed. Only reads show the object.
    Blind,
}

/// What a stream shows, and the number of its changes.
pub(super) struct StreamState {
    shown: Mutex<Shown>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
pub(super) struct Shown {
    pub(super) objects: ObservedObjects,
    pub(super) is_up: bool,
}

impl StreamState {
    pub(super) fn new() -> StreamState {
        StreamState {
            shown: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    pub(super) fn update<T>(&self, update: impl FnOnce(&mut Shown) -> T) -> T {
        let output = update(&mut self.shown());
        self.changes.send_modify(|count| *count += 1);
        output
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    pub(super) fn of(state: &Arc<StreamState>) -> Watcher {
        Watcher {
            changes: state.changes.subscribe(),
            state: Arc::clone(state),
        }
    }

    /// A watcher without a stream.
    pub(super) fn blind() -> Watcher {
        let state = Arc::new(StreamState::new());
        state.update(|_| ());
        Watcher::of(&state)
    }

    /// What the stream shows of an object now.
    pub fn observe(&self, name: &str) -> Observation {
        let shown = self.state.shown();
        match shown.objects.get(name) {
            _ if !shown.is_up => Observation::Blind,
            Some(object) => Observation::Shown(Arc::clone(object)),
            None => Observation::Absent,
        }
    }

    /// Each `Ready` that the stream has shown of the object with this uid, with the version that showed it, in order.
    pub fn history(&self, name: &str, uid: &str) -> Vec<(u64, Condition)> {
        self.state.shown().objects.history(name, uid)
    }

    /// The names of the workloads of an application. None while the stream is down.
    pub fn workloads_of(&self, kind: &str, name: &str) -> Option<Vec<String>> {
        let shown = self.state.shown();
        shown.is_up.then(|| shown.objects.workloads_of(kind, name))
    }

    /// Waits until the stream is up, or could not be started.
    pub async fn started(&mut self) {
        if self.changes.wait_for(|count| *count > 0).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for a change since the last call.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
