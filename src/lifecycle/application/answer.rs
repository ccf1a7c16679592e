use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::pending::PendingWrite;
use crate::api::{Condition, Object};

/// When a change of the spec is to show: after this long, a `Ready` that did not move is the answer to it
/// (read in the platform's source: a release reacts within seconds, unless nothing is to be done).
const UNCHANGED_TIMEOUT: Duration = Duration::from_secs(45);

/// The same where the generation before ended after the write: then the change is certainly still to be
/// taken up, and only the controller's queue is in the way. By its interval it looks in any case.
const LATE: Duration = Duration::from_secs(300);

/// The `Ready` that answers a write.
pub(crate) struct Answer {
    /// The write; none once it was answered.
    pending: Option<PendingWrite>,
    /// Each `Ready` seen since, by the version that showed it: a read can be ahead of the stream, which then
    /// tells what was in between.
    seen: BTreeMap<u64, Condition>,
    /// Where that leads, and since when.
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

    /// Whether it has come just now: with what the stream showed since the last look, or with the newest
    /// object.
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

    /// Whether it was given, or will not be: nothing is to be done.
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

    /// A read can be ahead of the stream by all that lies between two looks.
    #[tokio::test(start_paused = true)]
    async fn what_the_stream_shows_late_is_looked_at_in_its_order() {
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
    async fn a_late_end_of_the_generation_before_is_waited_out_longer() {
        let mut answer = Answer::to(Some(&PendingWrite::of(&object(10, "Unknown", 1))));
        assert!(!answer.has_come(Vec::new(), &object(12, "True", 2)));
        tokio::time::advance(UNCHANGED_TIMEOUT + Duration::from_secs(1)).await;
        assert!(!answer.is_given());
        tokio::time::advance(LATE).await;
        assert!(answer.is_given());
    }

    /// Where the answer to a write was lost, the first object read after it may show the end already.
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
            // Its workloads tell of themselves all the time, with versions of their own.
            assert!(!answer.has_come(Vec::new(), &object(version, "True", 1)));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(answer.is_given());
    }
}
