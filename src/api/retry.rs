use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::error::Error;
use super::heard::Heard;
use super::limits::{CallContext, End};

/// The pauses double from the first to the longest.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// Without a deadline: enough for a server that restarts, about half a minute in all; a minute where the
/// server itself asks for it, or takes its time for each answer.
const TRIES: u32 = 13;
const ALTOGETHER: Duration = Duration::from_secs(60);

/// For a host that never answered this process, or not in the API's words: a wrong address is likelier
/// than an outage.
const STRANGE_TRIES: u32 = 4;

/// For a server that does not know who asks: it may have started a moment ago.
const ANONYMOUS_TRIES: u32 = 5;

/// A server that asks for a longer rest is asked again after this.
const LONGEST_REST: Duration = Duration::from_secs(120);

/// The pauses between attempts, and when there were enough of them. Each lies somewhere between its half
/// and its whole, so that many requests refused at once do not come back at once.
pub(super) struct Backoff {
    limits: CallContext,
    heard: Arc<Heard>,
    begun: Instant,
    tries: u32,
    next: Duration,
    end: &'static str,
}

impl Backoff {
    pub(super) fn of(limits: CallContext, heard: Arc<Heard>) -> Backoff {
        Backoff {
            limits,
            heard,
            begun: Instant::now(),
            tries: 0,
            next: FIRST,
            end: "",
        }
    }

    /// Waits before another attempt, if the fault may pass by itself. False where it does not, there were
    /// enough attempts, there is no time for another or the user wants to stop.
    pub(super) async fn after(&mut self, error: &Error) -> bool {
        self.tries += 1;
        if !error.may_pass() || self.tries >= self.most(error) {
            return false;
        }
        let Some(pause) = self.pause(error.rest()) else {
            self.end = match error.rest() {
                Some(_) => ", and it asks for a longer rest than there is time",
                None => ", and no time was left",
            };
            return false;
        };
        tracing::debug!(error = %error, pause = pause.as_secs_f32(), "trying again");
        self.next = (self.next * 2).min(LONGEST);
        match self.limits.pause(pause).await {
            Ok(()) => true,
            Err(End::Stopped) => {
                self.end = ", and then was stopped";
                false
            }
            Err(End::Deadline | End::Late) => {
                self.end = ", and no time was left";
                false
            }
        }
    }

    /// The error, with how often and how long it was tried.
    pub(super) fn told(&self, error: Error) -> Error {
        if !error.may_pass() || (self.tries < 2 && self.end.is_empty()) {
            return error;
        }
        let (tries, end) = (self.tries, self.end);
        let plural = if tries == 1 { "" } else { "s" };
        let seconds = self.begun.elapsed().as_secs_f64().round();
        error.with(&format!(
            " (after {tries} attempt{plural} in {seconds} s{end})"
        ))
    }

    fn most(&self, error: &Error) -> u32 {
        let strange = matches!(
            error,
            Error::NoAnswer { unsent: true, .. }
                | Error::Proxy { .. }
                | Error::InvalidResponse { .. }
        );
        let has_answered = self.heard.has_answered();
        match self.limits.deadline {
            _ if self.heard.is_silent() => 1,
            _ if error.is_anonymous() => ANONYMOUS_TRIES,
            _ if strange && !has_answered => STRANGE_TRIES,
            // What answers so for half a minute is not the API any more.
            Some(_) if has_answered && !matches!(error, Error::InvalidResponse { .. }) => u32::MAX,
            _ => TRIES,
        }
    }

    /// The next pause, never shorter than the server asks for; none where the time does not suffice.
    fn pause(&self, asked: Option<Duration>) -> Option<Duration> {
        let shortest = asked.unwrap_or_default().min(LONGEST_REST);
        let spread = self.next.max(shortest / 4).mul_f64(random());
        let pause = match asked {
            Some(_) => shortest + spread,
            None => self.next / 2 + spread / 2,
        };
        let left = self.limits.left();
        let left = left.unwrap_or_else(|| ALTOGETHER.saturating_sub(self.begun.elapsed()));
        [pause, shortest]
            .into_iter()
            .find(|pause| *pause < left && !pause.is_zero())
    }
}

/// Somewhere between 0 and 1; 1 without randomness, which is harmless.
fn random() -> f64 {
    let mut random = [0xff; 2];
    let _ = aws_lc_rs::rand::fill(&mut random);
    f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX)
}

/// Tries again while the fault may pass by itself and asking twice does no harm.
pub(super) async fn retrying<T, F>(
    mut pauses: Backoff,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    loop {
        match attempt().await {
            Err(error) if pauses.after(&error).await => {}
            answer => return answer.map_err(|error| pauses.told(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    fn busy(rest: Option<u64>) -> Error {
        Error::Refused {
            code: 429,
            reason: String::new(),
            about: String::new(),
            message: "busy".to_owned(),
            rest: rest.map(Duration::from_secs),
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

    fn pauses(deadline: Option<u64>, has_answered: bool) -> Backoff {
        let limits = CallContext {
            deadline: deadline.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
            stop: None,
        };
        let heard = Heard::default();
        if has_answered {
            heard.answer();
        }
        Backoff::of(limits, Arc::new(heard))
    }

    /// How often and how long something that always fails is tried, and what is said in the end.
    async fn tried(pauses: Backoff, error: impl Fn() -> Error) -> (u32, Duration, String) {
        let (begun, mut tries) = (Instant::now(), 0);
        let answer = retrying(pauses, || {
            tries += 1;
            std::future::ready(Err::<(), _>(error()))
        });
        let error = answer.await.unwrap_err().to_string();
        (tries, begun.elapsed(), error)
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_deadline_it_is_tried_for_half_a_minute_and_the_error_says_so() {
        let (tries, took, error) = tried(pauses(None, true), || busy(None)).await;
        assert_eq!(tries, 13);
        assert!((20..=42).contains(&took.as_secs()), "{took:?}");
        assert!(error.contains("(after 13 attempts in "), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_does_not_know_who_asks_is_asked_a_few_times() {
        let anonymous = || Error::Refused {
            code: 403,
            reason: "Forbidden".to_owned(),
            about: String::new(),
            message:
                "buckets.apps.cozystack.io is forbidden: User \"system:anonymous\" cannot list"
                    .to_owned(),
            rest: None,
        };
        for deadline in [None, Some(300)] {
            let (tries, took, _) = tried(pauses(deadline, true), anonymous).await;
            assert_eq!(tries, 5);
            assert!(took < Duration::from_secs(4), "{took:?}");
        }
        assert!(anonymous().is_untouched());
    }

    #[tokio::test(start_paused = true)]
    async fn with_a_deadline_it_is_tried_until_then_and_not_longer() {
        let (tries, took, error) = tried(pauses(Some(300), true), || busy(None)).await;
        assert!(tries > 50, "{tries}");
        assert!((294..300).contains(&took.as_secs()), "{took:?}");
        assert!(error.ends_with("and no time was left)"), "{error}");
        let (tries, took, _) = tried(pauses(Some(2), true), || busy(None)).await;
        assert!(tries < 8, "{tries}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_answered_is_given_up_early_deadline_or_not() {
        for deadline in [None, Some(300)] {
            let (tries, _, error) = tried(pauses(deadline, false), silent).await;
            assert_eq!(tries, 4, "{error}");
        }
        let (tries, ..) = tried(pauses(Some(300), true), silent).await;
        assert!(tries > 50, "{tries}");
    }

    /// What answers so for half a minute is not the API any more, though it was.
    #[tokio::test(start_paused = true)]
    async fn garbage_after_a_good_answer_is_not_tried_until_the_deadline() {
        let garbage = || Error::InvalidResponse {
            address: "https://a".to_owned(),
            cause: "a page".to_owned(),
        };
        let (tries, took, error) = tried(pauses(Some(300), true), garbage).await;
        assert_eq!(tries, 13, "{error}");
        assert!(took < Duration::from_secs(60), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn each_pause_is_at_least_what_the_server_asks_for() {
        let (tries, took, _) = tried(pauses(Some(300), true), || busy(Some(20))).await;
        assert!((13..=15).contains(&tries), "{tries}");
        assert!(took.as_secs() >= u64::from(tries - 1) * 20, "{took:?}");
        let (tries, took, _) = tried(pauses(None, true), || busy(Some(20))).await;
        assert!((2..=3).contains(&tries), "{tries}");
        assert!(took.as_secs() >= u64::from(tries - 1) * 20, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_for_more_rest_than_there_is_time_is_left_alone() {
        for pauses in [pauses(Some(90), true), pauses(None, true)] {
            let (tries, took, error) = tried(pauses, || busy(Some(100))).await;
            assert_eq!((tries, took.as_secs()), (1, 0));
            assert!(error.contains("longer rest"), "{error}");
        }
        let (tries, took, _) = tried(pauses(Some(200), true), || busy(Some(9999))).await;
        assert_eq!(tries, 2);
        assert!(took >= LONGEST_REST, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_it() {
        let (stop, stopped) = watch::channel(false);
        let mut pauses = pauses(Some(300), true);
        pauses.limits.stop = Some(stopped);
        let tried = tokio::spawn(tried(pauses, || busy(Some(60))));
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.send(true).unwrap();
        let (tries, took, error) = tried.await.unwrap();
        assert_eq!((tries, took.as_secs()), (1, 5));
        assert!(error.contains("1 attempt in 5 s, and then was stopped"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_is_not_tried_again_nor_told_of() {
        let refused = || Error::Refused {
            code: 500,
            reason: String::new(),
            about: String::new(),
            message: "broken".to_owned(),
            rest: None,
        };
        let (tries, _, error) = tried(pauses(Some(300), true), refused).await;
        assert_eq!(tries, 1);
        assert!(error.ends_with("broken"), "{error}");
    }
}
