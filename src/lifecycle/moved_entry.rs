use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::application::lifecycle::Application;
use super::entry::{Entry, parts};
use crate::api::{ApiResource, Error, KEPT, MANAGED_BY, OPERATION, Object};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef, Written};
use crate::resource::observe::freshness::newest;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::schema::Block;
use crate::value::Value;

/// An entry of an application that became an application of its own in a later release of the platform, such as a node
/// pool. The schema of the containing application decides which of them it is. As an object of its own it is named
/// `OBJECT-KEY`; the engine sees it as `OBJECT/KEY` in both cases.
pub struct MovedEntry {
    /// The entry in earlier releases.
    pub entry: Entry,
    /// The kind in later releases.
    pub resource: fn() -> ApiResource,
    /// The field with the name of the containing application in later releases.
    pub container: &'static str,
    /// The fields whose values the platform copies from the containing application.
    pub inherited: &'static [&'static str],
}

impl MovedEntry {
    /// The kind of the object, if the entry is an object of its own on this platform.
    async fn moved(&self, session: &Session, target: ObjectRef<'_>) -> Option<ApiResource> {
        let live = session.live(target.resource).await?;
        (!live.properties.contains_key(self.entry.field)).then(self.resource)
    }

    /// The containing application.
    async fn container(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
    ) -> Result<Option<Object>, Error> {
        let (name, _) = parts(target.name);
        let client = &session.client;
        client
            .read_opt(target.resource, target.namespace, name)
            .await
    }

    /// The object on the platform as a target of the application's lifecycle.
    fn at<'a>(target: ObjectRef<'a>, resource: &'a ApiResource, name: &'a str) -> ObjectRef<'a> {
        ObjectRef {
            resource,
            name,
            ..target
        }
    }

    /// The object as the engine sees it. What it has from the containing application is not shown.
    fn shown(&self, object: Object, container: Option<&Object>, name: &str) -> Object {
        let mut shown = Object {
            name: name.to_owned(),
            ..object
        };
        for field in self.inherited {
            let inherited = container.and_then(|container| container.spec.get(*field));
            if inherited.is_some() && shown.spec.get(*field) == inherited {
                shown.spec.remove(*field);
            }
        }
        // An object that an upgrade of the platform created has no owner of its own yet.
        let owner = shown.uid.clone();
        let annotations = &mut shown.annotations;
        annotations.entry(OPERATION.to_owned()).or_insert(owner);
        shown
    }

    /// The object on the platform.
    fn stored(&self, shown: &Object, container: Option<&Object>) -> Object {
        let (object, key) = parts(&shown.name);
        let mut stored = Object {
            name: format!("{object}-{key}"),
            ..shown.clone()
        };
        stored.spec.insert(self.container.to_owned(), object.into());
        for field in self.inherited {
            let inherited = container.and_then(|container| container.spec.get(*field));
            if let Some(inherited) = inherited
                && !stored.spec.contains_key(*field)
            {
                stored.spec.insert((*field).to_owned(), inherited.clone());
            }
        }
        let (label, value) = MANAGED_BY;
        stored.labels.insert(label.to_owned(), value.to_owned());
        stored
    }

    async fn read_with(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
        resource: &ApiResource,
        is_fresh: bool,
    ) -> Result<Option<Object>, Error> {
        let (client, name) = (&session.client, object_name(target.name));
        let found = if is_fresh {
            client.get_opt(resource, target.namespace, &name).await?
        } else {
            client.read_opt(resource, target.namespace, &name).await?
        };
        let Some(object) = found else {
            return Ok(None);
        };
        let container = self.container(session, target).await?;
        Ok(Some(self.shown(object, container.as_ref(), target.name)))
    }

    async fn write(
        &self,
        session: &Session,
        target: ObjectRef<'_>,
        resource: &ApiResource,
        object: &Object,
        is_new: bool,
    ) -> Result<Object, Error> {
        let container = self.container(session, target).await?;
        let stored = self.stored(object, container.as_ref());
        let client = &session.client;
        let written = if is_new {
            client.create(resource, &stored).await?
        } else {
            client.replace(resource, &stored).await?
        };
        Ok(self.shown(written, container.as_ref(), target.name))
    }
}

fn object_name(name: &str) -> String {
    let (object, key) = parts(name);
    format!("{object}-{key}")
}

impl Lifecycle for MovedEntry {
    fn wait_for(&self) -> Block {
        self.entry.wait_for()
    }

    fn status(&self) -> Block {
        Block::default()
    }

    fn put_status(&self, _: &mut Value, _: &Object) {}

    fn not_ready_reason(&self, object: &Object) -> Option<String> {
        Application.not_ready_reason(object)
    }

    fn is_another(&self, remembered: &Private, object: &Object) -> bool {
        let was = remembered.kind.as_str();
        if !was.is_empty() && was != object.kind {
            // An upgrade of the platform moved it.
            return false;
        }
        if object.kind == (self.resource)().kind {
            return remembered.is_another(object);
        }
        self.entry.is_another(remembered, object)
    }

    fn longest_name(&self, release_prefix: &str) -> (usize, String) {
        self.entry.longest_name(release_prefix)
    }

    fn pending_after_create(&self, after: &Object) -> Option<Json> {
        let is_moved = after.kind == (self.resource)().kind;
        (!is_moved).then(|| self.entry.pending_after_create(after))?
    }

    fn pending_after_write(
        &self,
        is_untouched: bool,
        before: &Object,
        after: &Object,
    ) -> Option<Json> {
        let is_moved = after.kind == (self.resource)().kind;
        Application.pending_after_write(is_untouched && is_moved, before, after)
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
            let resource = (self.resource)();
            if written.object.kind != resource.kind {
                let waited = self
                    .entry
                    .wait(session, target, written, wait_for, deadline);
                return waited.await;
            }
            let shown = written.object.clone();
            let name = object_name(target.name);
            name.clone_into(&mut written.object.name);
            let at = MovedEntry::at(target, &resource, &name);
            let waited = Application.wait(session, at, written, wait_for, deadline);
            let (seen, ending) = waited.await;
            let object = Object {
                name: shown.name,
                spec: shown.spec,
                annotations: shown.annotations,
                ..seen
            };
            (object, ending)
        })
    }

    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>> {
        Box::pin(async move {
            let Some(resource) = self.moved(session, target).await else {
                let found = self
                    .entry
                    .find_deletable(session, target, remembered, deadline);
                return found.await;
            };
            let Some(object) = newest(self, session, target, remembered).await? else {
                return Ok(Deletable::Absent);
            };
            if self.is_another(remembered, &object) {
                return Ok(Deletable::Another(object.uid));
            }
            let name = object_name(target.name);
            let at = MovedEntry::at(target, &resource, &name);
            let remembered = match remembered.uid == object.uid {
                true => remembered.clone(),
                false => Private::of(&object),
            };
            let found = Application.find_deletable(session, at, &remembered, deadline);
            found.await
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
            let Some(resource) = self.moved(session, target).await else {
                return self.entry.delete(session, target, uid, deadline).await;
            };
            let found = self.read_with(session, target, &resource, true).await?;
            if found.is_none_or(|object| object.annotations.contains_key(KEPT)) {
                return Ok(Deleted::Gone(Vec::new()));
            }
            let name = object_name(target.name);
            let at = MovedEntry::at(target, &resource, &name);
            Application.delete(session, at, uid, deadline).await
        })
    }

    fn get<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            match self.moved(session, target).await {
                None => self.entry.get(session, target).await,
                Some(resource) => self.read_with(session, target, &resource, true).await,
            }
        })
    }

    fn read<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            match self.moved(session, target).await {
                None => self.entry.read(session, target).await,
                Some(resource) => self.read_with(session, target, &resource, false).await,
            }
        })
    }

    fn search<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        selector: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Object>, Error>> {
        Box::pin(async move {
            let Some(resource) = self.moved(session, target).await else {
                return self.entry.search(session, target, selector).await;
            };
            let client = &session.client;
            let namespace = target.namespace;
            let containers = client.search(target.resource, namespace, None).await?;
            let objects = client.search(&resource, namespace, selector).await?;
            let shown = objects.into_iter().filter_map(|object| {
                let name = object.spec.get(self.container)?.as_str()?;
                let key = object.name.strip_prefix(name)?.strip_prefix('-')?;
                let name = format!("{name}/{key}");
                let (of, _) = parts(&name);
                let container = containers.iter().find(|container| container.name == of);
                Some(self.shown(object.clone(), container, &name))
            });
            Ok(shown.collect())
        })
    }

    fn create<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move {
            match self.moved(session, target).await {
                None => self.entry.create(session, target, object).await,
                Some(resource) => self.write(session, target, &resource, object, true).await,
            }
        })
    }

    fn replace<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move {
            match self.moved(session, target).await {
                None => self.entry.replace(session, target, object).await,
                Some(resource) => self.write(session, target, &resource, object, false).await,
            }
        })
    }
}
