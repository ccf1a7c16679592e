//! Scheduled steps, sorted by time.
use crate::store::Key;
use std::collections::BTreeMap;
use std::time::Instant;

/// A step of the controller for one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Set the finalizer.
    Finalizer,
    /// Report that Helm is running.
    Progress,
    /// End the install or upgrade, with success or failure.
    Finish,
    /// Retry a failed install or upgrade.
    Retry,
    /// Create the parts that appear only after Ready.
    Late,
    /// Report that the workloads are running.
    Operational,
    /// End the start or the shutdown of a virtual machine.
    Power,
    /// Complete the deletion.
    Gone,
    /// Delete an orphaned workload, identified by its own key.
    Sweep,
}

/// A step of an object. It is ignored if the object was replaced since.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) step: Step,
    pub(crate) key: Key,
    pub(crate) uid: String,
    pub(crate) generation: u64,
    /// The number of the job it belongs to; 0 if it belongs to none.
    pub(crate) job: u64,
}

/// Steps by time; steps with equal times in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    count: u64,
    steps: BTreeMap<(Instant, u64), Due>,
}

impl Queue {
    /// Adds a step.
    pub(crate) fn add(&mut self, at: Instant, due: Due) {
        self.count += 1;
        self.steps.insert((at, self.count), due);
    }

    /// Removes and returns the next due step.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Due> {
        let first = self
            .steps
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        Some(first.remove())
    }

    /// The time of the next step.
    pub(crate) fn next_time(&self) -> Option<Instant> {
        self.steps.first_key_value().map(|((at, _), _)| *at)
    }
}
