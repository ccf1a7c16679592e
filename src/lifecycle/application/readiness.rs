use crate::api::{Condition, Object};
use crate::resource::wait::outcome::WaitFor;

/// Whether the object satisfies `wait_for`.
pub(crate) fn is_met(wait_for: WaitFor, object: &Object) -> bool {
    match wait_for {
        WaitFor::Nothing => true,
        WaitFor::Ready => object
            .condition("Ready")
            .is_some_and(|ready| ready.status == "True"),
        WaitFor::Workloads => is_ready(object),
    }
}

/// Installed, and no workload is reported as failed.
pub(crate) fn is_ready(object: &Object) -> bool {
    let is_true = |condition: Condition| condition.status == "True";
    object.condition("Ready").is_some_and(is_true)
        && object.condition("WorkloadsReady").is_none_or(is_true)
}

/// The last reported status of an object that is waited for.
pub(crate) fn state_text(object: &Object) -> String {
    let not_true = object.conditions().into_iter().find(|condition| {
        matches!(condition.kind.as_str(), "Ready" | "WorkloadsReady") && condition.status != "True"
    });
    match not_true {
        Some(condition) => {
            format!(
                "{} is {} ({}): {}",
                condition.kind, condition.status, condition.reason, condition.message
            )
        }
        None if object.conditions().is_empty() => {
            "the platform has not processed it yet".to_owned()
        }
        None => "the platform has not reacted to the change yet".to_owned(),
    }
}
