use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::ending::Ending;
use super::model::Model;
use super::seen::Seen;
use super::wait::{WaitFor, Written, wait};
use super::wait_parts::wait_for_parts;
use crate::api::Object;
use crate::schema::{Diagnostics, Usage, duration, leave_out};
use crate::value::Value;

/// What a look that begins when the time for a wait is up may still take: it says what is missing.
const LAST_LOOK: Duration = Duration::from_secs(5);

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
    pub(super) fn state_of(&self, planned: &Value, seen: &Seen) -> Value {
        let mut reported = planned.clone();
        self.put_outputs(&mut reported, seen);
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

    /// A state without what the platform reports: what can be written where that cannot.
    pub fn without_outputs(&self, state: &Value) -> Value {
        let mut state = state.clone();
        leave_out(&self.resource, &mut state, &|attribute| {
            attribute.usage == Usage::Computed && attribute.name != "id"
        });
        state
    }

    /// Waits for the effect of a write and tells how it ended. An object that is not ready in time is kept:
    /// the state says so, and the next apply goes on waiting.
    pub(super) async fn settle(
        &self,
        session: &Session,
        planned: &Value,
        mut written: Written,
        deadline: Instant,
        applied: &mut Applied,
    ) {
        let session = &session.within(deadline + LAST_LOOK);
        let wait_for = WaitFor::of(planned, self.kind, &written.object);
        let started = Instant::now();
        // The stream of changes shows no spec, and which parts there are is to be read from it.
        let spec = std::mem::take(&mut written.object.spec);
        let (object, mut ending) = wait(session, self.kind, &mut written, wait_for, deadline).await;
        let mut seen = Seen::alone(Object { spec, ..object });
        if wait_for != WaitFor::Nothing && self.asks_for_parts(planned, session.stores_credentials)
        {
            let whole = wait_for == WaitFor::Workloads;
            let parts = wait_for_parts(session, self.kind, &mut seen, &mut ending, whole, deadline);
            parts.await;
        }
        self.report_ending(
            session,
            &seen,
            &ending,
            started.elapsed(),
            &mut applied.diagnostics,
        );
        written.private.waiting = !matches!(ending, Ending::Met | Ending::Gone);
        applied.state = self.state_of(planned, &seen);
        applied.private = written.private.to_bytes();
    }
}
