use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::{ApiResource, Client, JsonSchema};
use crate::resource::journal::record::Journal;
use crate::schema::Diagnostics;

/// What an operation works with: the connection, and the right to stop.
#[derive(Clone)]
pub struct Session {
    /// The API.
    pub client: Client,
    /// Fires when Terraform asks to stop: waits end, what was reached is returned.
    pub stop: tokio::sync::watch::Receiver<bool>,
    /// Whether a timeout is a warning or an error.
    pub on_wait_timeout: OnWaitTimeout,
    /// The default of `store_credentials`.
    pub stores_credentials: bool,
    /// The creates that Terraform may know nothing of.
    pub journal: Arc<Journal>,
    /// The objects that this run read from the state or created.
    pub owned: Arc<Owned>,
}

/// Objects by their uid.
#[derive(Debug, Default)]
pub struct Owned(Mutex<HashSet<String>>);

impl Owned {
    pub(crate) fn add(&self, uid: &str) {
        self.uids().insert(uid.to_owned());
    }

    pub(crate) fn has(&self, uid: &str) -> bool {
        self.uids().contains(uid)
    }

    fn uids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it is when an object is not ready in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnWaitTimeout {
    /// A warning: the apply succeeds, and the next one continues to wait.
    #[default]
    Warn,
    /// An error: the apply fails.
    Error,
}

impl Session {
    /// The same, for an operation that has until `deadline`.
    #[must_use]
    pub fn within(&self, deadline: tokio::time::Instant) -> Session {
        Session {
            client: self.client.within(deadline, self.stop.clone()),
            ..self.clone()
        }
    }

    /// The same, for a part of the operation that has at most this long.
    pub(crate) fn for_at_most(&self, time: std::time::Duration) -> Session {
        let deadline = tokio::time::Instant::now() + time;
        let whole = self.client.deadline();
        self.within(whole.map_or(deadline, |whole| whole.min(deadline)))
    }

    /// Waits for an event, but for no longer than `time`, and not once Terraform asks to stop.
    pub(crate) async fn wait_for(
        &self,
        event: impl Future<Output = ()>,
        time: std::time::Duration,
    ) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = event => {}
            () = tokio::time::sleep(time) => {}
            Ok(_) = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Reports what the API warned of in its answers to this operation.
    pub fn report_warnings(&self, diagnostics: &mut Diagnostics) {
        for warning in self.client.warnings() {
            diagnostics.warn("Warning from the platform", warning);
        }
    }

    /// The platform's schema of a kind, or none: everything works without it, with less checked.
    pub async fn live(&self, resource: &ApiResource) -> Option<Arc<JsonSchema>> {
        self.client.schema(resource).await.ok()
    }
}
