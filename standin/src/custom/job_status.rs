//! The status of jobs, and the applications they refer to.
use crate::custom::backups::status_schema;
use crate::custom::objects::CustomKey;
use crate::object::{now, time};
use crate::store::{Key, World};
use serde_json::{Value, json};

/// The schema of a job's status.
pub(super) fn job_status_schema() -> Value {
    let mut schema = status_schema();
    let text = json!({"type": "string"});
    let date = json!({"type": "string", "format": "date-time"});
    for name in ["phase", "message"] {
        schema["properties"][name] = text.clone();
    }
    for name in ["startedAt", "completedAt"] {
        schema["properties"][name] = date.clone();
    }
    schema
}

/// An application in a reference, whose group may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) group: String,
    pub(super) kind: String,
    pub(super) name: String,
}

impl Reference {
    pub(super) fn of(reference: &Value) -> Reference {
        let text = |name: &str| reference[name].as_str().unwrap_or_default().to_owned();
        let group = text("apiGroup");
        Reference {
            group: if group.is_empty() {
                crate::facts::GROUP.to_owned()
            } else {
                group
            },
            kind: text("kind"),
            name: text("name"),
        }
    }
}

impl World {
    /// The application in a namespace, by its reference.
    pub(super) fn referenced(&self, namespace: &str, reference: &Reference) -> Option<Key> {
        let mut objects = self.objects_in(namespace);
        let found =
            objects.find(|(_, one)| one.kind == reference.kind && one.name == reference.name);
        found.map(|(key, _)| key.clone())
    }

    /// Changes the status of a job that has not ended.
    pub(super) fn report_job(&mut self, key: &CustomKey, status: &Value) {
        let Some(mut body) = self.custom.get(key).cloned() else {
            return;
        };
        for (name, value) in status.as_object().into_iter().flatten() {
            body["status"][name] = value.clone();
        }
        self.put_custom(key, body, "MODIFIED");
    }

    /// The job runs.
    pub(super) fn begin_job(&mut self, key: &CustomKey) {
        let status = json!({"phase": "Running", "startedAt": time(now())});
        self.report_job(key, &status);
    }

    /// The job has failed.
    pub(super) fn fail_job(&mut self, key: &CustomKey, reason: &str, message: &str) {
        let status = json!({
            "phase": "Failed", "message": message, "completedAt": time(now()),
            "conditions": [condition("False", reason, message)],
        });
        self.report_job(key, &status);
    }
}

/// The condition `Ready`.
pub(super) fn condition(status: &str, reason: &str, message: &str) -> Value {
    json!({
        "type": "Ready", "status": status, "reason": reason, "message": message,
        "lastTransitionTime": time(now()),
    })
}
