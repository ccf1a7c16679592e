//! The life of a resource, written once for all kinds: validate, plan, create, update, read, delete,
//! import, move, upgrade; and its data source.

mod apply;
mod change;
mod create;
mod data_source;
mod declared_outputs;
mod delete;
mod ending;
mod ephemeral;
mod generate;
mod identity;
mod import;
mod in_use;
mod journal;
mod kind;
mod model;
mod moved;
mod name;
mod needs;
mod outputs;
mod pending;
mod plan;
mod private;
mod protection;
mod read;
mod reconcile;
mod report;
mod rights;
mod seen;
mod spec;
#[cfg(test)]
mod tests;
mod update;
mod upgrade;
mod validate;
mod wait;
mod wait_parts;

pub use apply::{Applied, ApplyRequest};
pub use data_source::read_data_source;
pub use declared_outputs::{Observe, Output, OutputSet, Outputs, Planned};
pub use ephemeral::Ephemeral;
pub use hikube_derive::Outputs;
pub use identity::{identity, identity_of, upgrade_identity};
pub use import::Imported;
pub use journal::Journal;
pub use kind::{Kind, Late, NameRule, Needs, Part, Timeouts, UsedBy};
pub use model::Model;
pub use moved::MoveRequest;
pub use plan::{Namespace, Plan, PlanRequest};
pub use private::is_imported;
pub use read::{ReadRequest, Refreshed};
pub use seen::Seen;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::{Client, JsonSchema};

/// What an operation works with: the connection, and the right to stop.
#[derive(Clone)]
pub struct Session {
    /// The API.
    pub client: Client,
    /// Fires when Terraform asks to stop: waits end, what was reached is returned.
    pub stop: tokio::sync::watch::Receiver<bool>,
    /// What a wait that runs out of time is.
    pub on_wait_timeout: OnWaitTimeout,
    /// Whether credentials are kept in the state where a resource does not say.
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
    fn add(&self, uid: &str) {
        self.uids().insert(uid.to_owned());
    }

    fn has(&self, uid: &str) -> bool {
        self.uids().contains(uid)
    }

    fn uids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it is when an object is not ready in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnWaitTimeout {
    /// A warning: the apply succeeds, and the next one goes on waiting.
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
    fn for_at_most(&self, time: std::time::Duration) -> Session {
        let deadline = tokio::time::Instant::now() + time;
        let whole = self.client.deadline();
        self.within(whole.map_or(deadline, |whole| whole.min(deadline)))
    }

    /// Waits for an event, but for no longer than `time`, and not once Terraform asks to stop.
    async fn wait_for(&self, event: impl Future<Output = ()>, time: std::time::Duration) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = event => {}
            () = tokio::time::sleep(time) => {}
            Ok(_) = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// The platform's schema of a kind, or none: everything works without it, with less checked.
    pub async fn live(&self, kind: &Kind) -> Option<Arc<JsonSchema>> {
        self.client.schema(&kind.resource).await.ok()
    }
}
