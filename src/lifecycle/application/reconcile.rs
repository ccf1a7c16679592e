use std::time::Duration;

use tokio::time::Instant;

use super::pending::PendingWrite;
use crate::api::{Error, ErrorKind, MANAGED_BY, Object};
use crate::resource::lifecycle::ObjectRef;
use crate::resource::session::Session;
use crate::resource::spec::stored::stored_spec;
use crate::resource::wait::poll::Poll;

/// A field that no package of the platform knows: any value of it is another spec and nothing else.
const NUDGE: &str = "deletedByTerraform";

/// How soon the platform shows that it took up a write of which it knows.
const SHOWN: Duration = Duration::from_secs(3);

/// What became of an object before its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reconciled {
    /// The platform has taken up the last write: the finalizer is on.
    Yes,
    /// It is gone, or is being deleted.
    Gone,
    /// No time was left, or Terraform asked to stop.
    No,
}

/// Makes sure that the platform has taken up the last write before an object is deleted. Until then
/// nothing holds the object back from vanishing before it is uninstalled, and its workloads would stay.
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
        // Of a change of labels alone the platform learns minutes later. While it works, another write
        // would prove no more than the last one.
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

/// Has the platform look at an object that is to be deleted: a write that changes its spec and nothing
/// of what it does. It repairs a damaged label as well, as any write does (measured). None where the object
/// is gone or being deleted.
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
        object.spec = stored_spec(
            target.spec,
            &object,
            session.live(target.resource).await.as_deref(),
        );
        let other = object.resource_version.clone();
        object.spec.insert(NUDGE.to_owned(), other.into());
        let error = match session.client.replace(target.resource, &object).await {
            Ok(written) => return Ok(Some(written)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::NotFound => return Ok(None),
            // What was read may have been old.
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
            // It was written, and perhaps taken up before this read. Another write tells sooner than a
            // wait, unless its answer is lost as well.
            Some(found) if is_late && found.spec.get(NUDGE) == object.spec.get(NUDGE) => {
                return Ok(Some(found));
            }
            Some(found) => object = found,
        }
    }
}
