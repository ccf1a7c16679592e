use std::time::Duration;

use tokio::time::Instant;

use crate::resource::session::Session;

/// The interval between reads of an object while the watch shows no changes.
pub(crate) const POLL: Duration = Duration::from_secs(5);

/// Polling intervals, from 200 ms to 2 s.
pub(crate) struct Poll {
    pause: Duration,
    deadline: Instant,
}

impl Poll {
    pub(crate) fn until(deadline: Instant) -> Poll {
        Poll {
            pause: Duration::from_millis(200),
            deadline,
        }
    }

    /// Whether it started less than a second ago.
    pub(crate) fn is_early(&self) -> bool {
        self.pause < Duration::from_millis(400)
    }

    /// Waits for the next interval. `Err` if there is none: true if Terraform was interrupted, false after the timeout.
    pub(crate) async fn next(&mut self, session: &Session) -> Result<(), bool> {
        let never = std::future::pending::<()>();
        self.next_or(session, Duration::ZERO, never).await
    }

    /// The same, but ends early at `event`, with an interval of at least `least`.
    pub(crate) async fn next_or(
        &mut self,
        session: &Session,
        least: Duration,
        event: impl Future<Output = ()>,
    ) -> Result<(), bool> {
        if Instant::now() >= self.deadline {
            return Err(false);
        }
        let mut stop = session.stop.clone();
        let asked = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                // The sender was dropped, so there will be no interrupt.
                std::future::pending::<()>().await;
            }
        };
        let pause = self.pause.max(least).min(self.deadline - Instant::now());
        tokio::select! {
            () = asked => return Err(true),
            () = event => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        self.pause = self.pause.mul_f64(1.3).min(Duration::from_secs(2));
        Ok(())
    }
}
