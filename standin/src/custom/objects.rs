//! The stored custom resources, and their changes.
use crate::custom::resource::CustomResource;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::sync::broadcast;

/// Id of the resource, namespace (empty if cluster-scoped) and name.
pub(crate) type CustomKey = (String, String, String);

/// The number of changes that are remembered for watches opened later.
const KEPT: usize = 1024;

/// One change of an object.
#[derive(Debug)]
pub(super) struct CustomEvent {
    pub(super) change: &'static str,
    pub(super) version: u64,
    pub(super) key: CustomKey,
    pub(super) body: Value,
}

/// All objects, as the API returns them.
#[derive(Debug)]
pub(crate) struct CustomObjects {
    by_key: BTreeMap<CustomKey, Value>,
    log: VecDeque<Arc<CustomEvent>>,
    events: broadcast::Sender<Arc<CustomEvent>>,
}

impl Default for CustomObjects {
    fn default() -> Self {
        CustomObjects {
            by_key: BTreeMap::new(),
            log: VecDeque::new(),
            events: broadcast::Sender::new(KEPT),
        }
    }
}

impl CustomObjects {
    /// Adds an object from a state file.
    pub(super) fn restore(&mut self, key: CustomKey, body: Value) {
        self.by_key.insert(key, body);
    }

    /// The keys of the objects in a namespace.
    pub(super) fn within(&self, namespace: &str) -> Vec<CustomKey> {
        let keys = self.by_key.keys();
        keys.filter(|key| key.1 == namespace).cloned().collect()
    }

    /// The keys of the objects in a namespace that the object with this uid owns.
    pub(super) fn owned_by(&self, namespace: &str, uid: &Value) -> Vec<CustomKey> {
        let is_owned = |body: &Value| {
            let owners = body["metadata"]["ownerReferences"].as_array();
            let mut owners = owners.into_iter().flatten();
            owners.any(|owner| owner["uid"] == *uid)
        };
        let all = self.by_key.iter();
        all.filter(|(key, body)| key.1 == namespace && is_owned(body))
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// All objects, for the state file.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &Value> {
        self.by_key.values()
    }

    pub(super) fn get(&self, key: &CustomKey) -> Option<&Value> {
        self.by_key.get(key)
    }

    /// The objects of a resource, in one namespace or in all.
    pub(super) fn of<'a>(
        &'a self,
        resource: &CustomResource,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Value> {
        let id = resource.id();
        let first = (id.clone(), String::new(), String::new());
        self.by_key
            .range(first..)
            .take_while(move |(key, _)| key.0 == id)
            .filter(move |(key, _)| namespace.is_none_or(|namespace| key.1 == namespace))
            .map(|(_, body)| body)
    }

    /// The changes after a version; none if some of them are no longer remembered.
    pub(super) fn since(&self, version: u64) -> Option<impl Iterator<Item = &CustomEvent>> {
        let lost = self.log.len() == KEPT && self.log.front()?.version > version;
        let later = self.log.iter().filter(move |event| event.version > version);
        (!lost).then(|| later.map(AsRef::as_ref))
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<CustomEvent>> {
        self.events.subscribe()
    }

    /// Stores or removes an object, and notifies watchers.
    pub(super) fn change(&mut self, event: CustomEvent) {
        let (key, body) = (event.key.clone(), event.body.clone());
        match event.change {
            "DELETED" => drop(self.by_key.remove(&key)),
            _ => drop(self.by_key.insert(key, body)),
        }
        self.tell(event);
    }

    fn tell(&mut self, event: CustomEvent) {
        if self.log.len() == KEPT {
            self.log.pop_front();
        }
        let event = Arc::new(event);
        self.log.push_back(event.clone());
        // Sending fails if there are no watchers.
        let _ = self.events.send(event);
    }
}
