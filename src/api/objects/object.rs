use std::collections::BTreeMap;

use kube::api::{DynamicObject, ObjectMeta, TypeMeta};
use serde_json::{Map, Value as Json};

use super::api_resource::ApiResource;
use super::condition::Condition;

/// The label of every write, and its value. Measured: concurrent writes of objects without any label crash the
/// server or make objects undeletable. One label prevents it.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "terraform-provider-hikube");

/// The annotation with the operation that created an object. It identifies the object of a create whose response was
/// lost.
pub const OPERATION: &str = "terraform.hikube.cloud/operation";

/// The annotation in which `kubectl apply` and its descendants keep the whole manifest, passwords included.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as the API returns it, with defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// The identity. Another object of the same name has another one.
    pub uid: String,
    /// Grows with each write if it is compared as a number. Empty for an object that was not sent yet.
    pub resource_version: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// Whether the object is being deleted.
    pub is_terminating: bool,
    /// The desired state.
    pub spec: Map<String, Json>,
    /// The observed state.
    pub status: Map<String, Json>,
}

impl Object {
    /// A text in the status.
    pub fn status_text(&self, name: &str) -> Option<String> {
        self.status.get(name)?.as_str().map(str::to_owned)
    }

    /// The conditions. None before the platform has processed the object.
    pub fn conditions(&self) -> Vec<Condition> {
        let conditions = self.status.get("conditions").and_then(Json::as_array);
        conditions
            .into_iter()
            .flatten()
            .map(Condition::from_json)
            .collect()
    }

    /// The condition of a type.
    pub fn condition(&self, kind: &str) -> Option<Condition> {
        self.conditions()
            .into_iter()
            .find(|condition| condition.kind == kind)
    }

    /// The resource version as a number, or 0 if it is not one.
    pub fn version(&self) -> u64 {
        self.resource_version.parse().unwrap_or(0)
    }

    /// The object to send. The status is left out: the platform owns it.
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

    /// Reads an object of a response. None if it has no name or no uid.
    pub(crate) fn from_dynamic(mut object: DynamicObject) -> Option<Object> {
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
