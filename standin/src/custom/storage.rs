//! Writes of clients and of the controller to the stored custom resources.
use crate::custom::objects::{CustomEvent, CustomKey};
use crate::custom::resource::{Condition, CustomResource};
use crate::custom::table::resources;
use crate::object::{now, time};
use crate::store::World;
use serde_json::{Value, json};

impl World {
    /// Loads the objects of a state file, and adds missing initial objects.
    pub(crate) fn restore_custom(&mut self, held: Vec<Value>) {
        let release = self.facts.release;
        for resource in resources(release) {
            let mine = held.iter().filter(|body| resource.is_of(body));
            for body in mine {
                let key = key_of(resource, body);
                self.custom.restore(key, body.clone());
            }
            for (name, spec) in (resource.initial)(release) {
                let key = (resource.id(), String::new(), name.to_owned());
                if self.custom.get(&key).is_none() {
                    let body = json!({"metadata": {"name": name}, "spec": spec});
                    let body = self.new_custom(resource, body);
                    self.put_custom(&key, body, "ADDED");
                }
            }
            let keys: Vec<CustomKey> = self
                .custom
                .of(resource, None)
                .map(|body| key_of(resource, body))
                .collect();
            for key in keys {
                self.reconcile_custom(resource, &key);
            }
        }
    }

    /// A new object with the fields that the server sets.
    pub(super) fn new_custom(&mut self, resource: &CustomResource, mut body: Value) -> Value {
        body["apiVersion"] = json!(resource.api_version());
        body["kind"] = json!(resource.kind);
        let metadata = &mut body["metadata"];
        metadata["uid"] = json!(self.uid());
        metadata["creationTimestamp"] = json!(time(now()));
        metadata["generation"] = json!(1);
        body
    }

    /// Stores an object under a new version and notifies watchers.
    pub(super) fn put_custom(
        &mut self,
        key: &CustomKey,
        mut body: Value,
        change: &'static str,
    ) -> Value {
        let version = self.next_version();
        body["metadata"]["resourceVersion"] = json!(version.to_string());
        self.custom.change(CustomEvent {
            change,
            version,
            key: key.clone(),
            body: body.clone(),
        });
        body
    }

    /// Deletes an object, and the objects that it owns.
    pub(super) fn end_custom(&mut self, key: &CustomKey) {
        let Some(mut body) = self.custom.get(key).cloned() else {
            return;
        };
        let uid = body["metadata"]["uid"].clone();
        let version = self.next_version();
        body["metadata"]["resourceVersion"] = json!(version.to_string());
        self.custom.change(CustomEvent {
            change: "DELETED",
            version,
            key: key.clone(),
            body,
        });
        for owned in self.custom.owned_by(&key.1, &uid) {
            self.end_custom(&owned);
        }
    }

    /// Deletes all objects in a namespace.
    pub(crate) fn end_custom_within(&mut self, namespace: &str) {
        for key in self.custom.within(namespace) {
            self.end_custom(&key);
        }
    }

    /// Sets the conditions that the controller derives from the spec, if they differ.
    pub(super) fn reconcile_custom(&mut self, resource: &CustomResource, key: &CustomKey) {
        let (Some(conditions), Some(body)) = (resource.conditions, self.custom.get(key)) else {
            return;
        };
        let before = body["status"]["conditions"].clone();
        let after: Value = conditions(&body["spec"])
            .iter()
            .map(|condition| condition_body(condition, &before))
            .collect();
        if before != after {
            let mut body = body.clone();
            body["status"]["conditions"] = after;
            self.put_custom(key, body, "MODIFIED");
        }
    }
}

/// A condition in a response. Its time changes only with its status.
fn condition_body(condition: &Condition, before: &Value) -> Value {
    let status = if condition.status { "True" } else { "False" };
    let known = before.as_array().into_iter().flatten();
    let same = known
        .filter(|known| known["type"] == condition.kind && known["status"] == status)
        .find_map(|known| known["lastTransitionTime"].as_str());
    let since = same.map_or_else(|| time(now()), str::to_owned);
    json!({
        "type": condition.kind, "status": status, "reason": condition.reason,
        "message": condition.message, "lastTransitionTime": since,
    })
}

fn key_of(resource: &CustomResource, body: &Value) -> CustomKey {
    let text = |name: &str| {
        body["metadata"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (resource.id(), text("namespace"), text("name"))
}
