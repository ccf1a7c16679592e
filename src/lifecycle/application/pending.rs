use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::api::{Condition, Object};

/// A write that the platform may not have processed yet.
///
/// A write removes the finalizer of the release, and the controller sets it again when it processes the write. A DELETE
/// before that removes the release, but not its workloads. `Ready` has no observed generation. If the controller was
/// still working on the previous generation, it first reports the end of that, after the write (measured on 0.41 and
/// 1.6). In this case, neither a higher version nor the first `Ready=True` belongs to the write: `Ready` has to settle
/// and then change once more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PendingWrite {
    /// The version of the object after the write.
    version: u64,
    /// The status of `Ready` at the write, or where it settled after it; empty if there was none.
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    /// The transition time of that status, in whole seconds.
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    /// The message of a `Ready=True` seen since. It names the revision of the release, and so tells two apart that have
    /// the same second.
    #[serde(skip)]
    message: String,
    /// Whether the status may be that of the previous generation, reported after the write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_late: bool,
    /// Whether it is unknown if the controller had started with the previous generation, because there was no `Ready`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_unsure: bool,
    /// Whether the controller had not started yet, so that any `Ready` belongs to the write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_first: bool,
}

impl PendingWrite {
    /// Decodes it from the private data.
    pub(crate) fn read(stored: &Json) -> Option<PendingWrite> {
        serde_json::from_value(stored.clone()).ok()
    }

    /// Encodes it for the private data.
    pub(crate) fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }

    /// A write with this response.
    pub(crate) fn of(object: &Object) -> PendingWrite {
        let (status, since) = parts(object.condition("Ready").as_ref());
        PendingWrite {
            version: object.version(),
            is_unsure: status.is_empty(),
            status,
            since,
            ..PendingWrite::default()
        }
    }

    /// The same for an object that, by the last read, was not changed since it was created. If the response has a
    /// `Ready`, that read was stale and the controller had started.
    pub(crate) fn into_first(self) -> PendingWrite {
        PendingWrite {
            is_first: self.status.is_empty(),
            ..self
        }
    }

    /// The same for a write whose response was lost, with the first object that was read after it.
    pub(crate) fn seen_at(self, object: &Object) -> PendingWrite {
        PendingWrite {
            version: object.version(),
            ..self
        }
    }

    /// The version of the object after the write.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Whether the controller was idle when the object was last observed.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_first || is_settled(&self.status)
    }

    /// Whether the status is certainly that of the previous generation.
    pub(crate) fn is_late(&self) -> bool {
        self.is_late && !self.is_unsure
    }

    /// Whether the current `Ready` belongs to the write. Called with each observed `Ready` after the write, in order.
    pub(crate) fn is_answered_by(&mut self, ready: Option<&Condition>) -> bool {
        let (status, since) = parts(ready);
        let message = ready.filter(|ready| ready.status == "True");
        let message = message.map_or("", |ready| ready.message.as_str());
        let has_changed = status != self.status || since != self.since;
        if !has_changed {
            let is_another = !self.message.is_empty() && self.message != message;
            message.clone_into(&mut self.message);
            return is_another;
        }
        message.clone_into(&mut self.message);
        if self.is_idle() {
            return true;
        }
        // Between two different `Unknown` statuses, there was a settled one that was not observed.
        let was_settled_between = !self.status.is_empty() && !is_settled(&status);
        self.is_late = is_settled(&status);
        (self.status, self.since) = (status, since);
        was_settled_between
    }

    /// Whether a single read shows that the write was processed. If the controller was idle at the write, the version
    /// first changes when it sets the finalizer.
    pub(crate) fn is_taken_up(&mut self, object: &Object) -> bool {
        if object.version() < self.version {
            return false;
        }
        let has_finalizer = self.is_idle() && !self.is_late && object.version() > self.version;
        self.is_answered_by(object.condition("Ready").as_ref()) || has_finalizer
    }
}

fn parts(ready: Option<&Condition>) -> (String, String) {
    let parts = ready.map(|ready| (ready.status.clone(), ready.last_transition_time.clone()));
    parts.unwrap_or_default()
}

/// Whether the controller is idle: while it works the status is `Unknown`, and before it starts there is none.
fn is_settled(status: &str) -> bool {
    matches!(status, "True" | "False")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(version: u64, ready: Option<(&str, u32)>) -> Object {
        let conditions = ready.map(|(status, second)| {
            json!([{"type": "Ready", "status": status, "lastTransitionTime": format!("T{second}")}])
        });
        let status = json!({"conditions": conditions.unwrap_or_default()});
        Object {
            uid: "1".to_owned(),
            resource_version: version.to_string(),
            status: status.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        }
    }

    /// The result for each observation after the write.
    fn looks(all: &[(u64, Option<(&str, u32)>)]) -> Vec<bool> {
        let mut pending = PendingWrite::of(&object(all[0].0, all[0].1));
        let looks = all[1..].iter();
        looks
            .map(|(version, ready)| pending.is_taken_up(&object(*version, *ready)))
            .collect()
    }

    #[test]
    fn a_higher_version_of_an_idle_object_is_the_finalizer() {
        let ready = Some(("True", 1));
        assert_eq!(looks(&[(7, ready), (7, ready), (8, ready)]), [false, true]);
    }

    #[test]
    fn the_late_status_of_the_generation_before_proves_nothing() {
        let all = [
            (7, Some(("Unknown", 1))),
            (8, Some(("Unknown", 1))),
            (9, Some(("True", 2))),
            (10, Some(("True", 2))),
            (11, Some(("Unknown", 2))),
        ];
        assert_eq!(looks(&all), [false, false, false, true]);
    }

    #[test]
    fn a_first_failure_of_the_generation_before_proves_nothing_either() {
        let all = [
            (7, None),
            (8, Some(("Unknown", 1))),
            (9, Some(("False", 2))),
            (10, Some(("True", 3))),
        ];
        assert_eq!(looks(&all), [false, false, true]);
    }

    #[test]
    fn a_status_nobody_saw_is_told_by_the_time_of_the_next() {
        let all = [(7, Some(("Unknown", 1))), (9, Some(("Unknown", 4)))];
        assert_eq!(looks(&all), [true]);
    }

    #[test]
    fn any_status_of_an_object_that_nobody_had_touched_is_the_answer() {
        let mut pending = PendingWrite::of(&object(7, None)).into_first();
        assert!(!pending.is_taken_up(&object(7, None)));
        assert!(pending.is_taken_up(&object(9, Some(("Unknown", 1)))));
    }

    #[test]
    fn an_old_read_does_not_make_it_the_first_write() {
        let mut pending = PendingWrite::of(&object(7, Some(("Unknown", 1)))).into_first();
        assert!(!pending.is_taken_up(&object(9, Some(("True", 2)))));
        assert!(pending.is_taken_up(&object(11, Some(("Unknown", 3)))));
    }

    #[test]
    fn a_stale_read_proves_nothing() {
        let all = [(7, Some(("True", 2))), (6, Some(("True", 1)))];
        assert_eq!(looks(&all), [false]);
    }
}
