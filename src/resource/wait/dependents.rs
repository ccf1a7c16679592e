use tokio::time::Instant;

use super::outcome::WaitOutcome;
use super::poll::{POLL, Poll};
use super::progress::Progress;
use crate::resource::observe::observed::Observed;
use crate::resource::observe::observer::{NOW, observe};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;

/// Reads the dependents of an object after its wait ended with `ending`. If that succeeded and `whole` is true, waits
/// until they are complete.
pub(crate) async fn wait_for_parts(
    session: &Session,
    resource_type: &ResourceType,
    seen: &mut Observed,
    ending: &mut WaitOutcome,
    whole: bool,
    deadline: Instant,
) {
    if matches!(
        ending,
        WaitOutcome::Gone | WaitOutcome::Failed(_) | WaitOutcome::Unsuccessful(_)
    ) {
        return;
    }
    let waits = whole && matches!(ending, WaitOutcome::Met);
    let mut poll = Poll::until(deadline);
    let mut progress = Progress::of(&resource_type.api_resource.kind, &seen.object);
    let started = Instant::now();
    let mut read_at = started;
    loop {
        match observe(session, resource_type, seen.object.clone(), NOW).await {
            Ok(newer) => *seen = newer,
            // The outcome of the earlier wait is more useful.
            Err(_) if matches!(ending, WaitOutcome::TimedOut { .. }) => return,
            Err(error) => return *ending = WaitOutcome::Failed(error),
        }
        let (true, Some(missing)) = (waits, seen.missing()) else {
            return;
        };
        let unmet = |stopped, why: &str| WaitOutcome::TimedOut {
            stopped,
            last: format!("{missing}{why}"),
        };
        let advice = resource_type
            .dependents_timeout
            .map_or("", |late| late.advice);
        if resource_type
            .dependents_timeout
            .is_some_and(|late| started.elapsed() >= late.after)
        {
            return *ending = WaitOutcome::Overdue(format!("{missing}{advice}"));
        }
        progress.says(&missing);
        if let Err(stopped) = poll.next(session).await {
            return *ending = unmet(stopped, if stopped { "" } else { advice });
        }
        if read_at.elapsed() > POLL {
            read_at = Instant::now();
            let object = &seen.object;
            let target = resource_type.object(&object.namespace, &object.name);
            let read = resource_type.lifecycle.get(session, target);
            match read.await {
                Ok(Some(newer)) if newer.uid == object.uid => seen.object = newer,
                Ok(_) => return *ending = WaitOutcome::Gone,
                Err(error) => return *ending = WaitOutcome::Failed(error),
            }
        }
    }
}
