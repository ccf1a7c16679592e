use std::collections::BTreeMap;

use kube::api::{DynamicObject, ObjectMeta, TypeMeta};
use serde_json::{Map, Value as Json};

use super::api_resource::ApiResource;
use super::condition::Condition;
use super::entries::{Entries, EntryKeys, put_value, take_value};

/// The label of every write, and its value. Measured: concurrent writes of objects without any label crash the
/// server or make objects undeletable. One label prevents it.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "terraform-provider-hikube");

/// The annotation with the operation that created an object. It identifies the object of a create whose response was
/// lost.
pub const OPERATION: &str = "terraform.hikube.cloud/operation";

/// The annotation of an entry that stays when its owner gives it up. It is part of the owners of entries.
pub const KEPT: &str = "terraform.hikube.cloud/kept";

/// The annotation in which `kubectl apply` and its descendants keep the whole manifest, passwords included.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as the API returns it, with defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The kind, as the API names it. Empty for an object that was not read.
    pub kind: String,
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
    /// Finalizers.
    pub finalizers: Vec<String>,
    /// Owner references, as they are.
    pub owner_references: Vec<Json>,
    /// Whether the object is being deleted.
    pub is_terminating: bool,
    /// The desired state, without the entries that are managed apart.
    pub spec: Map<String, Json>,
    /// The entries that are managed apart.
    pub entries: Entries,
    /// For an entry, the spec of its object.
    pub container: Map<String, Json>,
    /// The observed state.
    pub status: Map<String, Json>,
    /// All other fields beside `metadata`, such as the `data` of a ConfigMap. A write sends them back.
    pub other: Map<String, Json>,
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

    /// The spec with the entries that are managed apart.
    pub fn whole_spec(&self) -> Map<String, Json> {
        let mut spec = self.spec.clone();
        self.entries.put_back(&mut BTreeMap::new(), &mut spec);
        spec
    }

    /// Takes entries that are known to be managed apart out of the spec, where the annotation with their owners was
    /// lost.
    pub fn take_lost_entries(&mut self, keys: &EntryKeys) {
        self.entries.take_lost(keys, &mut self.spec);
    }

    /// Puts an entry that another owner may take over back into the spec.
    pub fn take_over_entry(&mut self, field: &str, key: &str) {
        let Some(entry) = self.entries.remove(field, key) else {
            return;
        };
        if let Some(value) = entry.value {
            let is_list = self.spec.get(field).is_some_and(Json::is_array);
            put_value(
                &mut self.spec,
                field,
                key,
                value,
                is_list || self.entries.has_list(field),
            );
        }
    }

    /// Takes an entry out of the spec.
    pub(in crate::api) fn take_inline_entry(
        &mut self,
        field: &str,
        key: &str,
    ) -> Option<Map<String, Json>> {
        take_value(&mut self.spec, field, key)
    }

    /// The resource version as a number, or 0 if it is not one.
    pub fn version(&self) -> u64 {
        self.resource_version.parse().unwrap_or(0)
    }

    /// The object to send. The status is left out: the platform owns it.
    ///
    /// Other resources lose what a write leaves out, so all fields are sent back. An application always has a `spec`,
    /// and its finalizers and owners belong to the release behind it.
    pub(super) fn to_dynamic(&self, resource: &ApiResource) -> DynamicObject {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let is_application = resource.is_application();
        let mut data = self.other.clone();
        let (mut spec, mut annotations) = (self.spec.clone(), self.annotations.clone());
        self.entries.put_back(&mut annotations, &mut spec);
        if is_application || !spec.is_empty() {
            data.insert("spec".to_owned(), Json::Object(spec));
        }
        let owners = self.owner_references.iter().cloned();
        let owners: Vec<_> = owners
            .filter_map(|owner| serde_json::from_value(owner).ok())
            .collect();
        let finalizers = Some(self.finalizers.clone());
        let owners = Some(owners).filter(|all| !is_application && !all.is_empty());
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
                annotations: Some(annotations),
                finalizers: finalizers.filter(|all| !is_application && !all.is_empty()),
                owner_references: owners,
                ..ObjectMeta::default()
            },
            data: Json::Object(data),
        }
    }

    /// Reads an object of a response. None if it has no name or no uid.
    pub(crate) fn from_dynamic(kind: &str, object: DynamicObject) -> Option<Object> {
        let mut other = match object.data {
            Json::Object(fields) => fields,
            _ => Map::new(),
        };
        let mut part = |name: &str| match other.remove(name) {
            Some(Json::Object(fields)) => fields,
            Some(Json::Null) | None => Map::new(),
            Some(unusual) => {
                other.insert(name.to_owned(), unusual);
                Map::new()
            }
        };
        let (mut spec, status) = (part("spec"), part("status"));
        let metadata = object.metadata;
        let mut annotations = metadata.annotations.unwrap_or_default();
        let entries = Entries::take(&mut annotations, &mut spec);
        let owners = metadata.owner_references.into_iter().flatten();
        let owners = owners.filter_map(|owner| serde_json::to_value(owner).ok());
        // The platform owns the status, whatever its shape. A kind is left here where the version is missing.
        for name in ["status", "apiVersion", "kind"] {
            other.remove(name);
        }
        Some(Object {
            kind: kind.to_owned(),
            name: metadata.name?,
            namespace: metadata.namespace.unwrap_or_default(),
            uid: metadata.uid?,
            resource_version: metadata.resource_version.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            annotations,
            finalizers: metadata.finalizers.unwrap_or_default(),
            owner_references: owners.collect(),
            is_terminating: metadata.deletion_timestamp.is_some(),
            spec,
            entries,
            container: Map::new(),
            status,
            other,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(resource: &ApiResource, stored: Json) -> Json {
        let stored: DynamicObject = serde_json::from_value(stored).unwrap();
        let object = Object::from_dynamic(&resource.kind, stored).unwrap();
        serde_json::to_value(object.to_dynamic(resource)).unwrap()
    }

    #[test]
    fn all_fields_of_a_custom_resource_survive_a_read_and_a_write() {
        let resource = ApiResource::new("a.example", "v1", "Thing", "things");
        let mut stored = json!({
            "apiVersion": "a.example/v1",
            "kind": "Thing",
            "metadata": {
                "name": "x",
                "namespace": "tenant-a",
                "resourceVersion": "7",
                "labels": {"a": "b"},
                "annotations": {},
                "finalizers": ["a.example/guard"],
                "ownerReferences": [
                    {"apiVersion": "v1", "kind": "Plan", "name": "p", "uid": "1", "controller": true},
                ],
            },
            "spec": {"size": 1},
            "data": {"key": "value"},
            "immutable": true,
            "items": [1, null],
        });
        let expected = stored.clone();
        stored["metadata"]["uid"] = json!("u");
        stored["status"] = json!({"phase": "Ready"});
        assert_eq!(written(&resource, stored.clone()), expected);
        // A kind without a `spec` gets none.
        stored.as_object_mut().unwrap().remove("spec");
        assert_eq!(written(&resource, stored.clone()).get("spec"), None);
        stored["spec"] = json!("a text");
        stored["status"] = json!("a text");
        let unusual = written(&resource, stored);
        assert_eq!(unusual["spec"], "a text");
        assert_eq!(unusual.get("status"), None);
    }

    #[test]
    fn an_application_is_written_with_a_spec_and_without_finalizers() {
        let stored = json!({
            "metadata": {"name": "x", "namespace": "tenant-a", "uid": "u", "finalizers": ["guard"],
                "ownerReferences": [{"apiVersion": "v1", "kind": "A", "name": "a", "uid": "1"}]},
        });
        let written = written(&ApiResource::application("Bucket", "buckets"), stored);
        assert_eq!(written["spec"], json!({}));
        assert_eq!(written["metadata"].get("finalizers"), None);
        assert_eq!(written["metadata"].get("ownerReferences"), None);
    }
}
