use std::time::Duration;

use tokio::time::Instant;

use super::in_use::{Users, in_use_error, wait_until_unused};
use super::operation::{Applied, ApplyRequest, Operation, operation_deadline};
use super::update::newest;
use crate::api::{Error, ErrorKind, Observation, Watcher};
use crate::resource::diagnostics::error::{api_error, foreign_object_error};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::resource::wait::pending::PendingWrite;
use crate::resource::wait::poll::{POLL, Poll};
use crate::resource::wait::reconcile::{Reconciled, ensure_reconciled, nudge};
use crate::value::Value;

/// How long what ran in an object may take to follow it.
const FOLLOWS: Duration = Duration::from_secs(15);

/// How a deletion ended.
enum Deleted {
    /// The object is gone.
    Gone,
    /// It is being deleted, and no time was left to wait for it.
    NotYet,
    /// No deletion was sent: the platform did not take up the last write.
    NotAsked,
    /// No deletion was sent: these still use the object.
    InUse(Users),
    /// The object of that name is another one, with this uid.
    Another(String),
}

/// Destroys the object and waits until it is gone. Where it cannot, it stays in the state.
pub(crate) async fn destroy(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    let text = |name: &str| request.prior.attribute(name).as_str().unwrap_or_default();
    let place = [text("namespace"), text("name")];
    let deadline = operation_deadline(resource_type, request.prior, Operation::Delete);
    let session = &session.within(deadline);
    let mut applied = Applied::default();
    let id = id(place[0], place[1]);
    let mut poll = Poll::until(deadline);
    let remembered = Private::read(request.private);
    let mut workloads = session.client.follow_workloads(place[0]);
    let ended = delete_until_gone(
        resource_type,
        session,
        place,
        &remembered,
        deadline,
        &mut poll,
    );
    match ended.await {
            Err(error)
                if error.fault() == ErrorKind::Forbidden
                    && session.client.is_tenant_deleted(place[0]).await =>
            {
                return applied;
            }
            Ok(Deleted::Gone) => {
                let left = remaining_workloads(resource_type, session, &mut workloads, place[1]).await;
                if !left.is_empty() {
                    applied.diagnostics.warn(
                        "Something Is Left",
                        format!(
                            "The {} `{id}` is gone, and some of what ran in it is still there: {}. It may \
                             follow by itself; what is there after some minutes only an administrator of the \
                             platform can remove.",
                            resource_type.title,
                            left.join(", ")
                        ),
                    );
                }
                return applied;
            }
            Ok(Deleted::InUse(users)) => {
                in_use_error(resource_type, &id, &users, &mut applied.diagnostics);
            }
            Ok(Deleted::NotYet) => applied.diagnostics.error(
                format!("Deletion timed out: {id}"),
                format!(
                    "The {} is still being deleted. Run the destroy again: it is then taken as gone, and not waited \
                     for. `timeouts.delete` gives it longer.",
                    resource_type.title
                ),
            ),
            Ok(Deleted::NotAsked) if *session.stop.borrow() => applied.diagnostics.error(
                format!("Could not delete {} {id}", resource_type.title),
                "Terraform was asked to stop before the deletion was sent.",
            ),
            Ok(Deleted::NotAsked) => applied.diagnostics.error(
                format!("Could not delete {} {id}", resource_type.title),
                "The platform has not taken up the last change yet. Deleting it now would leave what runs in it \
                 behind, so no deletion was sent. Run the destroy again later; `timeouts.delete` gives it longer. If \
                 `ready` stays unchanged for long, the platform's controller may be at fault: contact its support.",
            ),
            Ok(Deleted::Another(other)) => {
                foreign_object_error(&mut applied.diagnostics, resource_type, &id, &other);
            }
            Err(error) => api_error(&mut applied.diagnostics, resource_type, "delete", &id, &error),
        }
    applied.state = request.prior.clone();
    // This deletion was approved. What `create_before_destroy` leaves behind has no configuration in which
    // the protection could be switched off for the next try.
    if applied.state.attribute("deletion_protection").as_bool() == Some(true) {
        applied
            .state
            .set_attribute("deletion_protection", Value::Bool(false));
    }
    applied.private = request.private.to_vec();
    applied
}

/// Asks for the deletion and waits until the object is gone.
async fn delete_until_gone(
    resource_type: &ResourceType,
    session: &Session,
    [namespace, name]: [&str; 2],
    remembered: &Private,
    deadline: Instant,
    poll: &mut Poll,
) -> Result<Deleted, Error> {
    let resource = &resource_type.api_resource;
    // What the stream shows before is known to be gone when it shows it no more, without a read.
    let mut follow = session.client.follow(resource, namespace);
    session.wait_for(follow.begun(), POLL).await;
    // Nothing is deleted that is not known to be the object in the state. A stream may lag: where it shows
    // another object, a read tells.
    let mut is_terminating = false;
    let mut uid = match follow.sight(name) {
        Observation::Shown(object) if !remembered.is_another(&object) => {
            is_terminating = object.is_terminating;
            Some(object.uid.clone())
        }
        _ => None,
    };
    if (uid.is_none() || remembered.pending.is_some())
        && let Some(object) = newest(resource_type, session, namespace, name, remembered).await?
    {
        if remembered.is_another(&object) {
            return Ok(Deleted::Another(object.uid));
        }
        uid = Some(object.uid.clone());
        is_terminating = object.is_terminating;
        // Nobody waited until the platform took the write up, so what runs in it would stay.
        if let Some(pending) = remembered.pending.clone() {
            let reconciled = ensure_reconciled(resource_type, session, object, pending, deadline);
            if reconciled.await? == Reconciled::No || *session.stop.borrow() {
                return Ok(Deleted::NotAsked);
            }
        }
    }
    if uid.is_some() && !is_terminating {
        match wait_until_unused(resource_type, session, [namespace, name], deadline).await {
            Ok(()) => {}
            Err(_) if *session.stop.borrow() => return Ok(Deleted::NotAsked),
            Err(users) => return Ok(Deleted::InUse(users)),
        }
    }
    let mut read_at = Instant::now();
    // A stream that lags may still show an earlier object of the name.
    let is_ours = |sight: &Observation, uid: Option<&String>| matches!(sight, Observation::Shown(object) if uid.is_none_or(|uid| *uid == object.uid));
    let mut was_shown = is_ours(&follow.sight(name), uid.as_ref());
    let mut asked = send_delete(resource_type, session, namespace, name).await?;
    loop {
        // What the stream showed and shows no more is gone; all else only a read can tell.
        let sight = follow.sight(name);
        let is_shown = is_ours(&sight, uid.as_ref());
        match &sight {
            Observation::Shown(object) if is_shown => {
                uid = Some(object.uid.clone());
                was_shown = true;
            }
            Observation::Shown(_) if was_shown => return Ok(Deleted::Gone),
            Observation::Absent if was_shown && asked => return Ok(Deleted::Gone),
            Observation::Shown(_) | Observation::Absent | Observation::Blind => {}
        }
        // A stream can miss a deletion (measured), so now and then a read is due as well.
        if !asked || !is_shown || read_at.elapsed() > POLL {
            read_at = Instant::now();
            match session.client.get_opt(resource, namespace, name).await? {
                None => return Ok(Deleted::Gone),
                Some(other) if uid.as_ref().is_some_and(|uid| *uid != other.uid) => {
                    return Ok(Deleted::Gone);
                }
                Some(object) if object.is_terminating || asked => asked = true,
                // A DELETE that finds nothing where a read shows the object means a damaged label.
                Some(object) => {
                    let nudged = nudge(resource_type, session, object, deadline).await?;
                    if let Some(nudged) = nudged {
                        let pending = PendingWrite::of(&nudged);
                        let reconciled =
                            ensure_reconciled(resource_type, session, nudged, pending, deadline);
                        if reconciled.await? == Reconciled::No {
                            return Ok(Deleted::NotAsked);
                        }
                    }
                    if *session.stop.borrow() {
                        return Ok(Deleted::NotAsked);
                    }
                    asked = send_delete(resource_type, session, namespace, name).await?;
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
            return Ok(Deleted::NotYet);
        }
        follow = changed;
    }
}

/// Asks for the deletion; whether there was something to delete.
async fn send_delete(
    resource_type: &ResourceType,
    session: &Session,
    namespace: &str,
    name: &str,
) -> Result<bool, Error> {
    match session
        .client
        .delete(&resource_type.api_resource, namespace, name)
        .await
    {
        Err(error) if error.is_gone(name) => Ok(false),
        other => other.map(|()| true),
    }
}

/// What still runs of an object that is gone, after some time for it to follow.
async fn remaining_workloads(
    resource_type: &ResourceType,
    session: &Session,
    workloads: &mut Watcher,
    name: &str,
) -> Vec<String> {
    let mut poll = Poll::until(Instant::now() + FOLLOWS);
    session.wait_for(workloads.begun(), POLL).await;
    loop {
        let left = workloads.workloads_of(&resource_type.api_resource.kind, name);
        let left = left.unwrap_or_default();
        let next = poll.next_or(session, POLL, workloads.changed());
        if left.is_empty() || next.await.is_err() {
            return left;
        }
    }
}
