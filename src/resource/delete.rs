use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::apply::{Applied, ApplyRequest, Operation};
use super::model::Model;
use super::outputs::id;
use super::private::Private;
use super::report::report;
use super::wait::{POLL, Poll};
use crate::api::{Error, Fault, Follow, Sight};

/// How long what ran in an object may take to follow it.
const FOLLOWS: Duration = Duration::from_secs(15);

impl Model {
    /// Destroys the object and waits until it is gone. Where it cannot, it stays in the state.
    pub(super) async fn delete(&self, session: &Session, request: &ApplyRequest<'_>) -> Applied {
        let text = |name: &str| request.prior.attribute(name).as_str().unwrap_or_default();
        let place = [text("namespace"), text("name")];
        let deadline = self.deadline(request.prior, Operation::Delete);
        let session = &session.within(deadline);
        let mut applied = Applied::default();
        let id = id(place[0], place[1]);
        let mut poll = Poll::until(deadline);
        let remembered = Private::read(request.private);
        let mut workloads = session.client.follow_workloads(place[0]);
        let ended = self.delete_until_gone(session, place, &remembered, deadline, &mut poll);
        match ended.await {
            Ok(true) => {
                let left = self.left_behind(session, &mut workloads, place[1]).await;
                if !left.is_empty() {
                    applied.diagnostics.warn(
                        "Something Is Left",
                        format!(
                            "The {} `{id}` is gone, and some of what ran in it is still there: {}. It may \
                             follow by itself; what is there after some minutes only an administrator of the \
                             platform can remove.",
                            self.kind.title,
                            left.join(", ")
                        ),
                    );
                }
                return applied;
            }
            Ok(false) => applied.diagnostics.error(
                "Not Gone in Time",
                format!(
                    "The {} `{id}` is not gone yet. Apply again: if it is still being deleted by then, it is \
                     taken as gone, and not waited for. `timeouts.delete` gives it longer.",
                    self.kind.title
                ),
            ),
            Err(error) => report(&mut applied.diagnostics, self.kind, "delete", &id, &error),
        }
        applied.state = request.prior.clone();
        applied.private = request.private.to_vec();
        applied
    }

    /// True once it is gone, false when no time is left.
    async fn delete_until_gone(
        &self,
        session: &Session,
        [namespace, name]: [&str; 2],
        remembered: &Private,
        deadline: Instant,
        poll: &mut Poll,
    ) -> Result<bool, Error> {
        let resource = &self.kind.resource;
        if remembered.unsettled != 0
            && let Some(object) = session.client.get_opt(resource, namespace, name).await?
        {
            self.settled(session, object, remembered, deadline).await?;
            // Nobody waited until the platform took the write up, so what runs in it would stay.
            if *session.stop.borrow() {
                return Ok(false);
            }
        }
        // What the stream shows before is known to be gone when it shows it no more, without a read.
        let mut follow = session.client.follow(resource, namespace);
        let _ = tokio::time::timeout(POLL, follow.begun()).await;
        let mut uid = match follow.sight(name) {
            Sight::Shown(object) => Some(object.uid.clone()),
            Sight::Absent | Sight::Blind => None,
        };
        let mut read_at = Instant::now();
        let mut asked = self.ask(session, namespace, name).await?;
        loop {
            // What the stream showed and shows no more is gone; all else only a read can tell.
            let sight = follow.sight(name);
            match &sight {
                Sight::Shown(object) if uid.as_ref().is_none_or(|uid| *uid == object.uid) => {
                    uid = Some(object.uid.clone());
                }
                Sight::Shown(_) => return Ok(true),
                Sight::Absent if uid.is_some() && asked => return Ok(true),
                Sight::Absent | Sight::Blind => {}
            }
            // A stream can miss a deletion (measured), so now and then a read is due as well.
            if !asked || !matches!(sight, Sight::Shown(_)) || read_at.elapsed() > POLL {
                read_at = Instant::now();
                match session.client.get_opt(resource, namespace, name).await? {
                    None => return Ok(true),
                    Some(other) if uid.as_ref().is_some_and(|uid| *uid != other.uid) => {
                        return Ok(true);
                    }
                    Some(object) if object.is_terminating || asked => asked = true,
                    // A DELETE that finds nothing where a read shows the object means a damaged label.
                    Some(object) => {
                        self.rouse(session, object, deadline).await?;
                        if *session.stop.borrow() {
                            return Ok(false);
                        }
                        asked = self.ask(session, namespace, name).await?;
                    }
                }
            }
            let longest = if matches!(sight, Sight::Shown(_)) {
                POLL
            } else {
                Duration::ZERO
            };
            let mut changed = follow.clone();
            if poll
                .next_or(session, longest, changed.changed())
                .await
                .is_err()
            {
                return Ok(false);
            }
            follow = changed;
        }
    }

    /// Asks for the deletion; whether there was something to delete.
    async fn ask(&self, session: &Session, namespace: &str, name: &str) -> Result<bool, Error> {
        match session
            .client
            .delete(&self.kind.resource, namespace, name)
            .await
        {
            Err(error) if error.fault() == Fault::NotFound => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// What still runs of an object that is gone, after some time for it to follow.
    async fn left_behind(
        &self,
        session: &Session,
        workloads: &mut Follow,
        name: &str,
    ) -> Vec<String> {
        let mut poll = Poll::until(Instant::now() + FOLLOWS);
        let _ = tokio::time::timeout(POLL, workloads.begun()).await;
        loop {
            let left = workloads.workloads_of(self.kind.resource.kind, name);
            let left = left.unwrap_or_default();
            let next = poll.next_or(session, POLL, workloads.changed());
            if left.is_empty() || next.await.is_err() {
                return left;
            }
        }
    }
}
