use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Error, Object};
use crate::resource::lifecycle::{Lifecycle, ObjectRef};
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::poll::Poll;

/// The maximum lag of a read behind a write of an earlier run. After that, the response is accepted.
const LAG: Duration = Duration::from_secs(5);

/// The object, not older than the version in the private data.
pub(crate) async fn newest(
    lifecycle: &dyn Lifecycle,
    session: &Session,
    target: ObjectRef<'_>,
    remembered: &Private,
) -> Result<Option<Object>, Error> {
    let first = lifecycle.get(session, target).await;
    not_older(lifecycle, session, target, remembered, first).await
}

/// The given object or, if it is older than the version in the private data, that of a later read. After some seconds
/// the older version is accepted: the platform was restored from a backup.
pub(crate) async fn not_older(
    lifecycle: &dyn Lifecycle,
    session: &Session,
    target: ObjectRef<'_>,
    remembered: &Private,
    mut found: Result<Option<Object>, Error>,
) -> Result<Option<Object>, Error> {
    let mut poll = Poll::until(Instant::now() + LAG);
    loop {
        let is_stale = match &found {
            Ok(Some(object)) => remembered.is_newer_than(object),
            // Measured: two of a hundred reads right after a create return 404.
            Ok(None) => !remembered.uid.is_empty() && poll.is_early(),
            Err(_) => false,
        };
        if !is_stale || poll.next(session).await.is_err() {
            if let Ok(Some(object)) = &mut found {
                object.take_lost_entries(&remembered.entries);
            }
            return found;
        }
        found = lifecycle.get(session, target).await;
    }
}
