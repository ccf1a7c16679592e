//! The fields of an object that a watch stores, to limit its memory.

use serde_json::{Map, Value as Json};

use crate::api::objects::{Condition, Object};

/// The bounds of what is kept of a status.
const MAX_CONDITIONS: usize = 16;
pub(super) const MAX_TEXT: usize = 1 << 10;

/// The labels with the application of a workload.
pub(super) const OWNER_KIND: &str = "apps.cozystack.io/application.kind";
pub(super) const OWNER_NAME: &str = "apps.cozystack.io/application.name";

/// Identity, conditions, and the texts of the status, such as the phase, or the namespace of a tenant.
pub(super) fn state(object: Object) -> Object {
    let mut status = Map::new();
    for (key, value) in object.status {
        let kept = match value {
            Json::Array(conditions) if key == "conditions" => {
                let conditions = conditions.iter().take(MAX_CONDITIONS);
                conditions
                    .map(|condition| Condition::from_json(condition).truncated(MAX_TEXT))
                    .collect()
            }
            Json::String(text) if text.len() <= MAX_TEXT => Json::String(text),
            _ => continue,
        };
        status.insert(key, kept);
    }
    Object {
        kind: object.kind,
        name: object.name,
        namespace: object.namespace,
        uid: object.uid,
        resource_version: object.resource_version,
        is_terminating: object.is_terminating,
        status,
        ..Object::default()
    }
}

/// The application of a workload.
pub(super) fn owner(mut object: Object) -> Object {
    let is_owner = |key: &str| [OWNER_KIND, OWNER_NAME].contains(&key);
    object.labels.retain(|key, _| is_owner(key));
    Object {
        name: object.name,
        labels: object.labels,
        ..Object::default()
    }
}
