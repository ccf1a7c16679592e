use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::pending::PendingWrite;
use super::readiness::{is_ready, state_text};
use super::status::{ApplicationStatus, WaitForSetting, put_status};
use super::{deletion, waiter};
use crate::api::{Error, Object};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef, Written};
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::schema::{Block, Spec};
use crate::value::Value;

/// The maximum length of a release name in Helm: the prefix of the kind and the object's name.
const LONGEST_RELEASE: usize = 53;

/// The maximum length of a label key without a `/`. The platform adds the prefix `apps.cozystack.io-`, and the result
/// has at most 63 characters.
const LONGEST_LABEL_KEY: usize = 45;

/// A Cozystack application: an object of `apps.cozystack.io`, backed by a `HelmRelease`. Reads lag behind writes, a
/// deletion waits until the last write was processed, and a create or update waits for the `Ready` that belongs to the
/// write.
pub struct Application;

impl Lifecycle for Application {
    fn wait_for(&self) -> Block {
        WaitForSetting::block()
    }

    fn status(&self) -> Block {
        ApplicationStatus::block()
    }

    fn put_status(&self, state: &mut Value, object: &Object) {
        put_status(state, object);
    }

    fn not_ready_reason(&self, object: &Object) -> Option<String> {
        (!is_ready(object)).then(|| state_text(object))
    }

    fn longest_name(&self, release_prefix: &str) -> (usize, String) {
        let why = format!(
            "the platform names its release `{release_prefix}NAME`, which may have {LONGEST_RELEASE}"
        );
        (LONGEST_RELEASE - release_prefix.len(), why)
    }

    fn longest_label_key(&self) -> usize {
        LONGEST_LABEL_KEY
    }

    fn pending_after_write(&self, is_untouched: bool, _: &Object, after: &Object) -> Option<Json> {
        let pending = PendingWrite::of(after);
        let pending = if is_untouched {
            pending.into_first()
        } else {
            pending
        };
        pending.to_json()
    }

    fn pending_after_lost_write(&self, before: &Object, seen: &Object) -> Option<Json> {
        PendingWrite::of(before).seen_at(seen).to_json()
    }

    fn pending_after_read(&self, pending: &Json, object: &Object) -> Option<Json> {
        let mut pending = PendingWrite::read(pending)?;
        if pending.is_taken_up(object) {
            return None;
        }
        pending.to_json()
    }

    fn wait<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &'a mut Written,
        wait_for: WaitFor,
        deadline: Instant,
    ) -> BoxFuture<'a, (Object, WaitOutcome)> {
        Box::pin(waiter::wait(session, target, written, wait_for, deadline))
    }

    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>> {
        Box::pin(deletion::find_deletable(
            self, session, target, remembered, deadline,
        ))
    }

    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>> {
        Box::pin(deletion::delete(session, target, uid, deadline))
    }
}
