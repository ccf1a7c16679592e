use tokio::time::Instant;

use super::Session;
use super::ending::Ending;
use super::kind::Kind;
use super::seen::{NOW, Seen, look};
use super::wait::{POLL, Poll, Progress};

/// Looks at what the platform made for an object whose wait ended so far with `ending`; where it ended well
/// and the `whole` is wanted, until all of it is there.
pub(super) async fn wait_for_parts(
    session: &Session,
    kind: &Kind,
    seen: &mut Seen,
    ending: &mut Ending,
    whole: bool,
    deadline: Instant,
) {
    if matches!(ending, Ending::Gone | Ending::Failed(_)) {
        return;
    }
    let waits = whole && matches!(ending, Ending::Met);
    let mut poll = Poll::until(deadline);
    let mut progress = Progress::of(kind, &seen.object);
    let started = Instant::now();
    let mut read_at = started;
    loop {
        match look(session, kind, seen.object.clone(), NOW).await {
            Ok(newer) => *seen = newer,
            // Why the wait ended before is worth more.
            Err(_) if matches!(ending, Ending::Unmet { .. }) => return,
            Err(error) => return *ending = Ending::Failed(error),
        }
        let (true, Some(missing)) = (waits, seen.missing()) else {
            return;
        };
        let unmet = |stopped, why: &str| Ending::Unmet {
            stopped,
            last: format!("{missing}{why}"),
        };
        let advice = kind.late.map_or("", |late| late.advice);
        if kind
            .late
            .is_some_and(|late| started.elapsed() >= late.after)
        {
            return *ending = Ending::Overdue(format!("{missing}{advice}"));
        }
        progress.says(&missing);
        if let Err(stopped) = poll.next(session).await {
            return *ending = unmet(stopped, if stopped { "" } else { advice });
        }
        if read_at.elapsed() > POLL {
            read_at = Instant::now();
            let object = &seen.object;
            let read = session
                .client
                .get_opt(&kind.resource, &object.namespace, &object.name);
            match read.await {
                Ok(Some(newer)) if newer.uid == object.uid => seen.object = newer,
                Ok(_) => return *ending = Ending::Gone,
                Err(error) => return *ending = Ending::Failed(error),
            }
        }
    }
}
