//! What is to happen later, in the order of its time.
use crate::store::Key;
use std::collections::BTreeMap;
use std::time::Instant;

/// A step of the controller for one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Put the finalizer back on.
    Finalizer,
    /// Say that Helm is at work.
    Progress,
    /// End the install or upgrade, well or badly.
    Finish,
    /// Try again what failed.
    Retry,
    /// Bring what comes only after Ready.
    Late,
    /// Say that the workloads run.
    Operational,
    /// End the deletion.
    Gone,
    /// End a workload that stayed behind; the key is its own.
    Sweep,
}

/// A step with the object it is for. It is void when the object has been replaced since.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) step: Step,
    pub(crate) key: Key,
    pub(crate) uid: String,
    pub(crate) generation: u64,
    /// The number of the job it belongs to; 0 where it belongs to none.
    pub(crate) job: u64,
}

/// Steps by time; those of the same time in the order they came.
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

    /// Takes the next step whose time has come.
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
