use crate::api::Error;
use crate::value::Value;

/// What an apply waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// Nothing.
    Nothing,
    /// The object is ready.
    Ready,
    /// The workloads are healthy as well.
    Workloads,
}

impl WaitFor {
    /// `wait_for` of the plan; none if it is not set, so that the default of the kind applies.
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

/// The outcome of a wait.
pub enum WaitOutcome {
    /// The condition was met.
    Met,
    /// The timeout expired or Terraform was interrupted.
    TimedOut {
        /// Whether Terraform was interrupted.
        stopped: bool,
        /// Why the object is not ready, as reported by the platform.
        last: String,
    },
    /// Missing dependents are not expected any more; with advice for the user.
    Overdue(String),
    /// The object will not become ready; with the platform's message.
    Unsuccessful(String),
    /// The object disappeared.
    Gone,
    /// A request failed.
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
