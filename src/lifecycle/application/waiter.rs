use tokio::time::Instant;

use super::answer::Answer;
use super::pending::PendingWrite;
use super::readiness::{is_met, state_text};
use crate::api::Object;
use crate::lifecycle::watch::{Change, ObjectWatch};
use crate::resource::lifecycle::{ObjectRef, Written};
use crate::resource::session::Session;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::resource::wait::progress::Progress;

/// Waits until the platform has processed the write. Returns the latest observed object, and updates what is pending in
/// `written`.
pub(crate) async fn wait(
    session: &Session,
    target: ObjectRef<'_>,
    written: &mut Written,
    wait_for: WaitFor,
    deadline: Instant,
) -> (Object, WaitOutcome) {
    let mut newest = std::mem::take(&mut written.object);
    if wait_for == WaitFor::Nothing {
        return (newest, WaitOutcome::Met);
    }
    let mut watch = ObjectWatch::of(session, target, &newest, deadline);
    let mut progress = Progress::of(&target.resource.kind, &newest);
    let mut answer = Answer::to(
        written
            .pending
            .as_ref()
            .and_then(PendingWrite::read)
            .as_ref(),
    );
    loop {
        if answer.has_come(watch.history(&newest), &newest) {
            written.private.pending = None;
        }
        if answer.is_given() && is_met(wait_for, &newest) {
            return (newest, WaitOutcome::Met);
        }
        match watch.next(&newest).await {
            Change::Observed(object) => newest = *object,
            Change::Unchanged => {}
            Change::TimedOut(stopped) => {
                let last = state_text(&newest);
                return (newest, WaitOutcome::TimedOut { stopped, last });
            }
            Change::Gone => return (newest, WaitOutcome::Gone),
            Change::Failed(error) => return (newest, WaitOutcome::Failed(error)),
        }
        progress.says(&state_text(&newest));
    }
}
