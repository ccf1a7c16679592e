//! The life of a resource, written once for all kinds: validate, plan, create, update, read, delete,
//! import, move, upgrade; and its data source.

mod apply;
mod create;
mod data_source;
mod delete;
mod import;
mod kind;
mod model;
mod moved;
mod name;
mod outputs;
mod plan;
mod private;
mod read;
mod report;
mod spec;
#[cfg(test)]
mod tests;
mod update;
mod upgrade;
mod validate;
mod wait;

pub use apply::{Applied, ApplyRequest};
pub use data_source::read_data_source;
pub use import::Imported;
pub use kind::{Kind, NameRule, Output, Timeouts};
pub use model::Model;
pub use moved::MoveRequest;
pub use plan::{Namespace, Plan, PlanRequest};
pub use read::{ReadRequest, Refreshed};
pub use report::report;

use std::sync::Arc;

use crate::api::{Client, JsonSchema};

/// What an operation works with: the connection, and the right to stop.
#[derive(Clone)]
pub struct Session {
    /// The API.
    pub client: Client,
    /// Fires when Terraform asks to stop: waits end, what was reached is returned.
    pub stop: tokio::sync::watch::Receiver<bool>,
}

impl Session {
    /// The platform's schema of a kind, or none: everything works without it, with less checked.
    pub async fn live(&self, kind: &Kind) -> Option<Arc<JsonSchema>> {
        self.client.schema(&kind.resource).await.ok()
    }
}
