use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::api::{Condition, Object};

/// A write that the platform is not yet known to have taken up.
///
/// A write takes off the release's finalizer, and the controller puts it on again when it takes the write
/// up. Until then a DELETE removes the release and leaves everything that runs. `Ready` carries no generation.
/// Where the controller was still working on the generation before, it reports the end of that first, after
/// the write (measured on 0.41 and 1.6). So neither a higher version nor a first `Ready=True` proves anything
/// then: `Ready` has to settle and to change once more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PendingWrite {
    /// The version that the write gave the object.
    version: u64,
    /// The status of `Ready` at the write, or where it settled after it; empty where there was none.
    #[serde(skip_serializing_if = "String::is_empty")]
    status: String,
    /// When that status began, in whole seconds.
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    /// The status may be that of the generation before, reported after the write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_late: bool,
    /// Whether the controller had begun with the generation before is not known: there was no `Ready`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_unsure: bool,
    /// The controller had not begun at all: whatever `Ready` comes is the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_first: bool,
}

impl PendingWrite {
    /// Reads it back from the private state.
    pub(crate) fn read(stored: &Json) -> Option<PendingWrite> {
        serde_json::from_value(stored.clone()).ok()
    }

    /// For the private state.
    pub(crate) fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }

    /// A write that was answered with this object.
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

    /// The same write, of an object that nobody had touched since it was created, as far as a read told. Where
    /// the answer has a `Ready`, that read was old, and the controller had begun.
    pub(crate) fn into_first(self) -> PendingWrite {
        PendingWrite {
            is_first: self.status.is_empty(),
            ..self
        }
    }

    /// The same write, whose answer was lost: this is the first object read after it.
    pub(crate) fn seen_at(self, object: &Object) -> PendingWrite {
        PendingWrite {
            version: object.version(),
            ..self
        }
    }

    /// The version that the write gave the object.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Whether the controller was not working on the object when it was last looked at.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_first || is_settled(&self.status)
    }

    /// Whether the status is certainly the late one of the generation before.
    pub(crate) fn is_late(&self) -> bool {
        self.is_late && !self.is_unsure
    }

    /// Whether `Ready` as it is now answers the write. Called with each `Ready` seen after the write, in order.
    pub(crate) fn is_answered_by(&mut self, ready: Option<&Condition>) -> bool {
        let (status, since) = parts(ready);
        let has_changed = status != self.status || since != self.since;
        if !has_changed {
            return false;
        }
        if self.is_idle() {
            return true;
        }
        // From one `Unknown` to another leads only a settled status that nobody saw.
        let was_settled_between = !self.status.is_empty() && !is_settled(&status);
        self.is_late = is_settled(&status);
        (self.status, self.since) = (status, since);
        was_settled_between
    }

    /// Whether the object, read by itself, shows that the write was taken up. Where the controller was idle at
    /// the write, the finalizer that it puts on raises the version before anything else is seen.
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

/// Whether the controller is done for now: in between it is `Unknown`, and before it began there is none.
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

    /// What each look says, from the write on.
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
