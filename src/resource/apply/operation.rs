use std::time::Duration;

use tokio::time::Instant;

use super::create::create;
use super::delete::destroy;
use super::update::update;
use crate::api::Object;
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::reported::{asks_for_parts, put_outputs};
use crate::resource::wait::dependents::wait_for_parts;
use crate::resource::wait::outcome::{WaitOutcome, wait_outcome_diagnostic};
use crate::resource::wait::waiter::{WaitFor, Written, wait};
use crate::schema::{Diagnostics, Usage, duration, nullify};
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
pub(crate) enum Operation {
    Create,
    Update,
    Delete,
}

/// Applies a plan: creates, updates or destroys.
pub async fn apply(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    if request.planned.is_null() {
        destroy(resource_type, session, request).await
    } else if request.prior.is_null() {
        create(resource_type, session, request).await
    } else {
        update(resource_type, session, request).await
    }
}

/// When the operation gives up: `timeouts` of the plan or, to delete, of the state.
pub(crate) fn operation_deadline(
    resource_type: &ResourceType,
    values: &Value,
    operation: Operation,
) -> Instant {
    let (name, minutes) = match operation {
        Operation::Create => ("create", resource_type.timeouts.create),
        Operation::Update => ("update", resource_type.timeouts.update),
        Operation::Delete => ("delete", resource_type.timeouts.delete),
    };
    let given = values.attribute("timeouts").attribute(name).as_str();
    let given = given.and_then(|text| duration(text)?.try_into().ok());
    Instant::now() + given.unwrap_or(Duration::from_secs(60 * u64::from(minutes)))
}

/// The state after a write: what was planned, and where the plan left that open, what the platform
/// reports.
pub(crate) fn state_after_apply(
    resource_type: &ResourceType,
    planned: &Value,
    seen: &Observed,
) -> Value {
    let mut reported = planned.clone();
    put_outputs(resource_type, &mut reported, seen);
    Value::map(resource_type.schema.attributes.iter().map(|attribute| {
        let planned = planned.attribute(&attribute.name);
        let open = planned.is_unknown();
        let value = if open {
            reported.attribute(&attribute.name)
        } else {
            planned
        };
        (attribute.name.clone(), value.clone())
    }))
}

/// A state without what the platform reports: what can be written where that cannot.
pub fn without_outputs(resource_type: &ResourceType, state: &Value) -> Value {
    let mut state = state.clone();
    nullify(&resource_type.schema, &mut state, &|attribute| {
        attribute.usage == Usage::Computed && attribute.name != "id"
    });
    state
}

/// Waits for the effect of a write and tells how it ended. An object that is not ready in time is kept:
/// the state says so, and the next apply goes on waiting.
pub(crate) async fn wait_and_record(
    resource_type: &ResourceType,
    session: &Session,
    planned: &Value,
    mut written: Written,
    deadline: Instant,
    applied: &mut Applied,
) {
    let session = &session.within(deadline + LAST_LOOK);
    let wait_for = WaitFor::of(planned, resource_type, &written.object);
    let started = Instant::now();
    // The stream of changes shows no spec, and which parts there are is to be read from it.
    let spec = std::mem::take(&mut written.object.spec);
    let (object, mut ending) = wait(session, resource_type, &mut written, wait_for, deadline).await;
    let mut seen = Observed::alone(Object { spec, ..object });
    if wait_for != WaitFor::Nothing
        && asks_for_parts(resource_type, planned, session.stores_credentials)
    {
        let whole = wait_for == WaitFor::Workloads;
        let parts = wait_for_parts(
            session,
            resource_type,
            &mut seen,
            &mut ending,
            whole,
            deadline,
        );
        parts.await;
    }
    wait_outcome_diagnostic(
        resource_type,
        session,
        &seen,
        &ending,
        started.elapsed(),
        &mut applied.diagnostics,
    );
    written.private.waiting = !matches!(ending, WaitOutcome::Met | WaitOutcome::Gone);
    applied.state = state_after_apply(resource_type, planned, &seen);
    applied.private = written.private.to_bytes();
}
