use serde_json::Value as Json;

use crate::redaction::redacted_beginning;

/// A condition in the status of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Its type, such as `Ready`, `Released` or `WorkloadsReady`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// The reason, one word.
    pub reason: String,
    /// The message, a sentence.
    pub message: String,
    /// When `status` last changed, in whole seconds.
    pub last_transition_time: String,
}

impl Condition {
    /// Whether the other one has the same status, without a transition in between. Times are whole seconds: two of the
    /// same second differ in their message, which names the revision of the release.
    pub(crate) fn has_same_transition(&self, other: &Condition) -> bool {
        let is_same =
            self.status == other.status && self.last_transition_time == other.last_transition_time;
        is_same && (self.status != "True" || self.message == other.message)
    }

    /// The length of its texts in bytes.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.kind, &self.status, &self.reason, &self.message];
        let length: usize = texts.iter().map(|text| text.len()).sum();
        length + self.last_transition_time.len()
    }

    /// The same as JSON, with each text cut to a length.
    pub(crate) fn truncated(&self, max: usize) -> Json {
        let short = |text: &str| redacted_beginning(text, max);
        serde_json::json!({
            "type": short(&self.kind),
            "status": short(&self.status),
            "reason": short(&self.reason),
            "message": short(&self.message),
            "lastTransitionTime": short(&self.last_transition_time),
        })
    }

    pub(crate) fn from_json(json: &Json) -> Condition {
        let text = |name: &str| {
            json.get(name)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Condition {
            kind: text("type"),
            status: text("status"),
            reason: text("reason"),
            message: text("message"),
            last_transition_time: text("lastTransitionTime"),
        }
    }
}
