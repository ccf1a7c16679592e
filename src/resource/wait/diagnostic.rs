use std::time::Duration;

use super::outcome::WaitOutcome;
use crate::resource::diagnostics::rbac::TenantRole;
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::{OnWaitTimeout, Session};
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::Path;

/// Says how a wait ended, where it did not end as it should. The object is kept: the next apply goes on
/// waiting.
pub(crate) fn wait_outcome_diagnostic(
    resource_type: &ResourceType,
    session: &Session,
    seen: &Observed,
    ending: &WaitOutcome,
    elapsed: Duration,
    diagnostics: &mut Diagnostics,
) {
    let title = &resource_type.title;
    let id = id(&seen.object.namespace, &seen.object.name);
    if let Some(denied) = &seen.denied {
        denied_diagnostic(resource_type, &id, denied, diagnostics);
    }
    let mut fall_short = |summary: &str, detail: String| match session.on_wait_timeout {
        OnWaitTimeout::Warn => diagnostics.warn(summary, detail),
        OnWaitTimeout::Error => diagnostics.error(summary, detail),
    };
    let seconds = elapsed.as_secs_f64().round();
    match ending {
            WaitOutcome::Met => {}
            WaitOutcome::TimedOut { stopped: true, last } => diagnostics.warn(
                "Stopped Waiting",
                format!("The {title} `{id}` is written; the wait for it was stopped: {last}. The next apply goes on waiting."),
            ),
            WaitOutcome::TimedOut { stopped: false, last } => fall_short(
                "Not Ready in Time",
                format!(
                    "The {title} `{id}` is written and was not ready after {seconds} s: {last}.\n\nCorrect what \
                     the message names, or apply again to go on waiting; `timeouts` gives it longer."
                ),
            ),
            WaitOutcome::Overdue(last) => fall_short(
                "Not Ready in Time",
                format!("The {title} `{id}` is written and was not ready after {seconds} s: {last}."),
            ),
            WaitOutcome::Gone => diagnostics.error_at(
                &Path::of("name"),
                "Deleted Meanwhile",
                format!("The {title} `{id}` was written, and someone deleted it during the wait. Apply again to make it anew."),
            ),
            WaitOutcome::Failed(error) => {
                let detail = format!(
                    "The {title} `{id}` is written; whether it is ready could not be asked: {error}. The next \
                     apply goes on waiting."
                );
                // Who stops Terraform has not run out of time.
                if *session.stop.borrow() {
                    diagnostics.warn("Could Not Wait", detail);
                } else {
                    fall_short("Could Not Wait", detail);
                }
            }
        }
}

/// Says that some of what the platform made may not be read.
pub(crate) fn denied_diagnostic(
    resource_type: &ResourceType,
    id: &str,
    denied: &str,
    diagnostics: &mut Diagnostics,
) {
    diagnostics.warn(
            "Credentials Not Readable",
            format!(
                "What the platform made for the {} `{id}` may not be read: {denied}. The attributes that come \
                 from it are null. {}",
                resource_type.title,
                TenantRole::Use.advice(id)
            ),
        );
}
