use std::time::Duration;

use tokio::time::Instant;

use super::request::Applied;
use crate::api::Object;
use crate::resource::lifecycle::Written;
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::reported::{asks_for_parts, state_after_apply};
use crate::resource::wait::dependents::wait_for_parts;
use crate::resource::wait::diagnostic::wait_outcome_diagnostic;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::value::Value;

/// The time for a final read after the timeout of a wait, which finds what is missing.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Waits for the effect of a write and reports the outcome. An object that is not ready in time is kept in the state,
/// and the next apply continues to wait.
pub(crate) async fn wait_and_record(
    resource_type: &ResourceType,
    session: &Session,
    planned: &Value,
    mut written: Written,
    deadline: Instant,
    applied: &mut Applied,
) {
    let session = &session.within(deadline + LAST_LOOK);
    let told = WaitFor::told(planned);
    let wait_for = told.unwrap_or_else(|| (resource_type.waits_for)(&written.object));
    let started = Instant::now();
    // The watch has no spec, which determines the dependents.
    let spec = written.object.spec.clone();
    let (namespace, name) = (
        written.object.namespace.clone(),
        written.object.name.clone(),
    );
    let target = resource_type.object(&namespace, &name);
    let waited = resource_type
        .lifecycle
        .wait(session, target, &mut written, wait_for, deadline);
    let (object, mut ending) = waited.await;
    let mut seen = Observed::alone(Object { spec, ..object });
    if wait_for != WaitFor::Nothing
        && asks_for_parts(resource_type, planned, session.stores_credentials)
    {
        let whole = told != Some(WaitFor::Ready);
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
