use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::model::Model;
use super::private::Private;
use super::wait::{Ending, WaitFor, Written, wait};
use crate::api::Object;
use crate::schema::{Diagnostics, duration};
use crate::value::{Path, Value};

/// What to apply.
pub struct ApplyRequest<'a> {
    /// The state before; null to create.
    pub prior: &'a Value,
    /// What was planned; null to destroy.
    pub planned: &'a Value,
    /// The configuration, wholly known; null to destroy.
    pub config: &'a Value,
    /// What the provider remembers of the object.
    pub private: &'a [u8],
}

/// What an apply reached. After an error the state is what is true: an object that was made is in it.
#[derive(Debug, Default)]
pub struct Applied {
    /// The state now; null where there is no object.
    pub state: Value,
    /// What the provider shall remember.
    pub private: Vec<u8>,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// What an operation of an apply may wait for in all.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    Create,
    Update,
    Delete,
}

impl Model {
    /// Applies a plan: creates, updates or destroys.
    pub async fn apply(&self, session: &Session, request: &ApplyRequest<'_>) -> Applied {
        if request.planned.is_null() {
            self.delete(session, request).await
        } else if request.prior.is_null() {
            self.create(session, request).await
        } else {
            self.update(session, request).await
        }
    }

    /// When the operation gives up: `timeouts` of the plan or, to delete, of the state.
    pub(super) fn deadline(&self, values: &Value, operation: Operation) -> Instant {
        let (name, minutes) = match operation {
            Operation::Create => ("create", self.kind.timeouts.create),
            Operation::Update => ("update", self.kind.timeouts.update),
            Operation::Delete => ("delete", self.kind.timeouts.delete),
        };
        let given = values.attribute("timeouts").attribute(name).as_str();
        let given = given.and_then(|text| duration(text)?.try_into().ok());
        Instant::now() + given.unwrap_or(Duration::from_secs(60 * u64::from(minutes)))
    }

    /// The state after a write: what was planned, and where the plan left that open, what the platform
    /// reports.
    pub(super) fn state_of(&self, planned: &Value, object: &Object) -> Value {
        let mut reported = planned.clone();
        self.put_outputs(&mut reported, object);
        Value::map(self.resource.attributes.iter().map(|attribute| {
            let planned = planned.attribute(attribute.name);
            let open = planned.is_unknown();
            let value = if open {
                reported.attribute(attribute.name)
            } else {
                planned
            };
            (attribute.name, value.clone())
        }))
    }

    /// Waits for the effect of a write and tells how it ended. An object that is not ready in time is kept:
    /// the state says so, and the next apply goes on waiting.
    pub(super) async fn settle(
        &self,
        session: &Session,
        planned: &Value,
        written: Written,
        deadline: Instant,
        applied: &mut Applied,
    ) {
        let started = Instant::now();
        // The version of the write: an event of the object's workloads carries one of its own.
        let remembered = Private::of(&written.object);
        let (object, ending) =
            wait(session, self.kind, written, WaitFor::of(planned), deadline).await;
        let title = self.kind.title;
        let id = super::outputs::id(&object.namespace, &object.name);
        let elapsed = started.elapsed().as_secs();
        let mut private = remembered;
        match ending {
            Ending::Met => {}
            Ending::Unmet { stopped: true, .. } => {
                private.waiting = true;
                applied.diagnostics.warn(
                    "Stopped Waiting",
                    format!("The {title} `{id}` is written; the wait for it was stopped. The next apply goes on waiting."),
                );
            }
            Ending::Unmet { stopped: false, last } => {
                private.waiting = true;
                applied.diagnostics.warn(
                    "Not Ready in Time",
                    format!(
                        "The {title} `{id}` is written and was not ready after {elapsed} s: {last}.\n\nThe platform \
                         goes on trying. Correct what the message names, or apply again to go on waiting; \
                         `timeouts` gives it longer."
                    ),
                );
            }
            Ending::Gone => applied.diagnostics.error_at(
                &Path::of("name"),
                "Deleted Meanwhile",
                format!("The {title} `{id}` was written, and someone deleted it during the wait. Apply again to make it anew."),
            ),
            Ending::Failed(error) => {
                private.waiting = true;
                applied.diagnostics.warn(
                    "Could Not Wait",
                    format!(
                        "The {title} `{id}` is written; whether it is ready could not be asked: {error}. The next \
                         apply goes on waiting."
                    ),
                );
            }
        }
        applied.state = self.state_of(planned, &object);
        applied.private = private.to_bytes();
    }
}
