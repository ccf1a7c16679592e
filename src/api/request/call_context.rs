use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::response::Warnings;

/// How long a request in flight may continue after a stop. Most complete in that time, so that the outcome of a write
/// is known.
const STOP_GRACE: Duration = Duration::from_millis(400);

/// A create leaves this much of its time to look for the object that it may have created.
const LOOKUP_TIME: Duration = Duration::from_secs(3);

/// The operation that a request belongs to: when it ends, and its warnings.
#[derive(Clone, Default)]
pub(crate) struct CallContext {
    pub(crate) deadline: Option<Instant>,
    pub(crate) stop: Option<watch::Receiver<bool>>,
    /// The warnings of the responses. None outside of an operation.
    pub(crate) warnings: Option<Warnings>,
}

/// Why the wait for a response ended without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// The time limit of a single request has passed.
    Timeout,
    /// The deadline of the operation has passed.
    Deadline,
    /// Terraform asked to stop.
    Stopped,
}

impl CallContext {
    /// Runs some work until `timeout`, the deadline or a stop. Nothing starts after the deadline.
    pub(super) async fn bound<T>(
        &self,
        timeout: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Interruption> {
        let timeout = Instant::now() + timeout;
        let (until, interruption) = match self.deadline {
            Some(deadline) if deadline < timeout => (deadline, Interruption::Deadline),
            _ => (timeout, Interruption::Timeout),
        };
        if until <= Instant::now() {
            return Err(interruption);
        }
        let stopped = async {
            self.stopped().await;
            tokio::time::sleep(STOP_GRACE).await;
        };
        tokio::select! {
            biased;
            output = work => Ok(output),
            () = tokio::time::sleep_until(until) => Err(interruption),
            () = stopped => Err(Interruption::Stopped),
        }
    }

    /// Sleeps, if there is time left afterwards, until a stop.
    pub(super) async fn sleep(&self, pause: Duration) -> Result<(), Interruption> {
        if self.time_left().is_some_and(|left| left <= pause) {
            return Err(Interruption::Deadline);
        }
        tokio::select! {
            biased;
            () = self.stopped() => Err(Interruption::Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }

    /// The time until the deadline, if there is one.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let now = Instant::now();
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(now))
    }

    /// The time limit of a create, which leaves time to look for the object.
    pub(super) fn before_lookup(&self, timeout: Duration) -> Duration {
        self.time_left().map_or(timeout, |left| {
            timeout.min(left.saturating_sub(LOOKUP_TIME.min(left / 4)))
        })
    }

    /// Waits until Terraform asks to stop.
    async fn stopped(&self) {
        if let Some(stop) = &self.stop
            && stop.clone().wait_for(|stop| *stop).await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(40);

    fn context(seconds: u64) -> (CallContext, watch::Sender<bool>) {
        let (sender, stop) = watch::channel(false);
        let context = CallContext {
            deadline: Some(Instant::now() + Duration::from_secs(seconds)),
            stop: Some(stop),
            warnings: None,
        };
        (context, sender)
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_at_the_timeout_or_the_deadline_whichever_is_sooner() {
        for (seconds, end, after) in [
            (100, Interruption::Timeout, 40),
            (7, Interruption::Deadline, 7),
        ] {
            let (context, _stop) = context(seconds);
            let start = Instant::now();
            assert_eq!(context.bound(TIMEOUT, pending::<()>()).await, Err(end));
            assert_eq!(start.elapsed().as_secs(), after);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_starts_after_the_deadline() {
        let (context, _stop) = context(0);
        let mut started = false;
        let work = async { started = true };
        assert_eq!(
            context.bound(TIMEOUT, work).await,
            Err(Interruption::Deadline)
        );
        assert!(!started);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_a_pause_at_once_and_work_soon() {
        let (context, stop) = context(1000);
        let other = context.clone();
        let paused = tokio::spawn(async move { other.sleep(TIMEOUT).await });
        let other = context.clone();
        let working = tokio::spawn(async move { other.bound(TIMEOUT, pending::<()>()).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let since = Instant::now();
        stop.send(true).unwrap();
        assert_eq!(paused.await.unwrap(), Err(Interruption::Stopped));
        assert!(since.elapsed() < Duration::from_millis(10));
        assert_eq!(working.await.unwrap(), Err(Interruption::Stopped));
        assert!(since.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_that_can_no_longer_come_does_not_end_a_pause() {
        let (context, stop) = context(1000);
        drop(stop);
        assert_eq!(context.sleep(TIMEOUT).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_create_leaves_time_for_a_lookup() {
        let (far, _far) = context(1000);
        assert_eq!(far.before_lookup(TIMEOUT), TIMEOUT);
        let (near, _near) = context(20);
        assert_eq!(near.before_lookup(TIMEOUT).as_secs(), 17);
        let (short, _short) = context(4);
        assert_eq!(short.before_lookup(TIMEOUT).as_secs(), 3);
    }
}
