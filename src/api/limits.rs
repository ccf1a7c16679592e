use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// What a request that is under way is still given once the user wants to stop: most are answered in that
/// time, and then it is known whether they wrote.
const GRACE: Duration = Duration::from_millis(400);

/// A create leaves this much of its time for a look at what it made.
const LAST_LOOK: Duration = Duration::from_secs(3);

/// How long requests may go on.
#[derive(Clone, Default)]
pub(super) struct CallContext {
    pub(super) deadline: Option<Instant>,
    pub(super) stop: Option<watch::Receiver<bool>>,
}

/// Why something was not waited for any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It took longer than it ever should.
    Late,
    /// The deadline has come.
    Deadline,
    /// The user wants to stop.
    Stopped,
}

impl CallContext {
    /// The outcome of some work, as long as it may go on. Nothing is begun after the deadline.
    pub(super) async fn bound<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, End> {
        let late = Instant::now() + patience;
        let (until, end) = match self.deadline {
            Some(deadline) if deadline < late => (deadline, End::Deadline),
            _ => (late, End::Late),
        };
        if until <= Instant::now() {
            return Err(end);
        }
        let stopped = async {
            self.stopped().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = tokio::time::sleep_until(until) => Err(end),
            () = stopped => Err(End::Stopped),
        }
    }

    /// Waits, if there is time left afterwards and nobody wants to stop.
    pub(super) async fn pause(&self, pause: Duration) -> Result<(), End> {
        if self.left().is_some_and(|left| left <= pause) {
            return Err(End::Deadline);
        }
        tokio::select! {
            biased;
            () = self.stopped() => Err(End::Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }

    /// The time left, where there is a deadline.
    pub(super) fn left(&self) -> Option<Duration> {
        let now = Instant::now();
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(now))
    }

    /// How long a create may wait for its answer, so that there is time to look for what it made.
    pub(super) fn before_last_look(&self, patience: Duration) -> Duration {
        self.left().map_or(patience, |left| {
            patience.min(left.saturating_sub(LAST_LOOK.min(left / 4)))
        })
    }

    /// Waits until the user wants to stop.
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

    const PATIENCE: Duration = Duration::from_secs(40);

    fn limits(seconds: u64) -> (CallContext, watch::Sender<bool>) {
        let (sender, stop) = watch::channel(false);
        let limits = CallContext {
            deadline: Some(Instant::now() + Duration::from_secs(seconds)),
            stop: Some(stop),
        };
        (limits, sender)
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_with_patience_or_the_deadline_whichever_is_sooner() {
        for (seconds, end, after) in [(100, End::Late, 40), (7, End::Deadline, 7)] {
            let (limits, _stop) = limits(seconds);
            let begun = Instant::now();
            assert_eq!(limits.bound(PATIENCE, pending::<()>()).await, Err(end));
            assert_eq!(begun.elapsed().as_secs(), after);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_deadline_nothing_is_begun() {
        let (limits, _stop) = limits(0);
        let mut begun = false;
        let work = async { begun = true };
        assert_eq!(limits.bound(PATIENCE, work).await, Err(End::Deadline));
        assert!(!begun);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_a_pause_at_once_and_work_soon() {
        let (limits, stop) = limits(1000);
        let other = limits.clone();
        let paused = tokio::spawn(async move { other.pause(PATIENCE).await });
        let other = limits.clone();
        let working = tokio::spawn(async move { other.bound(PATIENCE, pending::<()>()).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let since = Instant::now();
        stop.send(true).unwrap();
        assert_eq!(paused.await.unwrap(), Err(End::Stopped));
        assert!(since.elapsed() < Duration::from_millis(10));
        assert_eq!(working.await.unwrap(), Err(End::Stopped));
        assert!(since.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_can_no_longer_stop_does_not() {
        let (limits, stop) = limits(1000);
        drop(stop);
        assert_eq!(limits.pause(PATIENCE).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_create_leaves_time_for_a_look() {
        let (far, _far) = limits(1000);
        assert_eq!(far.before_last_look(PATIENCE), PATIENCE);
        let (near, _near) = limits(20);
        assert_eq!(near.before_last_look(PATIENCE).as_secs(), 17);
        let (short, _short) = limits(4);
        assert_eq!(short.before_last_look(PATIENCE).as_secs(), 3);
    }
}
