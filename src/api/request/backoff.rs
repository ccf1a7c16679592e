use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::call_context::{CallContext, Interruption};
use super::host_state::HostState;
use crate::api::error::Error;

/// The pauses double from the first to the last.
const FIRST: Duration = Duration::from_millis(200);
const LAST: Duration = Duration::from_secs(5);

/// The limits without a deadline. The attempts last about half a minute, enough for a server that restarts; a minute
/// where the server sends `Retry-After`, or responds slowly.
const MAX_ATTEMPTS: u32 = 13;
const MAX_TIME: Duration = Duration::from_secs(60);

/// The attempts for a host that never responded as the API does: a wrong address is likelier than an outage.
const MAX_UNKNOWN_HOST_ATTEMPTS: u32 = 4;

/// The attempts for a server that sees an anonymous user: it may just have started.
const MAX_ANONYMOUS_ATTEMPTS: u32 = 5;

/// The longest `Retry-After` that is observed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(120);

/// The backoff between attempts, and their number. Each pause is a random time between its half and its whole, so that
/// requests that failed together do not return together.
pub(crate) struct Backoff {
    context: CallContext,
    host: Arc<HostState>,
    start: Instant,
    attempts: u32,
    next: Duration,
    end: &'static str,
}

impl Backoff {
    pub(super) fn of(context: CallContext, host: Arc<HostState>) -> Backoff {
        Backoff {
            context,
            host,
            start: Instant::now(),
            attempts: 0,
            next: FIRST,
            end: "",
        }
    }

    /// Waits before another attempt. False if the error is permanent, the attempts are used up, the time does not
    /// suffice, or Terraform asked to stop.
    pub(crate) async fn wait_after(&mut self, error: &Error) -> bool {
        self.attempts += 1;
        if !error.is_transient() || self.attempts >= self.max_attempts(error) {
            return false;
        }
        let Some(pause) = self.pause(error.retry_after()) else {
            self.end = match error.retry_after() {
                Some(_) => ", and `Retry-After` is longer than the time left",
                None => ", and no time was left",
            };
            return false;
        };
        tracing::debug!(error = %error, pause = pause.as_secs_f32(), "retrying");
        self.next = (self.next * 2).min(LAST);
        match self.context.sleep(pause).await {
            Ok(()) => true,
            Err(Interruption::Stopped) => {
                self.end = ", then stopped";
                false
            }
            Err(Interruption::Deadline | Interruption::Timeout) => {
                self.end = ", and no time was left";
                false
            }
        }
    }

    /// The error, with the number and the time of the attempts.
    pub(crate) fn with_attempts(&self, error: Error) -> Error {
        if !error.is_transient() || (self.attempts < 2 && self.end.is_empty()) {
            return error;
        }
        let (attempts, end) = (self.attempts, self.end);
        let plural = if attempts == 1 { "" } else { "s" };
        let seconds = self.start.elapsed().as_secs_f64().round();
        error.with_suffix(&format!(
            " (after {attempts} attempt{plural} in {seconds} s{end})"
        ))
    }

    fn max_attempts(&self, error: &Error) -> u32 {
        let is_unlike_api = matches!(
            error,
            Error::NoAnswer { unsent: true, .. }
                | Error::Proxy { .. }
                | Error::InvalidResponse { .. }
        );
        let has_responded = self.host.has_responded();
        match self.context.deadline {
            _ if self.host.is_unresponsive() => 1,
            _ if error.is_anonymous() => MAX_ANONYMOUS_ATTEMPTS,
            _ if is_unlike_api && !has_responded => MAX_UNKNOWN_HOST_ATTEMPTS,
            // A host that sends invalid responses for half a minute is no longer the API.
            Some(_) if has_responded && !matches!(error, Error::InvalidResponse { .. }) => u32::MAX,
            _ => MAX_ATTEMPTS,
        }
    }

    /// The next pause, never shorter than `Retry-After`. None if the time does not suffice.
    fn pause(&self, retry_after: Option<Duration>) -> Option<Duration> {
        let shortest = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
        let spread = self.next.max(shortest / 4).mul_f64(random());
        let pause = match retry_after {
            Some(_) => shortest + spread,
            None => self.next / 2 + spread / 2,
        };
        let left = self.context.time_left();
        let left = left.unwrap_or_else(|| MAX_TIME.saturating_sub(self.start.elapsed()));
        [pause, shortest]
            .into_iter()
            .find(|pause| *pause < left && !pause.is_zero())
    }
}

/// A number from 0 to 1. Without a source of randomness it is 1, which is harmless.
fn random() -> f64 {
    let mut random = [0xff; 2];
    let _ = aws_lc_rs::rand::fill(&mut random);
    f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX)
}

/// Repeats a request that may be sent twice as long as its error is transient.
pub(super) async fn retrying<T, F>(
    mut backoff: Backoff,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    loop {
        match attempt().await {
            Err(error) if backoff.wait_after(&error).await => {}
            result => return result.map_err(|error| backoff.with_attempts(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    fn busy(retry_after: Option<u64>) -> Error {
        Error::Refused {
            code: 429,
            reason: String::new(),
            object_name: String::new(),
            message: "busy".to_owned(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn silent() -> Error {
        let (address, cause) = ("https://a".to_owned(), "refused".to_owned());
        Error::NoAnswer {
            address,
            cause,
            unsent: true,
            stopped: false,
        }
    }

    fn backoff(deadline: Option<u64>, has_responded: bool) -> Backoff {
        let context = CallContext {
            deadline: deadline.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
            stop: None,
            warnings: None,
        };
        let host = HostState::default();
        if has_responded {
            host.mark_responded();
        }
        Backoff::of(context, Arc::new(host))
    }

    /// The number and the time of the attempts at a request that always fails, and its error.
    async fn tried(backoff: Backoff, error: impl Fn() -> Error) -> (u32, Duration, String) {
        let (begun, mut tries) = (Instant::now(), 0);
        let answer = retrying(backoff, || {
            tries += 1;
            std::future::ready(Err::<(), _>(error()))
        });
        let error = answer.await.unwrap_err().to_string();
        (tries, begun.elapsed(), error)
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_deadline_attempts_last_half_a_minute_and_the_error_says_so() {
        let (tries, took, error) = tried(backoff(None, true), || busy(None)).await;
        assert_eq!(tries, 13);
        assert!((20..=42).contains(&took.as_secs()), "{took:?}");
        assert!(error.contains("(after 13 attempts in "), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_anonymous_request_is_retried_a_few_times() {
        let anonymous = || Error::Refused {
            code: 403,
            reason: "Forbidden".to_owned(),
            object_name: String::new(),
            message:
                "buckets.apps.cozystack.io is forbidden: User \"system:anonymous\" cannot list"
                    .to_owned(),
            retry_after: None,
        };
        for deadline in [None, Some(300)] {
            let (tries, took, _) = tried(backoff(deadline, true), anonymous).await;
            assert_eq!(tries, 5);
            assert!(took < Duration::from_secs(4), "{took:?}");
        }
        assert!(anonymous().is_unprocessed());
    }

    #[tokio::test(start_paused = true)]
    async fn with_a_deadline_attempts_last_until_then() {
        let (tries, took, error) = tried(backoff(Some(300), true), || busy(None)).await;
        assert!(tries > 50, "{tries}");
        assert!((294..300).contains(&took.as_secs()), "{took:?}");
        assert!(error.ends_with("and no time was left)"), "{error}");
        let (tries, took, _) = tried(backoff(Some(2), true), || busy(None)).await;
        assert!(tries < 8, "{tries}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_responded_gets_few_attempts_with_or_without_a_deadline() {
        for deadline in [None, Some(300)] {
            let (tries, _, error) = tried(backoff(deadline, false), silent).await;
            assert_eq!(tries, 4, "{error}");
        }
        let (tries, ..) = tried(backoff(Some(300), true), silent).await;
        assert!(tries > 50, "{tries}");
    }

    #[tokio::test(start_paused = true)]
    async fn invalid_responses_are_not_retried_until_the_deadline() {
        let garbage = || Error::InvalidResponse {
            address: "https://a".to_owned(),
            cause: "a page".to_owned(),
        };
        let (tries, took, error) = tried(backoff(Some(300), true), garbage).await;
        assert_eq!(tries, 13, "{error}");
        assert!(took < Duration::from_secs(60), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn each_pause_is_at_least_retry_after() {
        let (tries, took, _) = tried(backoff(Some(300), true), || busy(Some(20))).await;
        assert!((13..=15).contains(&tries), "{tries}");
        assert!(took.as_secs() >= u64::from(tries - 1) * 20, "{took:?}");
        let (tries, took, _) = tried(backoff(None, true), || busy(Some(20))).await;
        assert!((2..=3).contains(&tries), "{tries}");
        assert!(took.as_secs() >= u64::from(tries - 1) * 20, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_after_beyond_the_time_left_ends_the_attempts() {
        for backoff in [backoff(Some(90), true), backoff(None, true)] {
            let (tries, took, error) = tried(backoff, || busy(Some(100))).await;
            assert_eq!((tries, took.as_secs()), (1, 0));
            assert!(error.contains("`Retry-After` is longer"), "{error}");
        }
        let (tries, took, _) = tried(backoff(Some(200), true), || busy(Some(9999))).await;
        assert_eq!(tries, 2);
        assert!(took >= MAX_RETRY_AFTER, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_pause() {
        let (stop, stopped) = watch::channel(false);
        let mut backoff = backoff(Some(300), true);
        backoff.context.stop = Some(stopped);
        let tried = tokio::spawn(tried(backoff, || busy(Some(60))));
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.send(true).unwrap();
        let (tries, took, error) = tried.await.unwrap();
        assert_eq!((tries, took.as_secs()), (1, 5));
        assert!(error.contains("1 attempt in 5 s, then stopped"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_permanent_error_is_not_retried_and_not_changed() {
        let refused = || Error::Refused {
            code: 500,
            reason: String::new(),
            object_name: String::new(),
            message: "broken".to_owned(),
            retry_after: None,
        };
        let (tries, _, error) = tried(backoff(Some(300), true), refused).await;
        assert_eq!(tries, 1);
        assert!(error.ends_with("broken"), "{error}");
    }
}
