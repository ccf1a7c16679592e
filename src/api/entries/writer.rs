use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::change::{Change, ChangedEntry, EntryAddress};
use super::queue::{LastRead, Queues, Waiting};
use crate::api::error::{Error, ErrorKind};
use crate::api::lists::SharedLists;
use crate::api::objects::{ApiResource, MANAGED_BY, Object, ObjectReader, ObjectWriter};
use crate::api::request::Requester;

/// The time in which changes come together.
const TOGETHER: Duration = Duration::from_millis(10);

/// The pause before another attempt, after a conflict or a lost write.
const PAUSE: Duration = Duration::from_millis(100);

/// How often a write is attempted. Another client that writes all the time must not block the operation.
const ATTEMPTS: u32 = 20;

/// The object to write back: without what a read adds.
pub(crate) type Stored<'a> = &'a (dyn Fn(Object) -> Object + Sync);

/// Changes entries of objects: reads an object, makes all waiting changes, writes it, and reads it again, because the
/// platform may accept the write of another client that has read an older version. Measured: releases up to 1.3 refuse
/// such a write, 1.6 does not.
pub(crate) struct EntryWriter<'a> {
    pub(crate) requester: &'a Requester,
    pub(crate) lists: &'a SharedLists,
    pub(crate) queues: &'a Queues,
}

impl EntryWriter<'_> {
    /// Changes an entry.
    pub(crate) async fn change(
        &self,
        resource: &ApiResource,
        at: EntryAddress,
        change: Change,
        stored: Stored<'_>,
    ) -> Result<ChangedEntry, Error> {
        let queue = self.queues.of(resource, &at.namespace, &at.object);
        let (done, mut result) = oneshot::channel();
        let name = at.object.clone();
        let namespace = at.namespace.clone();
        queue.add(Waiting { at, change, done });
        // Where the operation ends meanwhile, the first request fails.
        let _ended = self.requester.sleep(TOGETHER).await;
        let mut turn = queue.turn.lock().await;
        // It may have been part of an earlier turn.
        if let Ok(result) = result.try_recv() {
            return result;
        }
        let changes = queue.take();
        let mut batch = Batch {
            changes,
            before: None,
        };
        self.write(resource, [&namespace, &name], &mut turn, &mut batch, stored)
            .await;
        result
            .try_recv()
            .unwrap_or_else(|_| Err(Error::entry_changed(&name)))
    }

    /// An object, read not earlier than `since`. Calls that come together share one read.
    pub(crate) async fn read_since(
        &self,
        resource: &ApiResource,
        [namespace, name]: [&str; 2],
        since: Instant,
    ) -> Result<Option<Object>, Error> {
        let queue = self.queues.of(resource, namespace, name);
        let mut turn = queue.turn.lock().await;
        if let Some(last) = turn.as_ref().filter(|last| last.asked >= since) {
            return Ok(last.object.clone());
        }
        let asked = Instant::now();
        let object = self.reader().get_opt(resource, namespace, name).await?;
        *turn = Some(LastRead {
            asked,
            object: object.clone(),
        });
        Ok(object)
    }

    /// Replaces an object that has entries, or gets some from this process: nobody else may write it meanwhile, and
    /// its entries must be those that were read.
    pub(crate) async fn replace(
        &self,
        resource: &ApiResource,
        object: &Object,
    ) -> Result<Object, Error> {
        let (namespace, name) = (&object.namespace, &object.name);
        let queue = match self.queues.existing(resource, namespace, name) {
            None if object.entries.is_empty() => {
                return self.writer().replace(resource, object).await;
            }
            None => self.queues.of(resource, namespace, name),
            Some(queue) => queue,
        };
        let _turn = queue.turn.lock().await;
        let current = self.reader().get(resource, namespace, name).await?;
        if current.version() > object.version() && current.entries != object.entries {
            return Err(Error::entry_changed(name));
        }
        self.writer().replace(resource, object).await
    }

    async fn write(
        &self,
        resource: &ApiResource,
        place: [&str; 2],
        turn: &mut Option<LastRead>,
        batch: &mut Batch,
        stored: Stored<'_>,
    ) {
        let mut attempts = 1;
        while !batch.changes.is_empty() {
            let error = match self.attempt(resource, place, turn, batch, stored).await {
                Ok(()) => Error::entry_changed(place[1]),
                Err(error) => error,
            };
            if batch.changes.is_empty() {
                return;
            }
            let may_succeed = matches!(
                error.kind(),
                ErrorKind::Conflict | ErrorKind::Busy | ErrorKind::Uncertain
            );
            let has_time = self.requester.sleep(PAUSE * attempts.min(10)).await.is_ok();
            if !may_succeed || attempts >= ATTEMPTS || !has_time {
                return batch.fail(&error);
            }
            attempts += 1;
        }
    }

    /// Makes the changes once. Those that succeed or are refused are removed; the others are left for another attempt.
    async fn attempt(
        &self,
        resource: &ApiResource,
        [namespace, name]: [&str; 2],
        turn: &mut Option<LastRead>,
        batch: &mut Batch,
        stored: Stored<'_>,
    ) -> Result<(), Error> {
        let current = self.reader().get(resource, namespace, name).await?;
        if current.is_terminating {
            // Nothing is written: the entries go with the object.
            batch.finish(&current, false, |waiting| {
                matches!(waiting.change, Change::Remove { .. })
            });
            batch.fail(&Error::terminating(name));
            return Ok(());
        }
        let mut wanted = stored(current.clone());
        if !batch.make(&mut wanted) {
            // The response to an earlier attempt was lost if there was one.
            let (is_written, seen) = match batch.before.take() {
                Some(before) => (
                    true,
                    Object {
                        status: before.status,
                        ..current
                    },
                ),
                None => (false, current),
            };
            batch.finish(&seen, is_written, |_| true);
            return Ok(());
        }
        // Measured: concurrent writes of objects without any label crash the server.
        if wanted.labels.is_empty() {
            let (key, value) = MANAGED_BY;
            wanted.labels.insert(key.to_owned(), value.to_owned());
        }
        batch.before.get_or_insert(current);
        let written = self.writer().replace(resource, &wanted).await?;
        let asked = Instant::now();
        let seen = self.read_not_older(resource, &written).await?;
        batch.finish(&written, true, |waiting| {
            waiting.change.is_made(&waiting.at, &seen)
        });
        *turn = Some(LastRead {
            asked,
            object: Some(seen),
        });
        Ok(())
    }

    /// The object after a write. A read may lag behind it.
    async fn read_not_older(
        &self,
        resource: &ApiResource,
        written: &Object,
    ) -> Result<Object, Error> {
        let mut attempts = 0;
        loop {
            let (namespace, name) = (&written.namespace, &written.name);
            let seen = self.reader().get(resource, namespace, name).await?;
            attempts += 1;
            if seen.version() >= written.version() || attempts >= ATTEMPTS {
                return Ok(seen);
            }
            self.requester.sleep(PAUSE).await?;
        }
    }

    fn reader(&self) -> ObjectReader<'_> {
        ObjectReader {
            requester: self.requester,
            lists: self.lists,
        }
    }

    fn writer(&self) -> ObjectWriter<'_> {
        ObjectWriter {
            requester: self.requester,
            lists: self.lists,
        }
    }
}

/// The changes of a turn.
struct Batch {
    changes: Vec<Waiting>,
    /// The object before the first write.
    before: Option<Object>,
}

impl Batch {
    /// Makes the changes in an object, and answers those that it does not permit. Returns whether the object changed.
    fn make(&mut self, object: &mut Object) -> bool {
        let mut is_changed = false;
        for waiting in std::mem::take(&mut self.changes) {
            match waiting.change.make(&waiting.at, object) {
                Ok(changed) => {
                    is_changed |= changed;
                    self.changes.push(waiting);
                }
                Err(error) => {
                    let _gone = waiting.done.send(Err(error));
                }
            }
        }
        is_changed
    }

    /// Answers the changes that are done.
    fn finish(&mut self, object: &Object, is_written: bool, is_done: impl Fn(&Waiting) -> bool) {
        let all = std::mem::take(&mut self.changes);
        let (done, open): (Vec<_>, Vec<_>) = all.into_iter().partition(is_done);
        self.changes = open;
        for waiting in done {
            let object = object.clone();
            let _gone = waiting.done.send(Ok(ChangedEntry { object, is_written }));
        }
    }

    /// Answers all changes with an error.
    fn fail(&mut self, error: &Error) {
        for waiting in self.changes.drain(..) {
            let _gone = waiting.done.send(Err(error.clone()));
        }
    }
}
