use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::model::Model;
use super::private::Private;
use super::wait::Poll;
use crate::api::{Error, Fault, MANAGED_BY, Object};

/// How soon the platform takes up a write that changes something.
const PROMPT: Duration = Duration::from_secs(45);

/// How soon it looks at an object again by itself: each five minutes (read in its source), and a little more.
const BY_ITSELF: Duration = Duration::from_secs(330);

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

    /// Has the platform look at an object: a write that changes its spec and nothing of what it does. It
    /// mends a damaged label as well, as any write does (measured).
    pub(super) async fn rouse(
        &self,
        session: &Session,
        mut object: Object,
        deadline: Instant,
    ) -> Result<(), Error> {
        let live = session.live(self.kind).await;
        object
            .labels
            .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        // What is stored is one of these or neither, so that at least one of them changes it: the defaults
        // said aloud, and left out.
        let aloud = object.spec.clone();
        let silent = match &live {
            Some(live) => live.without_defaults(&aloud),
            None => aloud.clone(),
        };
        let patience = if aloud == silent { BY_ITSELF } else { PROMPT };
        let specs = if aloud == silent {
            vec![silent]
        } else {
            vec![aloud, silent]
        };
        for spec in specs {
            object.spec = spec;
            object = match session.client.replace(&self.kind.resource, &object).await {
                Ok(written) => written,
                // Gone, or written by the platform meanwhile: then it has looked at it.
                Err(error) if matches!(error.fault(), Fault::NotFound | Fault::Conflict) => {
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
        }
        let place = [object.namespace.as_str(), object.name.as_str()];
        let written = object.version();
        self.rises(session, place, written, patience, deadline)
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
        loop {
            let found = session.client.get_opt(&self.kind.resource, namespace, name);
            match found.await? {
                Some(object) if object.version() <= version && !object.is_terminating => {}
                _ => return Ok(true),
            }
            if poll.next(session).await.is_err() {
                return Ok(false);
            }
        }
    }
}
