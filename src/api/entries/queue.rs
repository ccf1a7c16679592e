use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::change::{Change, ChangedEntry, EntryAddress};
use crate::api::error::Error;
use crate::api::objects::{ApiResource, Object};

/// The queues of all objects with entries, by kind, namespace and name.
#[derive(Clone, Default)]
pub(crate) struct Queues(Arc<Mutex<HashMap<[String; 3], Arc<Queue>>>>);

/// The changes of the entries of one object.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    /// Held while the object is written. Contains its last read.
    pub(super) turn: tokio::sync::Mutex<Option<LastRead>>,
}

/// A change that waits for its turn.
pub(super) struct Waiting {
    pub(super) at: EntryAddress,
    pub(super) change: Change,
    pub(super) done: oneshot::Sender<Result<ChangedEntry, Error>>,
}

/// The last read of an object.
pub(super) struct LastRead {
    pub(super) asked: Instant,
    pub(super) object: Option<Object>,
}

impl Queues {
    pub(super) fn of(&self, resource: &ApiResource, namespace: &str, name: &str) -> Arc<Queue> {
        let key = [&resource.kind, namespace, name].map(str::to_owned);
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry(key).or_default())
    }

    /// The queue of an object, if one of its entries was changed by this process.
    pub(super) fn existing(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Option<Arc<Queue>> {
        let key = [&resource.kind, namespace, name].map(str::to_owned);
        let queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.get(&key).map(Arc::clone)
    }
}

impl Queue {
    pub(super) fn add(&self, waiting: Waiting) {
        self.all().push(waiting);
    }

    /// All waiting changes, which are then the caller's.
    pub(super) fn take(&self) -> Vec<Waiting> {
        std::mem::take(&mut self.all())
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
