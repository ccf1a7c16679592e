//! What an object of the platform is like: how it is read and written, when it is ready, and how it goes.

use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::session::Session;
use super::state::private::Private;
use super::wait::outcome::{WaitFor, WaitOutcome};
use crate::api::{ApiResource, Error, Object};
use crate::schema::Block;
use crate::value::Value;

/// Which object, and what is known of its kind.
#[derive(Clone, Copy)]
pub struct ObjectRef<'a> {
    /// How the API names its kind.
    pub resource: &'a ApiResource,
    /// The attributes of its spec.
    pub spec: &'a Block,
    /// The namespace it is in.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// A write whose effect is waited for.
pub struct Written {
    /// The object as the write's answer showed it: the truth until a read is as new.
    pub object: Object,
    /// The write, as long as nothing shows that the platform has taken it up; none where there is nothing to take up.
    pub pending: Option<Json>,
    /// What to remember of it: its own version, as an event of the object's workloads carries theirs.
    pub private: Private,
}

/// What is to be deleted.
pub enum Deletable {
    /// The object of the state is there.
    Present {
        /// Its identity.
        uid: String,
        /// Whether it is being deleted already.
        is_terminating: bool,
    },
    /// No object of that name was found.
    Absent,
    /// The object of that name is another one, with this uid.
    Another(String),
    /// It must not be deleted yet: the platform has not taken up the last write.
    NotTakenUp,
}

/// How a deletion ended.
pub enum Deleted {
    /// The object is gone, and these of what ran in it are still there.
    Gone(Vec<String>),
    /// It is being deleted, and no time was left to wait for it.
    NotYet,
    /// No deletion was sent: the platform did not take up the last write.
    NotTakenUp,
}

/// The life of an object on the platform. The engine plans, compares and keeps states; whatever depends on how the
/// platform treats an object is asked of this.
///
/// The defaults are those of an object that is read and written by its own address.
pub trait Lifecycle: Send + Sync {
    /// The attribute `wait_for`, with what an apply can wait for.
    fn wait_for(&self) -> Block;

    /// What a data source shows of the object's state, beside `ready`.
    fn status(&self) -> Block;

    /// Puts the values of [`Lifecycle::status`] into the state of a data source.
    fn put_status(&self, state: &mut Value, object: &Object);

    /// Why the object does not work, in the platform's words; none where it does.
    fn not_ready_reason(&self, object: &Object) -> Option<String>;

    /// The longest name an object may have, and why: the end of a sentence.
    fn longest_name(&self, release_prefix: &str) -> (usize, String);

    /// The longest key of a label or annotation without a domain.
    fn longest_label_key(&self) -> usize {
        63
    }

    /// What is pending after a write, by the object before it and the answer. `is_untouched` says that nobody had
    /// written the object since it was created.
    fn pending_after_write(
        &self,
        is_untouched: bool,
        before: &Object,
        after: &Object,
    ) -> Option<Json> {
        let _ = (is_untouched, before, after);
        None
    }

    /// What is pending after a write whose answer was lost, by the object before it and the first one read since.
    fn pending_after_lost_write(&self, before: &Object, seen: &Object) -> Option<Json> {
        let _ = (before, seen);
        None
    }

    /// What of `pending` is still pending, by a later read.
    fn pending_after_read(&self, pending: &Json, object: &Object) -> Option<Json> {
        let _ = (pending, object);
        None
    }

    /// Waits until the platform has done what was written, and for nothing where `wait_for` says so. Returns the
    /// newest object seen, and in `written` what is still pending.
    fn wait<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &'a mut Written,
        wait_for: WaitFor,
        deadline: Instant,
    ) -> BoxFuture<'a, (Object, WaitOutcome)>;

    /// Finds the object that is to be deleted, and makes sure that it may be.
    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>>;

    /// Deletes the object of this uid, or whatever has the name where none was found, and waits until it is gone.
    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>>;

    /// The object, or none, by a request of its own.
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

    /// The object, or none, as of some seconds ago at most: reads that come together are answered from one list.
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

    /// Creates the object.
    fn create<'a>(
        &'a self,
        session: &'a Session,
        resource: &'a ApiResource,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move { session.client.create(resource, object).await })
    }

    /// Writes the object in place of the one that was read.
    fn replace<'a>(
        &'a self,
        session: &'a Session,
        resource: &'a ApiResource,
        object: &'a Object,
    ) -> BoxFuture<'a, Result<Object, Error>> {
        Box::pin(async move { session.client.replace(resource, object).await })
    }
}
