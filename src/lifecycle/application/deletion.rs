use std::time::Duration;

use tokio::time::Instant;

use super::pending::PendingWrite;
use super::reconcile::{Reconciled, ensure_reconciled, nudge};
use crate::api::{Error, Observation, Watcher};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef};
use crate::resource::observe::freshness::newest;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::poll::{POLL, Poll};

/// The time for workloads to be deleted after their object.
const FOLLOWS: Duration = Duration::from_secs(15);

/// Finds the object, from the watch if possible.
///
/// # Errors
/// If a request fails.
pub(crate) async fn find_deletable(
    lifecycle: &dyn Lifecycle,
    session: &Session,
    target: ObjectRef<'_>,
    remembered: &Private,
    deadline: Instant,
) -> Result<Deletable, Error> {
    // Objects that the watches showed before are known to be gone when they are removed, without a read.
    let _ = session.client.watch_workloads(target.namespace);
    let mut follow = session.client.watch(target.resource, target.namespace);
    session.wait_for(follow.started(), POLL).await;
    // Only the object in the state is deleted. A watch may lag: if it shows another object, a read decides.
    if remembered.pending.is_none()
        && let Observation::Shown(object) = follow.observe(target.name)
        && !remembered.is_another(&object)
    {
        return Ok(Deletable::Present {
            uid: object.uid.clone(),
            is_terminating: object.is_terminating,
        });
    }
    let Some(object) = newest(lifecycle, session, target, remembered).await? else {
        return Ok(Deletable::Absent);
    };
    if remembered.is_another(&object) {
        return Ok(Deletable::Another(object.uid));
    }
    let (uid, is_terminating) = (object.uid.clone(), object.is_terminating);
    // If the platform has not processed the write, the workloads would not be deleted.
    if let Some(pending) = remembered.pending.as_ref().and_then(PendingWrite::read) {
        let reconciled = ensure_reconciled(target, session, object, pending, deadline);
        if reconciled.await? == Reconciled::No || *session.stop.borrow() {
            return Ok(Deletable::NotTakenUp);
        }
    }
    Ok(Deletable::Present {
        uid,
        is_terminating,
    })
}

/// Sends the DELETE and waits until the object and its workloads are gone.
///
/// # Errors
/// If a request fails.
pub(crate) async fn delete(
    session: &Session,
    target: ObjectRef<'_>,
    uid: Option<String>,
    deadline: Instant,
) -> Result<Deleted, Error> {
    let mut workloads = session.client.watch_workloads(target.namespace);
    Ok(
        match delete_until_gone(session, target, uid, deadline).await? {
            Ended::Gone => {
                Deleted::Gone(remaining_workloads(session, target, &mut workloads).await)
            }
            Ended::NotYet => Deleted::NotYet,
            Ended::NotTakenUp => Deleted::NotTakenUp,
        },
    )
}

enum Ended {
    Gone,
    NotYet,
    NotTakenUp,
}

async fn delete_until_gone(
    session: &Session,
    target: ObjectRef<'_>,
    mut uid: Option<String>,
    deadline: Instant,
) -> Result<Ended, Error> {
    let ObjectRef {
        resource,
        namespace,
        name,
        ..
    } = target;
    let mut poll = Poll::until(deadline);
    let mut follow = session.client.watch(resource, namespace);
    let mut read_at = Instant::now();
    // A lagging watch may still show an earlier object with the name.
    let is_ours = |seen: &Observation, uid: Option<&String>| matches!(seen, Observation::Shown(object) if uid.is_none_or(|uid| *uid == object.uid));
    let mut was_shown = is_ours(&follow.observe(name), uid.as_ref());
    let mut asked = send_delete(session, target).await?;
    loop {
        // An object that was removed from the watch is gone. Otherwise a read is required.
        let seen = follow.observe(name);
        let is_shown = is_ours(&seen, uid.as_ref());
        match &seen {
            Observation::Shown(object) if is_shown => {
                uid = Some(object.uid.clone());
                was_shown = true;
            }
            Observation::Shown(_) if was_shown => return Ok(Ended::Gone),
            Observation::Absent if was_shown && asked => return Ok(Ended::Gone),
            Observation::Shown(_) | Observation::Absent | Observation::Blind => {}
        }
        // A watch can miss a deletion (measured), so the object is also read periodically.
        if !asked || !is_shown || read_at.elapsed() > POLL {
            read_at = Instant::now();
            match session.client.get_opt(resource, namespace, name).await? {
                None => return Ok(Ended::Gone),
                Some(other) if uid.as_ref().is_some_and(|uid| *uid != other.uid) => {
                    return Ok(Ended::Gone);
                }
                Some(object) if object.is_terminating || asked => asked = true,
                // If a DELETE returns 404 but a read returns the object, its label is damaged.
                Some(object) => {
                    let nudged = nudge(target, session, object, deadline).await?;
                    if let Some(nudged) = nudged {
                        let pending = PendingWrite::of(&nudged);
                        let reconciled =
                            ensure_reconciled(target, session, nudged, pending, deadline);
                        if reconciled.await? == Reconciled::No {
                            return Ok(Ended::NotTakenUp);
                        }
                    }
                    if *session.stop.borrow() {
                        return Ok(Ended::NotTakenUp);
                    }
                    asked = send_delete(session, target).await?;
                }
            }
        }
        let longest = if is_shown { POLL } else { Duration::ZERO };
        let mut changed = follow.clone();
        if poll
            .next_or(session, longest, changed.changed())
            .await
            .is_err()
        {
            return Ok(Ended::NotYet);
        }
        follow = changed;
    }
}

/// Sends the DELETE. Returns whether the object existed.
async fn send_delete(session: &Session, target: ObjectRef<'_>) -> Result<bool, Error> {
    let sent = session
        .client
        .delete(target.resource, target.namespace, target.name);
    match sent.await {
        Err(error) if error.is_gone(target.name) => Ok(false),
        other => other.map(|()| true),
    }
}

/// The workloads of a deleted object that still exist after some time.
async fn remaining_workloads(
    session: &Session,
    target: ObjectRef<'_>,
    workloads: &mut Watcher,
) -> Vec<String> {
    let mut poll = Poll::until(Instant::now() + FOLLOWS);
    session.wait_for(workloads.started(), POLL).await;
    loop {
        let left = workloads.workloads_of(&target.resource.kind, target.name);
        let left = left.unwrap_or_default();
        let next = poll.next_or(session, POLL, workloads.changed());
        if left.is_empty() || next.await.is_err() {
            return left;
        }
    }
}
