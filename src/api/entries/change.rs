use serde_json::{Map, Value as Json};

use crate::api::error::Error;
use crate::api::objects::{Entry, Object, Owner, entry_value};

/// The place of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryAddress {
    /// The namespace of the object.
    pub namespace: String,
    /// The name of the object.
    pub object: String,
    /// The field of its spec.
    pub field: &'static str,
    /// Whether the field is a list of named items, and not a map.
    pub is_list: bool,
    /// The key in the map, or the name of the item.
    pub key: String,
}

/// The result of a change.
#[derive(Clone, Debug)]
pub struct ChangedEntry {
    /// The object after the change. If the response to a write was lost, its status is that before the write.
    pub object: Object,
    /// Whether the object was written.
    pub is_written: bool,
}

/// A change of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Adds the entry, which must not exist.
    Create {
        /// Its value.
        value: Map<String, Json>,
        /// Its owner.
        owner: Owner,
    },
    /// Replaces the entry, which must exist and have this owner or none.
    Replace {
        /// Its value.
        value: Map<String, Json>,
        /// Its owner.
        owner: Owner,
    },
    /// Removes the entry if it exists and has this owner or none. An entry that is kept stays as it is.
    Remove {
        /// The random name of the create.
        owner: String,
    },
}

impl Change {
    /// Makes the change in an object. Returns whether the object changed.
    ///
    /// # Errors
    /// Why the entry does not permit it.
    pub(super) fn make(&self, at: &EntryAddress, object: &mut Object) -> Result<bool, Error> {
        let (field, key) = (at.field, at.key.as_str());
        let apart = object.entries.get(field, key).cloned();
        let apart = apart.filter(|entry| entry.value.is_some());
        let inline = entry_value(&object.spec, field, key);
        let is_of_another = |id: &str| {
            let owner = apart.as_ref().map(|entry| &entry.owner);
            owner.is_some_and(|owner| !owner.is_free() && owner.id != id)
        };
        match self {
            Change::Create { value, owner } => {
                // The response to an earlier attempt may have been lost.
                let is_ours = apart
                    .as_ref()
                    .is_some_and(|entry| entry.owner.id == owner.id);
                let is_taken = apart
                    .as_ref()
                    .is_some_and(|entry| entry.owner != Owner::platform());
                if !is_ours && (is_taken || inline.is_some()) {
                    return Err(Error::entry_exists(key));
                }
                Ok(put(at, object, value, owner))
            }
            Change::Replace { owner, .. } if is_of_another(&owner.id) => {
                Err(Error::entry_changed(key))
            }
            Change::Replace { .. } if apart.is_none() && inline.is_none() => {
                Err(Error::entry_changed(key))
            }
            Change::Replace { value, owner } => Ok(put(at, object, value, owner)),
            Change::Remove { owner } if is_of_another(owner) => Ok(false),
            Change::Remove { .. } if apart.as_ref().is_some_and(|entry| entry.owner.is_kept) => {
                Ok(false)
            }
            Change::Remove { .. } => {
                let was_apart = object.entries.remove(field, key);
                let was_apart = was_apart.is_some_and(|entry| entry.value.is_some());
                Ok(was_apart || take_inline(at, object))
            }
        }
    }

    /// Whether an object has the result of the change.
    pub(super) fn is_made(&self, at: &EntryAddress, object: &Object) -> bool {
        let found = object.entries.get(at.field, &at.key);
        match self {
            Change::Create {
                value,
                owner: wanted,
            }
            | Change::Replace {
                value,
                owner: wanted,
            } => found.is_some_and(|entry| {
                let stored = entry.value.as_ref();
                entry.owner == *wanted && stored.is_some_and(|stored| includes(stored, value))
            }),
            Change::Remove { owner: removed } => {
                found.is_none_or(|entry| entry.owner.is_kept || entry.owner.id != *removed)
            }
        }
    }
}

/// Whether a stored value has the fields that were written. The platform may add defaults.
fn includes(stored: &Map<String, Json>, written: &Map<String, Json>) -> bool {
    written
        .iter()
        .all(|(name, value)| match (stored.get(name), value) {
            (Some(Json::Object(stored)), Json::Object(written)) => includes(stored, written),
            (stored, value) => stored == Some(value),
        })
}

fn put(at: &EntryAddress, object: &mut Object, value: &Map<String, Json>, owner: &Owner) -> bool {
    if at.is_list {
        object.entries.is_list(at.field);
    }
    let entry = Entry {
        owner: owner.clone(),
        value: Some(value.clone()),
    };
    let is_same = object.entries.get(at.field, &at.key) == Some(&entry);
    let was_inline = take_inline(at, object);
    object.entries.put(at.field, &at.key, entry);
    was_inline || !is_same
}

fn take_inline(at: &EntryAddress, object: &mut Object) -> bool {
    object.take_inline_entry(at.field, &at.key).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::error::ErrorKind;

    fn at(key: &str) -> EntryAddress {
        EntryAddress {
            namespace: "tenant-a".to_owned(),
            object: "main".to_owned(),
            field: "users",
            is_list: false,
            key: key.to_owned(),
        }
    }

    fn owner(id: &str) -> Owner {
        Owner {
            id: id.to_owned(),
            is_kept: false,
        }
    }

    /// An object with the user `inline` and, with these owners, the users `ours` and `kept`.
    fn object() -> Object {
        let spec = json!({"users": {"inline": {}}});
        let mut object = Object {
            spec: spec.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        };
        let kept = Owner {
            is_kept: true,
            ..owner("theirs")
        };
        for (key, owner) in [
            ("ours", owner("x")),
            ("kept", kept),
            ("added", Owner::platform()),
        ] {
            let value = Some(Map::new());
            object.entries.put("users", key, Entry { owner, value });
        }
        object
    }

    /// The object after a change, and whether it differs.
    fn made(key: &str, change: &Change) -> Result<(Object, bool), ErrorKind> {
        let mut object = object();
        let changed = change.make(&at(key), &mut object);
        let changed = changed.map_err(|error| error.kind())?;
        assert!(!changed || change.is_made(&at(key), &object), "{change:?}");
        Ok((object, changed))
    }

    fn value() -> Map<String, Json> {
        let value = json!({"password": "a"});
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_new_entry_must_not_exist() {
        let create = |id: &str| Change::Create {
            value: value(),
            owner: owner(id),
        };
        for key in ["inline", "ours", "kept"] {
            let refused = made(key, &create("new")).err();
            assert_eq!(refused, Some(ErrorKind::AlreadyExists), "{key}");
        }
        // The answer to the first attempt was lost, or the platform added it.
        for (key, id) in [("ours", "x"), ("added", "new"), ("new", "new")] {
            let (object, is_changed) = made(key, &create(id)).expect(key);
            assert!(is_changed, "{key}");
            let entry = object.entries.get("users", key).expect(key);
            assert_eq!(
                (entry.value.clone(), &entry.owner),
                (Some(value()), &owner(id))
            );
        }
    }

    #[test]
    fn an_entry_of_another_owner_is_not_replaced() {
        let replace = |id: &str| Change::Replace {
            value: value(),
            owner: owner(id),
        };
        assert_eq!(made("ours", &replace("y")).err(), Some(ErrorKind::Conflict));
        assert_eq!(made("gone", &replace("y")).err(), Some(ErrorKind::Conflict));
        for key in ["inline", "kept"] {
            let (object, _) = made(key, &replace("y")).expect(key);
            assert!(object.entries.get("users", key).is_some(), "{key}");
            assert!(entry_value(&object.spec, "users", key).is_none(), "{key}");
        }
    }

    #[test]
    fn only_an_own_entry_that_is_not_kept_is_removed() {
        let remove = |id: &str| Change::Remove {
            owner: id.to_owned(),
        };
        for (key, id, is_removed) in [
            ("ours", "x", true),
            ("ours", "y", false),
            ("kept", "theirs", false),
            ("gone", "y", false),
        ] {
            let (object, is_changed) = made(key, &remove(id)).expect(key);
            assert_eq!(is_changed, is_removed, "{key}");
            let is_there = object.entries.get("users", key).is_some();
            assert_eq!(is_there, !is_removed && key != "gone", "{key}");
        }
    }
}
