//! The lifecycle of an object on the platform: how it is read, written and deleted, and when it is ready.

use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::session::Session;
use super::state::private::Private;
use super::wait::outcome::{WaitFor, WaitOutcome};
use crate::api::{ApiResource, Error, Object};
use crate::schema::Block;
use crate::value::Value;

/// An object, and its kind.
#[derive(Clone, Copy)]
pub struct ObjectRef<'a> {
    /// The kind in the API.
    pub resource: &'a ApiResource,
    /// The attributes of the object's spec; for an entry, those of the object that contains it.
    pub spec: &'a Block,
    /// The namespace.
    pub namespace: &'a str,
    /// The name.
    pub name: &'a str,
}

/// A write that is waited for.
pub struct Written {
    /// The object in the response to the write, used until a read returns a version as new.
    pub object: Object,
    /// The write, until it is known that the platform has processed it; none if the platform does not process it.
    pub pending: Option<Json>,
    /// The private data, with the object's own version: events of its workloads have versions of their own.
    pub private: Private,
}

/// The object to delete.
pub enum Deletable {
    /// The object in the state exists.
    Present {
        /// Its uid.
        uid: String,
        /// Whether it is already being deleted.
        is_terminating: bool,
    },
    /// The object does not exist.
    Absent,
    /// An object with the same name and this other uid exists.
    Another(String),
    /// It must not be deleted yet, because the platform has not processed the last write.
    NotTakenUp,
}

/// The outcome of a deletion.
pub enum Deleted {
    /// The object is gone, but these workloads still exist.
    Gone(Vec<String>),
    /// It is being deleted, and the timeout expired.
    NotYet,
    /// No DELETE was sent, because the platform did not process the last write.
    NotTakenUp,
}

/// The lifecycle of an object on the platform. The engine plans, compares and manages states, and calls this trait for
/// everything that depends on how the platform processes an object.
///
/// The default methods read and write an object by its URL.
pub trait Lifecycle: Send + Sync {
    /// The attribute `wait_for`, with its valid values.
    fn wait_for(&self) -> Block;

    /// The status attributes of a data source, in addition to `ready`.
    fn status(&self) -> Block;

    /// Sets the attributes of [`Lifecycle::status`] in the state of a data source.
    fn put_status(&self, state: &mut Value, object: &Object);

    /// Why the object is not ready, as reported by the platform; none if it is ready.
    fn not_ready_reason(&self, object: &Object) -> Option<String>;

    /// Whether the object is not the one in the state: it is on another platform, or was created again by another
    /// client.
    fn is_another(&self, remembered: &Private, object: &Object) -> bool {
        remembered.is_another(object)
    }

    /// The maximum length of a name, and the reason as the end of a sentence.
    fn longest_name(&self, release_prefix: &str) -> (usize, String);

    /// The maximum length of a label or annotation key without a prefix.
    fn longest_label_key(&self) -> usize {
        63
    }

    /// What is pending after a create, given the response. A new object has nothing else to process.
    fn pending_after_create(&self, after: &Object) -> Option<Json> {
        let _ = after;
        None
    }

    /// What is pending after a write, given the object before it and the response. `is_untouched` means that the object
    /// was not changed since it was created.
    fn pending_after_write(
        &self,
        is_untouched: bool,
        before: &Object,
        after: &Object,
    ) -> Option<Json> {
        let _ = (is_untouched, before, after);
        None
    }

    /// What is pending after a write whose response was lost, given the object before it and the first one read after
    /// it.
    fn pending_after_lost_write(&self, before: &Object, seen: &Object) -> Option<Json> {
        let _ = (before, seen);
        None
    }

    /// What is still pending of `pending`, given a later read.
    fn pending_after_read(&self, pending: &Json, object: &Object) -> Option<Json> {
        let _ = (pending, object);
        None
    }

    /// Waits until the platform has processed the write, unless `wait_for` is `none`. Returns the latest observed
    /// object, and updates what is pending in `written`.
    fn wait<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &'a mut Written,
        wait_for: WaitFor,
        deadline: Instant,
    ) -> BoxFuture<'a, (Object, WaitOutcome)>;

    /// Finds the object to delete, and ensures that it can be deleted.
    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>>;

    /// Deletes the object with this uid, or any object of the name if none was found, and waits until it is gone.
    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>>;

    /// The object, or none, read with a request of its own.
    fn get<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            let client = &session.client;
            client
                .get_opt(target.resource, target.namespace, target.name)
                .await
        })
    }

    /// The object, or none, at most some seconds old: concurrent reads share one list.
    fn read<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
    ) -> BoxFuture<'a, Result<Option<Object>, Error>> {
        Box::pin(async move {
            let client = &session.client;
            client
                .read_opt(target.resource, target.namespace, target.name)
                .await
        })
    }

    /// The objects of a namespace now, with labels that a selector selects, sorted by name. The name of the target is
    /// not used.
    fn search<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        selector: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Object>, Error>> {
        Box::pin(async move {
            let client = &session.client;
            client
                .search(target.resource, target.namespace, selector)
                .await
        })
    }

    /// Whether the state stays although the platform no longer has the object, because it records what the object has
    /// done. Otherwise the next apply creates the object again.
    ///
    /// # Errors
    /// What could not be read, so that the state is kept.
    fn outlives_object<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        state: &'a Value,
    ) -> BoxFuture<'a, Result<bool, Error>> {
        let _ = (session, target, state);
        Box::pin(async { Ok(false) })
    }

    /// Creates the object.
    fn create<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move { session.client.create(target.resource, object).await })
    }

    /// Replaces the object that was read.
    fn replace<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move { session.client.replace(target.resource, object).await })
    }
}
