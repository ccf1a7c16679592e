use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::{ApiResource, Client, JsonSchema};
use crate::resource::journal::record::Journal;
use crate::schema::Diagnostics;

/// The context of an operation: the connection, and the signal to stop.
#[derive(Clone)]
pub struct Session {
    /// The client of the API.
    pub client: Client,
    /// True when Terraform is interrupted: waits end, and the current state is returned.
    pub stop: tokio::sync::watch::Receiver<bool>,
    /// Whether a timeout is a warning or an error.
    pub on_wait_timeout: OnWaitTimeout,
    /// The default of `store_credentials`.
    pub stores_credentials: bool,
    /// The journal of creates that may be missing in the state.
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

/// The effect of an object that is not ready in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnWaitTimeout {
    /// A warning: the apply succeeds, and the next one continues to wait.
    #[default]
    Warn,
    /// An error: the apply fails.
    Error,
}

impl Session {
    /// The same, for an operation that ends at `deadline`.
    #[must_use]
    pub fn within(&self, deadline: tokio::time::Instant) -> Session {
        Session {
            client: self.client.within(deadline, self.stop.clone()),
            ..self.clone()
        }
    }

    /// The same, for a part of the operation with this timeout.
    pub(crate) fn for_at_most(&self, time: std::time::Duration) -> Session {
        let deadline = tokio::time::Instant::now() + time;
        let whole = self.client.deadline();
        self.within(whole.map_or(deadline, |whole| whole.min(deadline)))
    }

    /// Waits for an event, until `time` has passed or Terraform is interrupted.
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

    /// Reports the warnings of the API for this operation.
    pub fn report_warnings(&self, diagnostics: &mut Diagnostics) {
        for warning in self.client.warnings() {
            diagnostics.warn("Warning from the platform", warning);
        }
    }

    /// The platform's schema of a kind. None if it is not available; everything works without it, with fewer checks.
    pub async fn live(&self, resource: &ApiResource) -> Option<Arc<JsonSchema>> {
        self.client.schema(resource).await.ok()
    }
}
