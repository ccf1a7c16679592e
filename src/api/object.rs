use std::collections::BTreeMap;

use kube::api::{DynamicObject, ObjectMeta, TypeMeta};
use serde_json::{Map, Value as Json};

use super::resource::ApiResource;
use crate::redaction::redacted_beginning;

/// The label every write carries, and its value. Measured: concurrent writes of objects without any label
/// crash the server or make objects undeletable; one label of their own prevents it.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "terraform-provider-hikube");

/// The annotation that says which operation made an object, so that a create whose answer was lost is
/// recognised.
pub const OPERATION: &str = "terraform.hikube.cloud/operation";

/// The annotation in which `kubectl apply`, and what is built on it, keeps the whole manifest, passwords
/// included.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as the API shows it, defaults filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its name.
    pub name: String,
    /// The tenant's namespace it lies in.
    pub namespace: String,
    /// Told apart from another object of the same name by this.
    pub uid: String,
    /// Grows with each write; compare as a number. Empty on an object not yet sent.
    pub resource_version: String,
    /// Labels, ours among them.
    pub labels: BTreeMap<String, String>,
    /// Annotations, ours among them.
    pub annotations: BTreeMap<String, String>,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// What was asked for.
    pub spec: Map<String, Json>,
    /// What the platform reports.
    pub status: Map<String, Json>,
}

/// One statement the platform makes of an object's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// `Ready`, `Released` or `WorkloadsReady`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// A sentence.
    pub message: String,
    /// When `status` last changed, in whole seconds.
    pub last_transition_time: String,
}

impl Object {
    /// A text in the status.
    pub fn status_text(&self, name: &str) -> Option<String> {
        self.status.get(name)?.as_str().map(str::to_owned)
    }

    /// The conditions; none before the platform has seen the object.
    pub fn conditions(&self) -> Vec<Condition> {
        let conditions = self.status.get("conditions").and_then(Json::as_array);
        conditions
            .into_iter()
            .flatten()
            .map(Condition::read)
            .collect()
    }

    /// A condition by its kind.
    pub fn condition(&self, kind: &str) -> Option<Condition> {
        self.conditions()
            .into_iter()
            .find(|condition| condition.kind == kind)
    }

    /// The version as a number: 0 where it is none.
    pub fn version(&self) -> u64 {
        self.resource_version.parse().unwrap_or(0)
    }

    pub(super) fn to_dynamic(&self, resource: &ApiResource) -> DynamicObject {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        DynamicObject {
            types: Some(TypeMeta {
                api_version: resource.api_version(),
                kind: resource.kind.clone().into_owned(),
            }),
            metadata: ObjectMeta {
                name: Some(self.name.clone()),
                namespace: Some(self.namespace.clone()),
                resource_version: some(&self.resource_version),
                labels: Some(self.labels.clone()),
                annotations: Some(self.annotations.clone()),
                ..ObjectMeta::default()
            },
            data: serde_json::json!({ "spec": self.spec }),
        }
    }

    /// Reads what the API returned; an answer without a name or uid is none of its objects.
    pub(super) fn from_dynamic(mut object: DynamicObject) -> Option<Object> {
        let mut part = |name: &str| match object.data.get_mut(name).map(Json::take) {
            Some(Json::Object(fields)) => Some(fields),
            _ => None,
        };
        let (spec, status) = (part("spec"), part("status"));
        let metadata = object.metadata;
        Some(Object {
            name: metadata.name?,
            namespace: metadata.namespace.unwrap_or_default(),
            uid: metadata.uid?,
            resource_version: metadata.resource_version.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
            is_terminating: metadata.deletion_timestamp.is_some(),
            spec: spec.unwrap_or_default(),
            status: status.unwrap_or_default(),
        })
    }
}

impl Condition {
    /// Whether the other one is of the same status, without a change in between.
    pub(super) fn is_since(&self, other: &Condition) -> bool {
        self.status == other.status && self.last_transition_time == other.last_transition_time
    }

    /// How many octets it has.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.kind, &self.status, &self.reason, &self.message];
        let length: usize = texts.iter().map(|text| text.len()).sum();
        length + self.last_transition_time.len()
    }

    /// The same as JSON, with nothing in it longer than that.
    pub(super) fn shortened(&self, longest: usize) -> Json {
        let short = |text: &str| redacted_beginning(text, longest);
        serde_json::json!({
            "type": short(&self.kind),
            "status": short(&self.status),
            "reason": short(&self.reason),
            "message": short(&self.message),
            "lastTransitionTime": short(&self.last_transition_time),
        })
    }

    pub(super) fn read(json: &Json) -> Condition {
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
