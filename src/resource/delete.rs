use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::apply::{Applied, ApplyRequest, Operation};
use super::model::Model;
use super::outputs::id;
use super::report::report;
use super::wait::{POLL, Poll};
use crate::api::{Error, Fault, MANAGED_BY, Object, Sight};

impl Model {
    /// Destroys the object and waits until it is gone. Where it cannot, it stays in the state.
    pub(super) async fn delete(&self, session: &Session, request: &ApplyRequest<'_>) -> Applied {
        let text = |name: &str| request.prior.attribute(name).as_str().unwrap_or_default();
        let (namespace, name) = (text("namespace"), text("name"));
        let deadline = self.deadline(request.prior, Operation::Delete);
        let session = &session.within(deadline);
        let mut applied = Applied::default();
        let id = id(namespace, name);
        let mut poll = Poll::until(deadline);
        let ended = self
            .delete_until_gone(session, namespace, name, &mut poll)
            .await;
        match ended {
            Ok(true) => return applied,
            Ok(false) => applied.diagnostics.error(
                "Not Gone in Time",
                format!(
                    "The {} `{id}` is being deleted and is not gone yet. Apply again to go on waiting; \
                     `timeouts.delete` gives it longer.",
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
        namespace: &str,
        name: &str,
        poll: &mut Poll,
    ) -> Result<bool, Error> {
        let resource = &self.kind.resource;
        // What the stream shows before is known to be gone when it shows it no more, without a read.
        let mut follow = session.client.follow(resource, namespace);
        let _ = tokio::time::timeout(POLL, follow.begun()).await;
        let mut uid = match follow.sight(name) {
            Sight::Shown(object) => Some(object.uid.clone()),
            Sight::Absent | Sight::Blind => None,
        };
        let mut read_at = Instant::now();
        let mut asked = match session.client.delete(resource, namespace, name).await {
            Ok(()) => true,
            Err(error) if error.fault() == Fault::NotFound => false,
            Err(error) => return Err(error),
        };
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
                    Some(object) => {
                        self.mend(session, object).await?;
                        asked = self.asked_again(session, namespace, name).await?;
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

    async fn asked_again(
        &self,
        session: &Session,
        namespace: &str,
        name: &str,
    ) -> Result<bool, Error> {
        match session
            .client
            .delete(&self.kind.resource, namespace, name)
            .await
        {
            Err(error) if error.fault() == Fault::NotFound => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// A DELETE that finds nothing where a read shows the object means a damaged label, which any write
    /// mends (measured). A read that lags behind the deletion looks the same: then there is nothing to write
    /// to, which is as well.
    async fn mend(&self, session: &Session, mut object: Object) -> Result<(), Error> {
        object
            .labels
            .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        if let Ok(live) = session.client.schema(&self.kind.resource).await {
            object.spec = live.without_defaults(&object.spec);
        }
        match session.client.replace(&self.kind.resource, &object).await {
            Err(error) if matches!(error.fault(), Fault::NotFound | Fault::Conflict) => Ok(()),
            other => other.map(|_| ()),
        }
    }
}
