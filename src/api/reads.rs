use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::error::Error;
use super::object::Object;

/// How long a read waits for others of its kind before it goes alone.
const WINDOW: Duration = Duration::from_millis(4);

/// How long a list answers reads. A plan is a view of one moment anyway; what this process writes is
/// never read from a list (see [`Reads::forget`]).
const FRESH: Duration = Duration::from_secs(10);

/// Objects by name, as one list showed them.
pub(super) type Listed = HashMap<String, Arc<Object>>;

/// The reads of one kind in one namespace: several at once become one list.
#[derive(Default)]
pub(super) struct Reads {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Reads within the present window.
    waiting: usize,
    list: Option<Arc<List>>,
    /// Lists are not allowed, or failed: each read goes alone.
    is_denied: bool,
}

struct List {
    since: Instant,
    objects: OnceCell<Option<Listed>>,
}

/// How to answer a read.
pub(super) enum Answer {
    /// From a list: the object, or none of that name.
    Listed(Option<Arc<Object>>),
    /// By asking for it alone.
    Alone,
}

impl Reads {
    /// Answers a read from a list, where several reads come at once or a fresh list is there.
    pub(super) async fn read(
        &self,
        name: &str,
        list: impl AsyncFnOnce() -> Result<Listed, Error>,
    ) -> Answer {
        if self.state().is_denied {
            return Answer::Alone;
        }
        if self.fresh().is_none() {
            self.state().waiting += 1;
            tokio::time::sleep(WINDOW).await;
            let mut state = self.state();
            let company = state.waiting;
            // The last to leave the window opens the next one.
            state.waiting -= 1;
            if company < 2
                && state
                    .list
                    .as_ref()
                    .is_none_or(|list| list.since.elapsed() > FRESH)
            {
                return Answer::Alone;
            }
        }
        let shared = self.fresh().unwrap_or_else(|| self.begin());
        let listed = shared
            .objects
            .get_or_init(|| async { list().await.ok() })
            .await;
        match listed {
            Some(objects) => Answer::Listed(objects.get(name).cloned()),
            None => {
                self.state().is_denied = true;
                Answer::Alone
            }
        }
    }

    /// What is written from now on must not be read from a list of before.
    pub(super) fn forget(&self) {
        self.state().list = None;
    }

    fn fresh(&self) -> Option<Arc<List>> {
        self.state()
            .list
            .clone()
            .filter(|list| list.since.elapsed() <= FRESH)
    }

    fn begin(&self) -> Arc<List> {
        let mut state = self.state();
        match &state.list {
            Some(list) if list.since.elapsed() <= FRESH => Arc::clone(list),
            _ => {
                let list = Arc::new(List {
                    since: Instant::now(),
                    objects: OnceCell::new(),
                });
                state.list = Some(Arc::clone(&list));
                list
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
