//! A stored application, which the platform stores as a Helm release.
use crate::facts::API_VERSION;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Labels or annotations.
pub(crate) type Texts = BTreeMap<String, String>;

/// One application. `spec` is stored as it was sent, without defaults.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// The label of the release with the application's name. The label race can set another application's name here.
    pub(crate) label_name: String,
    pub(crate) uid: String,
    pub(crate) version: u64,
    pub(crate) created: i64,
    pub(crate) deleted: Option<i64>,
    pub(crate) labels: Texts,
    pub(crate) annotations: Texts,
    pub(crate) spec: Value,
    pub(crate) revision: Option<String>,
    pub(crate) conditions: Vec<Condition>,
    /// Whether the controller's finalizer is set. Each PUT removes it until the controller reconciles the release.
    pub(crate) finalizer: bool,
    /// The number of changes of the spec.
    pub(crate) generation: u64,
    /// The last generation that the controller processed; 0 before the first.
    #[serde(default)]
    pub(crate) observed: u64,
    /// The number of Helm releases, 0 before the first successful install.
    pub(crate) releases: u64,
}

/// One condition of the status.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) since: i64,
}

impl Condition {
    /// The condition in a response.
    pub(crate) fn body(&self) -> Value {
        json!({
            "type": self.kind, "status": self.status, "reason": self.reason,
            "message": self.message, "lastTransitionTime": time(self.since),
        })
    }
}

impl Object {
    /// Whether the last install or upgrade succeeded.
    pub(crate) fn is_ready(&self) -> bool {
        self.conditions
            .iter()
            .any(|c| c.kind == "Ready" && c.status == "True")
    }

    /// Whether it is also listed as a module of its tenant.
    pub(crate) fn is_module(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "Etcd" | "Info" | "Ingress" | "Monitoring" | "SeaweedFS"
        )
    }

    /// Sets a condition. The transition time changes only with the status.
    pub(crate) fn set_condition(&mut self, kind: &str, status: &str, reason: &str, message: &str) {
        let before = self.conditions.iter().position(|c| c.kind == kind);
        let since = match before.map(|i| &self.conditions[i]) {
            Some(old) if old.status == status => old.since,
            _ => now(),
        };
        let condition = Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            message: message.to_owned(),
            since,
        };
        match before {
            Some(i) => self.conditions[i] = condition,
            None => self.conditions.push(condition),
        }
    }

    /// The metadata of a response, which has no generation, managedFields or finalizers (measured).
    pub(crate) fn metadata(&self) -> Value {
        let mut metadata = json!({
            "name": self.name, "namespace": self.namespace, "uid": self.uid,
            "resourceVersion": self.version.to_string(), "creationTimestamp": time(self.created),
        });
        if let Some(deleted) = self.deleted {
            metadata["deletionTimestamp"] = json!(time(deleted));
        }
        if !self.labels.is_empty() {
            metadata["labels"] = json!(self.labels);
        }
        if !self.annotations.is_empty() {
            metadata["annotations"] = json!(self.annotations);
        }
        metadata
    }

    /// The whole body for a given spec and status.
    pub(crate) fn body(&self, spec: Value, status: Map<String, Value>) -> Value {
        json!({
            "apiVersion": API_VERSION, "kind": self.kind, "metadata": self.metadata(),
            "spec": spec, "status": status,
        })
    }
}

/// The time in whole seconds.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A time in a response: whole seconds, UTC.
pub(crate) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|time| time.to_string())
        .unwrap_or_default()
}
