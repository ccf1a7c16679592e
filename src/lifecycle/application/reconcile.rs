use std::time::Duration;

use tokio::time::Instant;

use super::pending::PendingWrite;
use crate::api::{Error, ErrorKind, MANAGED_BY, Object};
use crate::resource::lifecycle::ObjectRef;
use crate::resource::session::Session;
use crate::resource::spec::stored::stored_object;
use crate::resource::wait::poll::Poll;

/// A field that no package of the platform uses. Setting it changes the spec without any other effect.
const NUDGE: &str = "deletedByTerraform";

/// The time in which the platform processes a change of the spec.
const SHOWN: Duration = Duration::from_secs(3);

/// The result of reconciling an object before its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reconciled {
    /// The platform has processed the last write: the finalizer is set.
    Yes,
    /// It is gone, or is being deleted.
    Gone,
    /// The timeout expired, or Terraform was interrupted.
    No,
}

/// Ensures that the platform has processed the last write before an object is deleted. Until then the object has no
/// finalizer: it would be removed without being uninstalled, and its workloads would remain.
pub(crate) async fn ensure_reconciled(
    target: ObjectRef<'_>,
    session: &Session,
    mut object: Object,
    mut pending: PendingWrite,
    deadline: Instant,
) -> Result<Reconciled, Error> {
    let uid = object.uid.clone();
    let mut nudge_at = Some(Instant::now() + SHOWN);
    let mut poll = Poll::until(deadline);
    loop {
        if object.is_terminating || object.uid != uid {
            return Ok(Reconciled::Gone);
        }
        if pending.is_taken_up(&object) {
            return Ok(Reconciled::Yes);
        }
        // The platform processes a change of labels only minutes later. While it works on the object, another write
        // would not help.
        if pending.is_idle() && nudge_at.is_some_and(|at| Instant::now() >= at) {
            let Some(nudged) = nudge(target, session, object, deadline).await? else {
                return Ok(Reconciled::Gone);
            };
            pending = PendingWrite::of(&nudged);
            nudge_at = None;
            object = nudged;
        }
        if poll.next(session).await.is_err() {
            return Ok(Reconciled::No);
        }
        let (namespace, name) = (&object.namespace, &object.name);
        let found = session.client.get_opt(target.resource, namespace, name);
        object = match found.await? {
            Some(found) => found,
            None => return Ok(Reconciled::Gone),
        };
    }
}

/// Makes the platform reconcile an object that will be deleted: a write that changes its spec without any other effect.
/// Like any write, it also repairs a damaged label (measured). None if the object is gone or being deleted.
pub(crate) async fn nudge(
    target: ObjectRef<'_>,
    session: &Session,
    mut object: Object,
    deadline: Instant,
) -> Result<Option<Object>, Error> {
    let uid = object.uid.clone();
    let mut poll = Poll::until(deadline);
    loop {
        object
            .labels
            .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        let live = session.live(target.resource).await;
        object = stored_object(target.spec, object, live.as_deref());
        let other = object.resource_version.clone();
        object.spec.insert(NUDGE.to_owned(), other.into());
        let error = match session.client.replace(target.resource, &object).await {
            Ok(written) => return Ok(Some(written)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::NotFound => return Ok(None),
            // The read may have returned an old version.
            ErrorKind::Conflict | ErrorKind::Busy | ErrorKind::Uncertain
                if poll.next(session).await.is_ok() => {}
            _ => return Err(error),
        }
        let is_late = !poll.is_early();
        let (namespace, name) = (&object.namespace, &object.name);
        let found = session.client.get_opt(target.resource, namespace, name);
        match found.await? {
            None => return Ok(None),
            Some(found) if found.is_terminating || found.uid != uid => return Ok(None),
            // The write was sent, and may have been processed before this read. Another write is faster than a wait,
            // unless its response is lost as well.
            Some(found) if is_late && found.spec.get(NUDGE) == object.spec.get(NUDGE) => {
                return Ok(Some(found));
            }
            Some(found) => object = found,
        }
    }
}
