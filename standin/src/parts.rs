//! The parts of all applications, indexed by name and owner. Changes are sent to watchers.
use crate::names;
use crate::object::Object;
use crate::part::{Part, Sort};
use crate::store::World;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::broadcast;

/// Sort, namespace and name.
pub(crate) type PartKey = (Sort, String, String);
/// Namespace, kind and name of an application.
type Owner = (String, String, String);

/// The number of deleted parts that are remembered for watches opened later.
const REMEMBERED: usize = 1024;

/// One change of a part.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) change: &'static str,
    pub(crate) part: Part,
}

/// All parts.
#[derive(Debug)]
pub(crate) struct Parts {
    by_key: BTreeMap<PartKey, Part>,
    by_owner: HashMap<Owner, BTreeSet<PartKey>>,
    ended: VecDeque<Arc<Change>>,
    changes: broadcast::Sender<Arc<Change>>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts {
            by_key: BTreeMap::new(),
            by_owner: HashMap::new(),
            ended: VecDeque::new(),
            changes: broadcast::Sender::new(4096),
        }
    }
}

impl Parts {
    /// Parts from a state file.
    pub(crate) fn restored(held: Vec<Part>) -> Parts {
        let mut parts = Parts::default();
        for part in held {
            parts.store(part);
        }
        parts
    }

    /// All parts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Part> {
        self.by_key.values()
    }

    /// A part by name.
    pub(crate) fn get(&self, sort: Sort, namespace: &str, name: &str) -> Option<&Part> {
        self.by_key
            .get(&(sort, namespace.to_owned(), name.to_owned()))
    }

    /// The parts of a sort in a namespace, by name.
    pub(crate) fn within<'a>(
        &'a self,
        sort: Sort,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a Part> {
        let first = (sort, namespace.to_owned(), String::new());
        self.by_key
            .range(first..)
            .take_while(move |(key, _)| key.0 == sort && key.1 == namespace)
            .map(|(_, part)| part)
    }

    /// The keys of an application's parts.
    pub(crate) fn of(&self, namespace: &str, kind: &str, name: &str) -> Vec<PartKey> {
        let owner = (namespace.to_owned(), kind.to_owned(), name.to_owned());
        let keys = self.by_owner.get(&owner);
        keys.into_iter().flatten().cloned().collect()
    }

    /// Subscribes to future changes.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        self.changes.subscribe()
    }

    /// The parts that were deleted after a version, as far as they are remembered.
    pub(crate) fn ended_since(&self, version: u64) -> impl Iterator<Item = &Change> {
        self.ended
            .iter()
            .map(AsRef::as_ref)
            .filter(move |change| change.part.version > version)
    }

    fn store(&mut self, part: Part) {
        let key = (part.sort, part.namespace.clone(), part.name.clone());
        let owner = owner_of(&part);
        if let Some(before) = self.by_key.insert(key.clone(), part)
            && owner_of(&before) != owner
        {
            self.forget(&owner_of(&before), &key);
        }
        self.by_owner.entry(owner).or_default().insert(key);
    }

    fn forget(&mut self, owner: &Owner, key: &PartKey) {
        if let Some(keys) = self.by_owner.get_mut(owner) {
            keys.remove(key);
            if keys.is_empty() {
                self.by_owner.remove(owner);
            }
        }
    }

    fn tell(&self, change: Arc<Change>) {
        // Sending fails if there are no watchers.
        let _ = self.changes.send(change);
    }
}

fn owner_of(part: &Part) -> Owner {
    let (kind, name) = part.owner.clone();
    (part.namespace.clone(), kind, name)
}

impl World {
    /// Stores a new or changed part under a new version.
    pub(crate) fn put_part(&mut self, mut part: Part) {
        part.version = self.next_version();
        let known = self.parts.get(part.sort, &part.namespace, &part.name);
        let change = if known.is_some() { "MODIFIED" } else { "ADDED" };
        if self.parts.changes.receiver_count() > 0 {
            let part = part.clone();
            self.parts.tell(Arc::new(Change { change, part }));
        }
        self.parts.store(part);
    }

    /// Deletes a part.
    pub(crate) fn end_part(&mut self, key: &PartKey) {
        let Some(mut part) = self.parts.by_key.remove(key) else {
            return;
        };
        self.parts.forget(&owner_of(&part), key);
        part.version = self.next_version();
        let change = Arc::new(Change {
            change: "DELETED",
            part,
        });
        if self.parts.ended.len() == REMEMBERED {
            self.parts.ended.pop_front();
        }
        self.parts.ended.push_back(change.clone());
        self.parts.tell(change);
    }

    /// Deletes all parts in a namespace.
    pub(crate) fn end_parts_within(&mut self, namespace: &str) {
        for sort in Sort::ALL {
            let keys: Vec<PartKey> = self
                .parts
                .within(sort, namespace)
                .map(|part| (sort, part.namespace.clone(), part.name.clone()))
                .collect();
            for key in keys {
                self.end_part(&key);
            }
        }
    }

    /// A Secret by name.
    pub(crate) fn secret(&self, namespace: &str, name: &str) -> Option<&Part> {
        self.parts.get(Sort::Secret, namespace, name)
    }

    /// The workload monitor of an application, which has the name of its release.
    pub(crate) fn monitor(&self, object: &Object) -> Option<&Part> {
        let release = self.facts.by_kind(&object.kind)?.release_name(&object.name);
        self.parts.get(Sort::Monitor, &object.namespace, &release)
    }

    /// The number of addresses of a tenant's Services.
    pub(crate) fn addresses(&self, namespace: &str) -> usize {
        self.parts
            .within(Sort::Service, namespace)
            .filter(|part| names::is_tenant(namespace) && part.has_address())
            .count()
    }
}
