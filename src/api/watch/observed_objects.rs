//! The objects that a stream has shown, with the history of their `Ready`.

use std::collections::HashMap;
use std::sync::Arc;

use super::retained_fields::{OWNER_KIND, OWNER_NAME};
use crate::api::lists::MemoryShare;
use crate::api::objects::{Condition, Object};
use crate::api::response::TooLarge;

/// How many changes of `Ready` are kept for each object: a few suffice for a wait that looks at each event.
const MAX_HISTORY: usize = 16;

/// The objects of a stream, within a share of the memory.
#[derive(Default)]
pub(super) struct ObservedObjects {
    by_name: HashMap<String, ObservedObject>,
    share: MemoryShare,
}

/// An object of a stream.
struct ObservedObject {
    newest: Arc<Object>,
    /// Each `Ready` that differs from the one before, with the version that showed it: several events may arrive
    /// between two checks of a wait.
    history: Vec<(u64, Condition)>,
}

impl ObservedObjects {
    /// Adds the state of an object, or drops the object if it does not fit into the memory.
    pub(super) fn put(&mut self, object: Object) -> Result<(), TooLarge> {
        let name = object.name.clone();
        let before = self.by_name.remove(&name);
        let others = self.share.bytes() - before.as_ref().map_or(0, ObservedObject::size);
        let observed = match before {
            Some(before) => before.updated(object),
            None => ObservedObject::of(object),
        };
        if let Err(error) = self.share.resize(others + observed.size()) {
            let _shrinking_succeeds = self.share.resize(others);
            return Err(error);
        }
        self.by_name.insert(name, observed);
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some(removed) = self.by_name.remove(name) {
            let _shrinking_succeeds = self.share.resize(self.share.bytes() - removed.size());
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<Object>> {
        Some(&self.by_name.get(name)?.newest)
    }

    /// Each `Ready` of the object with this uid, with the version that showed it, in order.
    pub(super) fn history(&self, name: &str, uid: &str) -> Vec<(u64, Condition)> {
        let observed = self.by_name.get(name);
        let observed = observed.filter(|observed| observed.newest.uid == uid);
        observed.map_or_else(Vec::new, |observed| observed.history.clone())
    }

    /// The names of the workloads of an application, sorted.
    pub(super) fn workloads_of(&self, kind: &str, name: &str) -> Vec<String> {
        let is_of = |object: &Object| {
            let label = |key| object.labels.get(key).map(String::as_str);
            label(OWNER_NAME) == Some(name) && label(OWNER_KIND) == Some(kind)
        };
        let objects = self.by_name.values().map(|observed| &observed.newest);
        let theirs = objects.filter(|object| is_of(object));
        let mut names: Vec<String> = theirs.map(|object| object.name.clone()).collect();
        names.sort();
        names
    }
}

impl ObservedObject {
    fn of(object: Object) -> ObservedObject {
        let ready = object.condition("Ready");
        let history = ready.map(|ready| (object.version(), ready));
        ObservedObject {
            newest: Arc::new(object),
            history: history.into_iter().collect(),
        }
    }

    /// The same object with a later state.
    fn updated(mut self, object: Object) -> ObservedObject {
        if self.newest.uid != object.uid {
            return ObservedObject::of(object);
        }
        let last = self.history.last();
        if let Some(ready) = object.condition("Ready")
            && last.is_none_or(|(_, last)| !last.has_same_transition(&ready))
        {
            if self.history.len() == MAX_HISTORY {
                self.history.remove(0);
            }
            self.history.push((object.version(), ready));
        }
        self.newest = Arc::new(object);
        self
    }

    /// Its approximate size in memory.
    fn size(&self) -> usize {
        let labels = self.newest.labels.iter();
        let labels: usize = labels.map(|(key, value)| key.len() + value.len()).sum();
        let conditions: usize = self.newest.conditions().iter().map(Condition::size).sum();
        let status = self.newest.status.iter();
        let texts: usize = status
            .map(|(key, value)| 64 + key.len() + value.as_str().map_or(0, str::len))
            .sum();
        let history: usize = self.history.iter().map(|(_, ready)| ready.size()).sum();
        512 + self.newest.name.len() + labels + texts + conditions * 2 + history
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::retained_fields::MAX_TEXT;
    use super::*;

    fn bucket(name: &str, message: &str) -> Object {
        let status = json!({"conditions": [{"type": "Ready", "message": message}]});
        Object {
            name: name.to_owned(),
            uid: name.to_owned(),
            status: status.as_object().unwrap().clone(),
            ..Object::default()
        }
    }

    #[test]
    fn the_memory_of_a_stream_is_bounded() {
        let (mut objects, long) = (ObservedObjects::default(), "a".repeat(MAX_TEXT));
        let mut put = |name: String| objects.put(bucket(&name, &long));
        for _ in 0..20_000 {
            put("again".to_owned()).unwrap();
        }
        let all = (0..30_000).try_for_each(|n| put(n.to_string()));
        assert!(all.is_err());
        assert!(objects.by_name.len() > 1000, "{}", objects.by_name.len());
        let names: Vec<String> = objects.by_name.keys().cloned().collect();
        names.iter().for_each(|name| objects.remove(name));
        assert_eq!(objects.share.bytes(), 0);
    }
}
