use std::time::Duration;

use super::error::{Error, Fault};

/// The pauses between attempts: doubling from 200 ms to 5 s, each somewhere between its half and its
/// whole, so that many requests refused at once do not come back at once.
pub(super) struct Pauses {
    next: Duration,
    left: u32,
    strange: u32,
}

impl Pauses {
    /// Enough for a server that restarts: about half a minute in all. A host that never answered this
    /// process, or not in the API's words, is given up early: a wrong address is likelier than an outage.
    pub(super) fn usual(has_answered: bool) -> Pauses {
        Pauses {
            next: Duration::from_millis(200),
            left: 9,
            strange: if has_answered { 9 } else { 3 },
        }
    }

    /// Waits before another attempt, if the fault may pass by itself. False where it does not, or there
    /// were enough attempts.
    pub(super) async fn after(&mut self, error: &Error) -> bool {
        let left = match error {
            Error::NoAnswer { unsent: true, .. } | Error::Garbage { .. } => &mut self.strange,
            _ => &mut self.left,
        };
        if !matches!(error.fault(), Fault::Busy | Fault::Uncertain) || *left == 0 {
            return false;
        }
        *left -= 1;
        tracing::debug!(error = %error, "trying again");
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

/// Tries again while the fault may pass by itself and asking twice does no harm.
pub(super) async fn retrying<T, F>(
    mut pauses: Pauses,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    loop {
        match attempt().await {
            Err(error) if pauses.after(&error).await => {}
            answer => return answer,
        }
    }
}
