use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::pending::PendingWrite;
use crate::api::{Condition, Object};

/// The time after which an unchanged `Ready` belongs to the write (read in the platform's source: a release is
/// processed within seconds, unless there is nothing to do).
const UNCHANGED_TIMEOUT: Duration = Duration::from_secs(45);

/// The same if the previous generation ended after the write. The write is then certainly not processed yet and waits
/// in the controller's queue, at most until the controller's periodic reconciliation.
const LATE: Duration = Duration::from_secs(300);

/// Finds the `Ready` that belongs to a write.
pub(crate) struct Answer {
    /// The write; none after its `Ready` was found.
    pending: Option<PendingWrite>,
    /// Each `Ready` observed since, by version. A read can be ahead of the watch, which later shows the versions
    /// between.
    seen: BTreeMap<u64, Condition>,
    /// The last status, and since when.
    now: PendingWrite,
    since: Instant,
}

impl Answer {
    pub(crate) fn to(pending: Option<&PendingWrite>) -> Answer {
        Answer {
            pending: pending.cloned(),
            seen: BTreeMap::new(),
            now: pending.cloned().unwrap_or_default(),
            since: Instant::now(),
        }
    }

    /// Whether it was found now, in the watch since the last call or in the latest object.
    pub(crate) fn has_come(&mut self, history: Vec<(u64, Condition)>, newest: &Object) -> bool {
        let Some(pending) = &self.pending else {
            return false;
        };
        let newest = newest
            .condition("Ready")
            .map(|ready| (newest.version(), ready));
        let count = self.seen.len();
        let later = history.into_iter().chain(newest);
        self.seen
            .extend(later.filter(|(version, _)| *version >= pending.version()));
        if self.seen.len() == count {
            return false;
        }
        let mut now = pending.clone();
        let mut seen = self.seen.values();
        let is_answered = seen.any(|ready| now.is_answered_by(Some(ready)));
        if self.now != now {
            (self.now, self.since) = (now, Instant::now());
        }
        if is_answered {
            self.pending = None;
        }
        is_answered
    }

    /// Whether it was found, or is not expected because there is nothing to do.
    pub(crate) fn is_given(&self) -> bool {
        let longest = if self.now.is_late() {
            LATE
        } else {
            UNCHANGED_TIMEOUT
        };
        self.pending.is_none() || self.now.is_idle() && self.since.elapsed() > longest
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(version: u64, status: &str, second: u32) -> Object {
        let ready =
            json!([{"type": "Ready", "status": status, "lastTransitionTime": second.to_string()}]);
        let status = json!({ "conditions": ready });
        Object {
            resource_version: version.to_string(),
            status: status.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        }
    }

    fn shown(all: &[(u64, &str, u32)]) -> Vec<(u64, Condition)> {
        let ready = |(version, status, second): &(u64, &str, u32)| {
            let ready = object(*version, status, *second).condition("Ready");
            (*version, ready.expect("Ready"))
        };
        all.iter().map(ready).collect()
    }

    /// A read can be ahead of the watch by everything between two calls.
    #[tokio::test(start_paused = true)]
    async fn late_watch_events_are_processed_in_order() {
        let written = object(10, "Unknown", 1);
        let mut answer = Answer::to(Some(&PendingWrite::of(&written)));
        let newest = object(15, "True", 2);
        assert!(!answer.has_come(Vec::new(), &newest));
        assert!(!answer.is_given());
        let all = [
            (9, "True", 0),
            (10, "Unknown", 1),
            (12, "True", 2),
            (13, "Unknown", 2),
            (15, "True", 2),
        ];
        assert!(answer.has_come(shown(&all), &newest));
        assert!(answer.is_given());
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_end_of_the_previous_generation_has_a_longer_timeout() {
        let mut answer = Answer::to(Some(&PendingWrite::of(&object(10, "Unknown", 1))));
        assert!(!answer.has_come(Vec::new(), &object(12, "True", 2)));
        tokio::time::advance(UNCHANGED_TIMEOUT + Duration::from_secs(1)).await;
        assert!(!answer.is_given());
        tokio::time::advance(LATE).await;
        assert!(answer.is_given());
    }

    /// A watch can miss what is between two results within a second. Their messages have different revisions.
    #[tokio::test(start_paused = true)]
    async fn a_later_revision_within_the_same_second_is_the_answer() {
        let revision = |version, revision: u32| {
            let mut object = object(version, "True", 2);
            let ready = &mut object.status["conditions"][0];
            ready["message"] = format!("Helm upgrade succeeded for release a.v{revision}").into();
            object
        };
        let mut answer = Answer::to(Some(&PendingWrite::of(&object(10, "Unknown", 1))));
        assert!(!answer.has_come(Vec::new(), &revision(12, 2)));
        assert!(!answer.has_come(Vec::new(), &revision(13, 2)));
        assert!(answer.has_come(Vec::new(), &revision(15, 3)));
        assert!(answer.is_given());
    }

    /// If the response to a write was lost, the first object read after it may already have the final status.
    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_can_be_behind_already() {
        let pending = PendingWrite::of(&object(7, "True", 1));
        let newest = object(11, "True", 3);
        let mut answer = Answer::to(Some(&pending.seen_at(&newest)));
        assert!(answer.has_come(Vec::new(), &newest));
        assert!(answer.is_given());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nothing_answers_is_settled_after_a_while() {
        let ready = object(10, "True", 1);
        let mut answer = Answer::to(Some(&PendingWrite::of(&ready)));
        for version in 11..60 {
            // Its workloads cause events with versions of their own.
            assert!(!answer.has_come(Vec::new(), &object(version, "True", 1)));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(answer.is_given());
    }
}
