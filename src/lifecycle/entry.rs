use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::application::lifecycle::Application;
use super::application::pending::PendingWrite;
use super::application::waiter;
use crate::api::{
    Change, ChangedEntry, Entries, EntryAddress, Error, KEPT, OPERATION, Object, Owner, entry_keys,
    entry_value,
};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef, Written};
use crate::resource::observe::freshness::newest;
use crate::resource::session::Session;
use crate::resource::spec::stored::stored_object;
use crate::resource::state::private::Private;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::schema::Block;
use crate::value::Value;

/// An entry of the spec of an application, such as a database of a server. The engine sees it as an object with the name
/// `OBJECT/KEY`, the spec of the entry, and the uid, version and status of the application. Its owner is in an
/// annotation of the application, so that other clients of this provider leave it alone.
pub struct Entry {
    pub(super) field: &'static str,
    is_list: bool,
    implicit: Option<(&'static str, &'static str)>,
}

impl Entry {
    /// The entries of a map.
    pub const fn of_map(field: &'static str) -> Entry {
        Entry {
            field,
            is_list: false,
            implicit: None,
        }
    }

    /// The items of a list, which have a `name`.
    pub const fn of_list(field: &'static str) -> Entry {
        Entry {
            field,
            is_list: true,
            implicit: None,
        }
    }

    /// The key and the value, as JSON, of the entry that the platform has as long as there are no others. It is written
    /// with the first other entry, which would remove it.
    pub const fn with_implicit(self, key: &'static str, value: &'static str) -> Entry {
        Entry {
            implicit: Some((key, value)),
            ..self
        }
    }

    /// An entry of an object as an object of its own; none if it does not exist.
    fn of(&self, object: Object, key: &str) -> Option<Object> {
        let apart = object.entries.get(self.field, key);
        let apart = apart.and_then(|entry| Some((entry.owner.clone(), entry.value.clone()?)));
        let inline = || {
            Some((
                Owner::default(),
                entry_value(&object.spec, self.field, key)?,
            ))
        };
        let (owner, spec) = apart.or_else(inline)?;
        let owner = if owner.is_resource() {
            owner
        } else {
            Owner::default()
        };
        let mut annotations = BTreeMap::new();
        if !owner.id.is_empty() {
            annotations.insert(OPERATION.to_owned(), owner.id);
        }
        if owner.is_kept {
            annotations.insert(KEPT.to_owned(), "true".to_owned());
        }
        Some(Object {
            name: format!("{}/{key}", object.name),
            labels: BTreeMap::new(),
            annotations,
            spec,
            container: object.whole_spec(),
            entries: Entries::default(),
            ..object
        })
    }

    async fn change(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
        change: Change,
    ) -> Result<ChangedEntry, Error> {
        let (object, key) = parts(target.name);
        let at = EntryAddress {
            namespace: target.namespace.to_owned(),
            object: object.to_owned(),
            field: self.field,
            is_list: self.is_list,
            key: key.to_owned(),
        };
        let live = session.live(target.resource).await;
        let stored = |object: Object| {
            let shown = object.spec.get(self.field).cloned();
            let mut stored = stored_object(target.spec, object, live.as_deref());
            self.keep_implicit(&mut stored, shown, key);
            stored
        };
        let client = &session.client;
        client
            .change_entry(target.resource, at, change, &stored)
            .await
    }

    /// Keeps the entries that the platform adds where there are none, except the one that is written: those that a read
    /// shows as a default, otherwise the declared one.
    fn keep_implicit(&self, stored: &mut Object, shown: Option<Json>, key: &str) {
        let Some((name, value)) = self.implicit else {
            return;
        };
        let is_first = !stored.spec.contains_key(self.field) && !stored.entries.has(self.field);
        if !is_first {
            return;
        }
        let declared = || {
            serde_json::from_str(value)
                .ok()
                .map(|value| (name.to_owned(), value))
        };
        let implicit: Vec<(String, Json)> = match shown {
            Some(Json::Object(shown)) if !shown.is_empty() => shown.into_iter().collect(),
            _ => declared().into_iter().collect(),
        };
        for (name, value) in implicit.into_iter().filter(|(name, _)| name != key) {
            let entry = crate::api::Entry {
                owner: Owner::platform(),
                value: value.as_object().cloned(),
            };
            stored.entries.put(self.field, &name, entry);
        }
    }

    async fn write(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
        change: Change,
    ) -> Result<Object, Error> {
        let changed = self.change(session, target, change).await?;
        let (_, key) = parts(target.name);
        let entry = self.of(changed.object, key);
        entry.ok_or_else(|| Error::entry_changed(key))
    }

    /// Writes the entry again if a client that had read an earlier version of the object has overwritten it (measured:
    /// release 1.6 permits that). Returns the entry, and whether it was written; none if the object is gone.
    async fn ensure_written(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
        entry: &Object,
    ) -> Result<Option<(Object, bool)>, Error> {
        let (name, key) = parts(target.name);
        let place = [target.namespace, name];
        let client = &session.client;
        let found = client.read_since(target.resource, place, Instant::now());
        let Some(object) = found.await? else {
            return Ok(None);
        };
        if let Some(found) = self.of(object, key)
            && found.annotations == entry.annotations
        {
            return Ok(Some((found, false)));
        }
        let written = self.write(session, target, create(entry)).await?;
        Ok(Some((written, true)))
    }
}

/// The names of the object and of the entry.
pub(super) fn parts(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, ""))
}

/// The object that contains the entry.
fn container<'a>(target: ObjectRef<'a>) -> ObjectRef<'a> {
    ObjectRef {
        name: parts(target.name).0,
        ..target
    }
}

fn owner(entry: &Object) -> Owner {
    Owner {
        id: entry
            .annotations
            .get(OPERATION)
            .cloned()
            .unwrap_or_default(),
        is_kept: entry.annotations.contains_key(KEPT),
    }
}

/// A write that the platform has not processed yet, with this response.
fn pending(object: Object) -> Written {
    let pending = PendingWrite::of(&object).to_json();
    Written {
        private: Private::written(&object, pending.clone()),
        pending,
        object,
    }
}

fn create(entry: &Object) -> Change {
    Change::Create {
        value: entry.spec.clone(),
        owner: owner(entry),
    }
}

impl Lifecycle for Entry {
    fn wait_for(&self) -> Block {
        Application.wait_for()
    }

    fn status(&self) -> Block {
        Block::default()
    }

    fn put_status(&self, _: &mut Value, _: &Object) {}

    fn not_ready_reason(&self, object: &Object) -> Option<String> {
        Application.not_ready_reason(object)
    }

    fn is_another(&self, remembered: &Private, entry: &Object) -> bool {
        match entry.annotations.get(OPERATION) {
            Some(owner) => !remembered.operation.is_empty() && *owner != remembered.operation,
            // Without an owner, it is only known whether the object is the same.
            None => remembered.is_another(entry),
        }
    }

    fn longest_name(&self, _: &str) -> (usize, String) {
        (usize::MAX, String::new())
    }

    fn pending_after_create(&self, after: &Object) -> Option<Json> {
        PendingWrite::of(after).to_json()
    }

    fn pending_after_write(&self, _: bool, before: &Object, after: &Object) -> Option<Json> {
        Application.pending_after_write(false, before, after)
    }

    fn pending_after_lost_write(&self, before: &Object, seen: &Object) -> Option<Json> {
        Application.pending_after_lost_write(before, seen)
    }

    fn pending_after_read(&self, pending: &Json, object: &Object) -> Option<Json> {
        Application.pending_after_read(pending, object)
    }

    fn wait<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &'a mut Written,
        wait_for: WaitFor,
        deadline: Instant,
    ) -> BoxFuture<'a, (Object, WaitOutcome)> {
        Box::pin(async move {
            let mut entry = written.object.clone();
            loop {
                let at = container(target);
                at.name.clone_into(&mut written.object.name);
                let (seen, ending) = waiter::wait(session, at, written, wait_for, deadline).await;
                entry.resource_version = seen.resource_version;
                entry.status = seen.status;
                if wait_for == WaitFor::Nothing || !matches!(ending, WaitOutcome::Met) {
                    return (entry, ending);
                }
                match self.ensure_written(session, target, &entry).await {
                    Ok(Some((found, false))) => {
                        return (found, WaitOutcome::Met);
                    }
                    Ok(Some((again, true))) => {
                        *written = pending(again);
                    }
                    Ok(None) => return (entry, WaitOutcome::Gone),
                    Err(error) => return (entry, WaitOutcome::Failed(error)),
                }
            }
        })
    }

    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        _: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>> {
        Box::pin(async move {
            let Some(entry) = newest(self, session, target, remembered).await? else {
                return Ok(Deletable::Absent);
            };
            if self.is_another(remembered, &entry) {
                return Ok(Deletable::Another(entry.uid));
            }
            Ok(Deletable::Present {
                uid: owner(&entry).id,
                is_terminating: entry.is_terminating,
            })
        })
    }

    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>> {
        Box::pin(async move {
            let Some(owner) = uid else {
                return Ok(Deleted::Gone(Vec::new()));
            };
            let change = Change::Remove { owner };
            let changed = match self.change(session, target, change).await {
                Err(error) if error.is_gone(parts(target.name).0) => {
                    return Ok(Deleted::Gone(Vec::new()));
                }
                changed => changed?,
            };
            if !changed.is_written {
                return Ok(Deleted::Gone(Vec::new()));
            }
            // Until the platform has processed the write, the object itself must not be deleted.
            let mut written = pending(changed.object);
            let at = container(target);
            let waited = waiter::wait(session, at, &mut written, WaitFor::Ready, deadline);
            match waited.await.1 {
                WaitOutcome::Failed(error) => Err(error),
                WaitOutcome::TimedOut { .. } | WaitOutcome::Overdue(_)
                    if written.private.pending.is_some() =>
                {
                    Ok(Deleted::NotYet)
                }
                _ => Ok(Deleted::Gone(Vec::new())),
            }
        })
    }

    fn get<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            let (name, key) = parts(target.name);
            let place = [target.namespace, name];
            let client = &session.client;
            let found = client.read_since(target.resource, place, Instant::now());
            Ok(found.await?.and_then(|object| self.of(object, key)))
        })
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            let (name, key) = parts(target.name);
            let client = &session.client;
            let found = client.read_opt(target.resource, target.namespace, name);
            Ok(found.await?.and_then(|object| self.of(object, key)))
        })
    }

    fn create<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(self.write(session, target, create(object)))
    }

    fn search<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        selector: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Object>, Error>> {
        Box::pin(async move {
            let live = session.live(target.resource).await;
            let client = &session.client;
            let objects = client.search(target.resource, target.namespace, selector);
            let mut found = Vec::new();
            for object in objects.await? {
                // Without what the platform shows where there are no entries.
                let object = stored_object(target.spec, object, live.as_deref());
                let spec = object.whole_spec();
                let keys = entry_keys(&spec, self.field).into_iter();
                found.extend(keys.filter_map(|key| self.of(object.clone(), key)));
            }
            Ok(found)
        })
    }

    fn replace<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        let change = Change::Replace {
            value: object.spec.clone(),
            owner: owner(object),
        };
        Box::pin(self.write(session, target, change))
    }
}
