use crate::api::Error;
use crate::value::Value;

/// What an apply waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// Nothing.
    Nothing,
    /// The object is ready.
    Ready,
    /// Its workloads are healthy as well.
    Workloads,
}

impl WaitFor {
    /// What the plan says; none where that is left to the kind.
    pub(crate) fn told(planned: &Value) -> Option<WaitFor> {
        planned
            .attribute("wait_for")
            .as_str()
            .map(|told| match told {
                "none" => WaitFor::Nothing,
                "ready" => WaitFor::Ready,
                _ => WaitFor::Workloads,
            })
    }
}

/// How a wait ended.
pub enum WaitOutcome {
    /// With what was waited for.
    Met,
    /// No time was left, or Terraform asked to stop; why it was not ready, in the platform's words.
    TimedOut {
        /// Terraform asked to stop.
        stopped: bool,
        /// Why it was not ready.
        last: String,
    },
    /// What is still missing would have come by now, and what to do about it.
    Overdue(String),
    /// The object disappeared.
    Gone,
    /// The API could not be asked.
    Failed(Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_tells_what_to_wait_for_or_leaves_it_to_the_kind() {
        let told = |text: &str| WaitFor::told(&Value::map([("wait_for", text.into())]));
        assert_eq!(told("none"), Some(WaitFor::Nothing));
        assert_eq!(told("ready"), Some(WaitFor::Ready));
        assert_eq!(told("workloads"), Some(WaitFor::Workloads));
        assert_eq!(
            WaitFor::told(&Value::map([("wait_for", Value::Null)])),
            None
        );
    }
}
