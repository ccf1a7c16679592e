use std::time::Duration;

use super::outcome::WaitOutcome;
use crate::resource::diagnostics::error::capitalised;
use crate::resource::diagnostics::rbac::TenantRole;
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::{OnWaitTimeout, Session};
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::Path;

/// Reports the outcome of a wait that did not succeed. The object is kept in the state, and the next apply continues to
/// wait.
pub(crate) fn wait_outcome_diagnostic(
    resource_type: &ResourceType,
    session: &Session,
    seen: &Observed,
    ending: &WaitOutcome,
    elapsed: Duration,
    diagnostics: &mut Diagnostics,
) {
    let id = id(&seen.object.namespace, &seen.object.name);
    if let Some(denied) = &seen.denied {
        denied_diagnostic(resource_type, &id, denied, diagnostics);
    }
    let title = capitalised(&resource_type.title);
    let not_ready = format!("{title} {id} is not ready after {}", shown(elapsed));
    let kept = "The change was written and is kept in the state";
    let mut timeout = |summary: String, detail: String| match session.on_wait_timeout {
        OnWaitTimeout::Warn => diagnostics.warn(summary, detail),
        OnWaitTimeout::Error => diagnostics.error(summary, detail),
    };
    match ending {
        WaitOutcome::Met => {}
        WaitOutcome::TimedOut {
            stopped: true,
            last,
        } => diagnostics.warn(
            format!("Interrupted while waiting for {} {id}", resource_type.title),
            format!("{kept}. Last status: {last}. The next apply continues to wait."),
        ),
        WaitOutcome::TimedOut {
            stopped: false,
            last,
        } => timeout(
            not_ready,
            format!(
                "{kept}. Last status: {last}.\n\nThe next apply continues to wait. Correct what the status names, or \
                 raise `timeouts`. Set `on_wait_timeout` of the provider to choose between a warning and an error."
            ),
        ),
        WaitOutcome::Overdue(last) => timeout(not_ready, format!("{kept}. Last status: {last}.")),
        WaitOutcome::Unsuccessful(message) => diagnostics.error(
            format!("{title} {id} failed"),
            format!(
                "The platform reports: {message}\n\nThe platform does not try again by itself. If this apply created it, \
                 Terraform marks the resource as tainted, and the next apply deletes the object and tries again; \
                 otherwise run `terraform apply -replace=ADDRESS`. Correct the cause first, or remove the resource."
            ),
        ),
        WaitOutcome::Gone => diagnostics.error_at(
            &Path::of("name"),
            format!("{title} {id} was deleted during the apply"),
            "It was written, and then deleted outside of this configuration. Run `terraform apply` again to create it.",
        ),
        WaitOutcome::Failed(error) => {
            let summary = format!("Could not wait for {} {id}", resource_type.title);
            let detail = format!(
                "{kept}, but its status could not be read: {error}. The next apply continues to wait."
            );
            // An interrupt is not a timeout.
            if *session.stop.borrow() {
                diagnostics.warn(summary, detail);
            } else {
                timeout(summary, detail);
            }
        }
    }
}

/// A duration in the format of `timeouts`: `45s`, `20m`, `1h5m`.
pub(crate) fn shown(elapsed: Duration) -> String {
    let seconds = (elapsed + Duration::from_millis(500)).as_secs();
    let parts = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let parts = parts.iter().filter(|(amount, _)| *amount > 0);
    let text: String = parts
        .map(|(amount, unit)| format!("{amount}{unit}"))
        .collect();
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// Warns that some dependents of the object are forbidden.
pub(crate) fn denied_diagnostic(
    resource_type: &ResourceType,
    id: &str,
    denied: &str,
    diagnostics: &mut Diagnostics,
) {
    diagnostics.warn(
            format!("Permission denied: cannot read the credentials of {id}"),
            format!(
                "The platform refused to show what it created for this {}: {denied}. The attributes that come from it are \
                 null. {}",
                resource_type.title,
                TenantRole::Use.advice(id)
            ),
        );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_units_of_timeouts() {
        let of = |seconds| shown(Duration::from_secs(seconds));
        assert_eq!(
            [of(0), of(45), of(1200), of(3905)],
            ["0s", "45s", "20m", "1h5m5s"]
        );
        assert_eq!(shown(Duration::from_millis(1600)), "2s");
    }
}
