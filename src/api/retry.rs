use std::time::Duration;

use super::error::{Error, Fault};

/// The pauses between attempts: doubling from 200 ms to 5 s, each somewhere between its half and its
/// whole, so that many requests refused at once do not come back at once.
pub(super) struct Pauses {
    next: Duration,
    left: u32,
}

impl Pauses {
    /// Enough for a server that restarts: about half a minute in all.
    pub(super) fn usual() -> Pauses {
        Pauses {
            next: Duration::from_millis(200),
            left: 9,
        }
    }

    /// Waits before another attempt. False where there were enough.
    pub(super) async fn another(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        tokio::time::sleep(jittered(self.next)).await;
        self.next = (self.next * 2).min(Duration::from_secs(5));
        true
    }
}

fn jittered(pause: Duration) -> Duration {
    let mut random = [0u8; 2];
    // Without randomness all pauses are whole ones, which is harmless.
    let _ = aws_lc_rs::rand::fill(&mut random);
    let share = f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX);
    pause.mul_f64(0.5 + share / 2.0)
}

/// Tries again while the fault may pass by itself and asking twice does no harm. A host that cannot be
/// reached at all is given up early: it is more often a wrong address than a short outage.
pub(super) async fn retrying<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut pauses = Pauses::usual();
    let mut unreachable = 0;
    loop {
        let error = match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        unreachable += u32::from(matches!(error, Error::NoAnswer { unsent: true, .. }));
        let passes = matches!(error.fault(), Fault::Busy | Fault::Uncertain) && unreachable < 4;
        if !passes || !pauses.another().await {
            return Err(error);
        }
        tracing::debug!(error = %error, "trying again");
    }
}
