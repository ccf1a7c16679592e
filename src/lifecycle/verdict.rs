use std::time::Duration;

use tokio::time::Instant;

use super::watch::{Change, ObjectWatch};
use crate::api::Object;
use crate::resource::lifecycle::{ObjectRef, Written};
use crate::resource::session::Session;
use crate::resource::wait::outcome::WaitOutcome;
use crate::resource::wait::progress::Progress;

/// What the status of a custom resource means for a wait.
pub(crate) enum Verdict {
    /// The wait is over.
    Ended(WaitOutcome),
    /// Not yet, and why.
    Pending(String),
}

/// Waits for a verdict on each status of the object, given the time since the write. Returns the latest object.
pub(crate) async fn wait_for_verdict(
    session: &Session,
    target: ObjectRef<'_>,
    written: &mut Written,
    deadline: Instant,
    judge: impl Fn(&Object, Duration) -> Verdict,
) -> (Object, WaitOutcome) {
    let mut newest = std::mem::take(&mut written.object);
    let started = Instant::now();
    let mut watch = ObjectWatch::of(session, target, &newest, deadline);
    let mut progress = Progress::of(&target.resource.kind, &newest);
    loop {
        let reason = match judge(&newest, started.elapsed()) {
            Verdict::Ended(outcome) => return (newest, outcome),
            Verdict::Pending(reason) => reason,
        };
        progress.says(&reason);
        match watch.next(&newest).await {
            Change::Observed(object) => newest = *object,
            Change::Unchanged => {}
            Change::TimedOut(stopped) => {
                let last = reason;
                return (newest, WaitOutcome::TimedOut { stopped, last });
            }
            Change::Gone => return (newest, WaitOutcome::Gone),
            Change::Failed(error) => return (newest, WaitOutcome::Failed(error)),
        }
    }
}
