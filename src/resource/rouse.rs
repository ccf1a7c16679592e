use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::model::Model;
use super::private::Private;
use super::wait::Poll;
use crate::api::{Error, Fault, MANAGED_BY, Object};

/// How soon the platform takes up a write that changes something.
const PROMPT: Duration = Duration::from_secs(45);

/// A field that no package of the platform knows: any value of it is another spec and nothing else.
const NUDGE: &str = "deletedByTerraform";

/// How soon it shows that it took a write up that it was told of already.
const SHOWN: Duration = Duration::from_secs(3);

impl Model {
    /// Makes sure that the platform has taken up the last write before an object is deleted. Until then
    /// nothing holds the object back from vanishing before it is uninstalled, and what runs in it would stay.
    pub(super) async fn settled(
        &self,
        session: &Session,
        object: Object,
        remembered: &Private,
        deadline: Instant,
    ) -> Result<(), Error> {
        if !remembered.is_unsettled(&object) || object.is_terminating {
            return Ok(());
        }
        let written = remembered.unsettled;
        let (namespace, name) = (object.namespace.clone(), object.name.clone());
        if self
            .rises(session, [&namespace, &name], written, SHOWN, deadline)
            .await?
        {
            return Ok(());
        }
        self.rouse(session, object, deadline).await
    }

    /// Has the platform look at an object that is to be deleted: a write that changes its spec and nothing
    /// of what it does. It mends a damaged label as well, as any write does (measured).
    pub(super) async fn rouse(
        &self,
        session: &Session,
        mut object: Object,
        deadline: Instant,
    ) -> Result<(), Error> {
        let mut poll = Poll::until(deadline);
        let written = loop {
            object
                .labels
                .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
            object.spec = self.stored(&object, session.live(self.kind).await.as_deref());
            let other = object.resource_version.clone();
            object.spec.insert(NUDGE.to_owned(), other.into());
            let error = match session.client.replace(&self.kind.resource, &object).await {
                Ok(written) => break written,
                Err(error) => error,
            };
            match error.fault() {
                Fault::NotFound => return Ok(()),
                // What was read may have been old.
                Fault::Conflict | Fault::Busy | Fault::Uncertain
                    if poll.next(session).await.is_ok() => {}
                _ => return Err(error),
            }
            let is_late = !poll.is_early();
            let found =
                session
                    .client
                    .get_opt(&self.kind.resource, &object.namespace, &object.name);
            match found.await? {
                Some(found) if found.is_terminating => return Ok(()),
                // It was written, and perhaps taken up before this read. Another write tells sooner than a
                // wait, unless its answer is lost as well.
                Some(found) if is_late && found.spec.get(NUDGE) == object.spec.get(NUDGE) => {
                    break found;
                }
                Some(found) => object = found,
                None => return Ok(()),
            }
        };
        let place = [written.namespace.as_str(), written.name.as_str()];
        self.rises(session, place, written.version(), PROMPT, deadline)
            .await?;
        Ok(())
    }

    /// Waits until the object is newer than `version`, or gone. False where it did not become so.
    async fn rises(
        &self,
        session: &Session,
        [namespace, name]: [&str; 2],
        version: u64,
        patience: Duration,
        deadline: Instant,
    ) -> Result<bool, Error> {
        let mut poll = Poll::until(deadline.min(Instant::now() + patience));
        while poll.next(session).await.is_ok() {
            let found = session.client.get_opt(&self.kind.resource, namespace, name);
            match found.await? {
                Some(object) if object.version() <= version && !object.is_terminating => {}
                _ => return Ok(true),
            }
        }
        Ok(false)
    }
}
