//! The state of the platform, with one lock and one version counter.
use crate::custom::CustomObjects;
use crate::defaults;
use crate::facts::Facts;
use crate::jobs::Jobs;
use crate::lag::{Lag, Write, mix};
use crate::leavings::Leavings;
use crate::machines::Machine;
use crate::names;
use crate::namespaces::Namespace;
use crate::object::Object;
use crate::part::Part;
use crate::parts::Parts;
use crate::queue::Queue;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// Namespace and release name. Applications of different kinds conflict if these are equal.
pub(crate) type Key = (String, String);

/// The content of a state file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holdings {
    pub(crate) version: u64,
    pub(crate) namespaces: BTreeMap<String, Namespace>,
    pub(crate) objects: Vec<Object>,
    pub(crate) parts: Vec<Part>,
    pub(crate) leaks: Vec<Leak>,
    #[serde(default)]
    pub(crate) custom: Vec<Value>,
}

/// An object that was removed without uninstalling its release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Leak {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) cause: String,
}

/// A change, for watchers.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) change: &'static str,
    pub(crate) object: Object,
    pub(crate) body: Value,
}

/// The whole state.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) facts: &'static Facts,
    pub(crate) version: u64,
    pub(crate) namespaces: BTreeMap<String, Namespace>,
    pub(crate) objects: BTreeMap<Key, Object>,
    pub(crate) parts: Parts,
    pub(crate) custom: CustomObjects,
    /// The users that Buckets had when their credentials were skipped, by uid.
    pub(crate) missed: BTreeMap<String, Value>,
    /// The virtual machines of installed applications, by uid.
    pub(crate) machines: BTreeMap<String, Machine>,
    /// The workloads that an uninstall orphans.
    pub(crate) leavings: Leavings,
    pub(crate) leaks: Vec<Leak>,
    pub(crate) lag: Lag,
    pub(crate) queue: Queue,
    pub(crate) jobs: Jobs,
    /// Whether the controller finishes the current generation before it starts with the next.
    pub(crate) late_status: bool,
    /// Whether the root tenant has an etcd only if its `Tenant` enables it.
    pub(crate) etcd_required: bool,
    pub(crate) events: broadcast::Sender<Arc<Event>>,
}

impl World {
    /// An empty platform.
    pub(crate) fn new(facts: &'static Facts, lag: Duration) -> World {
        let mut world = World {
            facts,
            version: 1000,
            namespaces: BTreeMap::new(),
            objects: BTreeMap::new(),
            parts: Parts::default(),
            custom: CustomObjects::default(),
            missed: BTreeMap::new(),
            machines: BTreeMap::new(),
            leavings: Leavings::default(),
            leaks: Vec::new(),
            lag: Lag::new(lag),
            queue: Queue::default(),
            jobs: Jobs::default(),
            late_status: true,
            etcd_required: false,
            events: broadcast::Sender::new(4096),
        };
        world.found();
        world.restore_custom(Vec::new());
        world
    }

    /// Loads the content of a state file.
    pub(crate) fn restore(&mut self, held: Holdings) {
        self.version = held.version;
        self.namespaces = held.namespaces;
        let of_object = |object: Object| {
            (
                self.facts
                    .by_kind(&object.kind)
                    .map(|k| k.release_name(&object.name)),
                object,
            )
        };
        self.objects = held
            .objects
            .into_iter()
            .map(of_object)
            .filter_map(|(release, object)| Some(((object.namespace.clone(), release?), object)))
            .collect();
        self.parts = Parts::restored(held.parts);
        self.leaks = held.leaks;
        self.restore_custom(held.custom);
    }

    /// The content for a state file.
    pub(crate) fn holdings(&self) -> Holdings {
        Holdings {
            version: self.version,
            namespaces: self.namespaces.clone(),
            objects: self.objects.values().cloned().collect(),
            parts: self.parts.iter().cloned().collect(),
            leaks: self.leaks.clone(),
            custom: self.custom.bodies().cloned().collect(),
        }
    }

    /// The next version, from one counter for all objects of all kinds.
    pub(crate) fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }

    /// A new uid.
    pub(crate) fn uid(&mut self) -> String {
        let mut state = self.version ^ (jiff::Timestamp::now().as_nanosecond() as u64);
        let (a, b) = (mix(&mut state), mix(&mut state));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            0x8000 | (b >> 50),
            b & 0xffff_ffff_ffff
        )
    }

    /// Stores an object under a new version and notifies watchers.
    pub(crate) fn put(&mut self, key: &Key, mut object: Object, change: &'static str) -> Object {
        object.version = self.next_version();
        self.objects.insert(key.clone(), object.clone());
        self.publish(change, object.clone());
        object
    }

    /// Changes a stored object under a new version, if it still exists.
    pub(crate) fn alter(&mut self, key: &Key, change: impl FnOnce(&mut Object)) {
        if let Some(mut object) = self.objects.get(key).cloned() {
            change(&mut object);
            self.put(key, object, "MODIFIED");
        }
    }

    /// Removes an object, with or without its parts. If the release is not uninstalled and Helm is working on it, Helm
    /// continues to the end.
    pub(crate) fn remove(&mut self, key: &Key, leak: Option<&str>) {
        let Some(mut object) = self.objects.remove(key) else {
            return;
        };
        let goes_on = leak.is_some() && self.late_status && self.jobs.is_running(key);
        if !goes_on {
            self.jobs.end(key);
        }
        self.lag.note(key, Some(&object), Write::Removed);
        self.missed.remove(&object.uid);
        match leak {
            // Nothing was installed yet, so nothing is orphaned.
            Some(_) if object.releases == 0 && !goes_on => {}
            Some(cause) => self.leaks.push(Leak {
                kind: object.kind.clone(),
                namespace: object.namespace.clone(),
                name: object.name.clone(),
                cause: cause.to_owned(),
            }),
            None => self.clean_up_after(&object),
        }
        object.version = self.next_version();
        self.publish("DELETED", object);
    }

    fn clean_up_after(&mut self, object: &Object) {
        let owned = self.parts.of(&object.namespace, &object.kind, &object.name);
        let left = self.leave_behind(object, &owned);
        for key in owned.iter().filter(|key| left.as_ref() != Some(*key)) {
            self.end_part(key);
        }
        if object.kind == "Tenant" {
            let own = names::tenant_namespace(&object.namespace, &object.name);
            // The root tenant is in the namespace that it owns.
            if own != object.namespace {
                self.remove_namespace(&own);
            }
        }
    }

    fn remove_namespace(&mut self, namespace: &str) {
        self.namespaces.remove(namespace);
        let inside: Vec<Key> = self
            .objects_in(namespace)
            .map(|(key, _)| key.clone())
            .collect();
        for key in inside {
            self.remove(&key, None);
        }
        self.end_parts_within(namespace);
        self.end_custom_within(namespace);
    }

    /// The objects in a namespace, by release name.
    pub(crate) fn objects_in(&self, namespace: &str) -> impl Iterator<Item = (&Key, &Object)> {
        let first = (namespace.to_owned(), String::new());
        self.objects
            .range(first..)
            .take_while(move |(key, _)| key.0 == namespace)
    }

    /// The object that a GET returns: the current one, or a stale one shortly after a write.
    pub(crate) fn seen(&self, key: &Key) -> Option<&Object> {
        self.lag
            .for_get(key)
            .unwrap_or_else(|| self.objects.get(key))
    }

    /// The objects of a kind that a LIST returns, sorted by namespace and name.
    pub(crate) fn seen_all(&self, kind: &str, namespace: Option<&str>) -> Vec<Object> {
        let mut seen: BTreeMap<&Key, &Object> = self.objects.iter().collect();
        for (key, past) in self.lag.for_list() {
            match past {
                Some(object) => seen.insert(key, object),
                None => seen.remove(key),
            };
        }
        seen.into_values()
            .filter(|object| {
                object.kind == kind && namespace.is_none_or(|ns| ns == object.namespace)
            })
            .cloned()
            .collect()
    }

    /// An object in a response, with defaults in the spec, and its status.
    pub(crate) fn body(&self, object: &Object) -> Value {
        let spec = match self.facts.by_kind(&object.kind) {
            Some(kind) => defaults::shown(&object.spec, &kind.schema),
            None => object.spec.clone(),
        };
        object.body(spec, self.status(object))
    }

    fn status(&self, object: &Object) -> Map<String, Value> {
        let mut status = Map::new();
        if let Some(revision) = &object.revision {
            status.insert("version".to_owned(), json!(revision));
        }
        let mut conditions: Vec<Value> = object.conditions.iter().map(|c| c.body()).collect();
        conditions.extend(self.workloads_ready(object));
        if !conditions.is_empty() {
            status.insert("conditions".to_owned(), Value::Array(conditions));
        }
        if object.kind == "Tenant" {
            let own = names::tenant_namespace(&object.namespace, &object.name);
            let addresses = self.addresses(&own);
            status.insert("namespace".to_owned(), json!(own));
            if addresses > 0 {
                status.insert("externalIPsCount".to_owned(), json!(addresses));
            }
        }
        status
    }

    fn workloads_ready(&self, object: &Object) -> Option<Value> {
        let monitor = self.monitor(object)?;
        let (status, reason, message) = match monitor.content["status"]["operational"].as_bool() {
            Some(true) => (
                "True",
                "WorkloadMonitorCheck",
                "All workloads are operational",
            ),
            Some(false) => (
                "False",
                "WorkloadMonitorCheck",
                "One or more workloads are not operational",
            ),
            None => (
                "Unknown",
                "Pending",
                "One or more workloads have not been reconciled yet",
            ),
        };
        Some(json!({
            "type": "WorkloadsReady", "status": status, "reason": reason, "message": message,
            "lastTransitionTime": crate::object::time(monitor.created),
        }))
    }

    /// Notifies watchers of an object in its current version.
    pub(crate) fn publish(&self, change: &'static str, object: Object) {
        let body = self.body(&object);
        // Sending fails if there are no watchers.
        let _ = self.events.send(Arc::new(Event {
            change,
            object,
            body,
        }));
    }
}
