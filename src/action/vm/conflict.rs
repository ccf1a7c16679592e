use super::wait::Goal;
use crate::api::Pod;

/// What a 409 means for a request to change the power of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// The goal is reached already, or will be without the request.
    Expected,
    /// The machine does not run.
    NotRunning,
    /// The run strategy does not permit the request.
    Strategy,
    /// Another change came at the same time.
    Concurrent,
}

/// Interprets the message of KubeVirt, with the pods of the machine if they can be listed.
pub(super) fn interpret(goal: Goal, message: &str, pods: Option<&[Pod]>) -> Conflict {
    let mentions = |phrase: &str| message.to_lowercase().contains(phrase);
    let not_running = mentions("not running");
    // A machine that is being stopped accepts only a shorter grace period.
    let is_stopping = mentions("graceperiod");
    let no_pod_is_left = pods.is_some_and(|pods| pods.iter().all(Pod::has_ended));
    match goal {
        Goal::Running if mentions("already running") => Conflict::Expected,
        Goal::Stopped if not_running || is_stopping || no_pod_is_left => Conflict::Expected,
        // The strategy is that of the machine, which a stop changes to `Halted`.
        Goal::Restarted if not_running || mentions("halted") => Conflict::NotRunning,
        // `Always` starts the machine itself.
        Goal::Running if mentions("always does not support") => Conflict::Expected,
        _ if mentions("does not support") => Conflict::Strategy,
        _ => Conflict::Concurrent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages of KubeVirt 1.5 to 1.8 (read in its source).
    #[test]
    fn each_message_of_kubevirt_is_understood() {
        let running = [Pod {
            phase: "Running".to_owned(),
            ..Pod::default()
        }];
        for (goal, message, pods, expected) in [
            (
                Goal::Running,
                "VM is already running",
                Some(&running[..]),
                Conflict::Expected,
            ),
            (
                Goal::Running,
                "VM is already running",
                None,
                Conflict::Expected,
            ),
            (
                Goal::Running,
                "Always does not support manual start requests",
                Some(&[][..]),
                Conflict::Expected,
            ),
            (
                Goal::Running,
                "Once does not support manual start requests",
                Some(&[]),
                Conflict::Strategy,
            ),
            (
                Goal::Running,
                "RerunOnFailure does not support starting VM from failed state",
                Some(&[]),
                Conflict::Strategy,
            ),
            (
                Goal::Stopped,
                "VM is not running",
                Some(&[]),
                Conflict::Expected,
            ),
            (Goal::Stopped, "VM is not running", None, Conflict::Expected),
            (
                Goal::Stopped,
                "Halted only supports manual stop requests with a shorter graceperiod",
                Some(&running),
                Conflict::Expected,
            ),
            (
                Goal::Restarted,
                "VM is not running: Halted",
                Some(&[]),
                Conflict::NotRunning,
            ),
            (
                Goal::Restarted,
                "RunStategy Halted does not support manual restart requests",
                Some(&[]),
                Conflict::NotRunning,
            ),
            (
                Goal::Restarted,
                "RunStategy Halted does not support manual restart requests",
                Some(&running),
                Conflict::NotRunning,
            ),
            (
                Goal::Restarted,
                "RunStategy Once does not support manual restart requests",
                Some(&running),
                Conflict::Strategy,
            ),
            (
                Goal::Stopped,
                "the server rejected our request: test failed",
                Some(&running),
                Conflict::Concurrent,
            ),
        ] {
            assert_eq!(
                interpret(goal, message, pods),
                expected,
                "{goal:?} {message}"
            );
        }
    }
}
