use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Condition, Error, Object, Observation, Watcher};
use crate::resource::lifecycle::ObjectRef;
use crate::resource::session::Session;
use crate::resource::wait::poll::{POLL, Poll};

/// Observes an object repeatedly: by the watch, or by a read while the watch shows no changes.
pub(crate) struct ObjectWatch<'a> {
    session: &'a Session,
    target: ObjectRef<'a>,
    follow: Watcher,
    least: u64,
    poll: Poll,
    started: Instant,
    read_at: Instant,
}

/// The result of an observation.
pub(crate) enum Change {
    /// The object, changed or unchanged.
    Observed(Box<Object>),
    /// No change.
    Unchanged,
    /// The timeout expired, or Terraform was interrupted (`true`).
    TimedOut(bool),
    /// The object is gone, or another one has its name.
    Gone,
    /// A request failed.
    Failed(Error),
}

impl<'a> ObjectWatch<'a> {
    /// Observes an object after a write, until `deadline`.
    pub(crate) fn of(
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &Object,
        deadline: Instant,
    ) -> ObjectWatch<'a> {
        let now = Instant::now();
        ObjectWatch {
            session,
            target,
            follow: session.client.watch(target.resource, &written.namespace),
            least: written.version(),
            poll: Poll::until(deadline),
            started: now,
            read_at: now,
        }
    }

    /// Each `Ready` of the object in the watch, with its version.
    pub(crate) fn history(&self, of: &Object) -> Vec<(u64, Condition)> {
        self.follow.history(&of.name, &of.uid)
    }

    /// Waits for the next change, or until the next read.
    pub(crate) async fn next(&mut self, newest: &Object) -> Change {
        let is_up = !matches!(self.follow.observe(&newest.name), Observation::Blind);
        let longest = if is_up { POLL } else { Duration::ZERO };
        let mut changed = self.follow.clone();
        let next = self.poll.next_or(self.session, longest, changed.changed());
        if let Err(stopped) = next.await {
            return Change::TimedOut(stopped);
        }
        self.follow = changed;
        match self.follow.observe(&newest.name) {
            Observation::Shown(seen) if seen.uid == newest.uid && seen.version() >= self.least => {
                if *seen == *newest && self.read_at.elapsed() > POLL {
                    return self.read(newest).await;
                }
                return Change::Observed(Box::new(Object::clone(&seen)));
            }
            // Changes of other objects of the kind do not require a read.
            Observation::Shown(_) | Observation::Absent
                if self.read_at.elapsed() < Duration::from_secs(1) =>
            {
                return Change::Unchanged;
            }
            _ => {}
        }
        self.read(newest).await
    }

    async fn read(&mut self, newest: &Object) -> Change {
        self.read_at = Instant::now();
        let read = self
            .session
            .client
            .get(self.target.resource, &newest.namespace, &newest.name);
        match read.await {
            Ok(seen) if seen.uid != newest.uid => Change::Gone,
            Ok(seen) if seen.version() >= self.least => Change::Observed(Box::new(seen)),
            Ok(_) => Change::Unchanged,
            // A read can lag behind the write that created the object.
            Err(error) if error.is_gone(&newest.name) => {
                if self.started.elapsed() < Duration::from_secs(10) {
                    Change::Unchanged
                } else {
                    Change::Gone
                }
            }
            Err(error) => Change::Failed(error),
        }
    }
}
