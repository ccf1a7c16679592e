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
    /// What the plan says; without that everything, or nothing where the object waits for things that are created
    /// later.
    pub(crate) fn of(planned: &Value, waits_by_default: bool) -> WaitFor {
        match planned.attribute("wait_for").as_str() {
            Some("none") => WaitFor::Nothing,
            Some("ready") => WaitFor::Ready,
            None if !waits_by_default => WaitFor::Nothing,
            _ => WaitFor::Workloads,
        }
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
