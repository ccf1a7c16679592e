use std::time::Duration;

use tokio::time::Instant;

use super::Session;
use super::kind::Kind;
use super::outputs::is_ready;
use crate::api::{Error, Fault, Object};
use crate::value::Value;

/// When a change of the spec is to show: after this long, a `Ready` that did not move is the answer to it
/// (read in the platform's source: a release reacts within seconds, unless nothing is to be done).
const SETTLED: Duration = Duration::from_secs(45);

/// What an apply waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitFor {
    Nothing,
    Ready,
    Workloads,
}

impl WaitFor {
    pub(super) fn of(planned: &Value) -> WaitFor {
        match planned.attribute("wait_for").as_str() {
            Some("none") => WaitFor::Nothing,
            Some("ready") => WaitFor::Ready,
            _ => WaitFor::Workloads,
        }
    }

    fn is_met(self, object: &Object) -> bool {
        match self {
            WaitFor::Nothing => true,
            WaitFor::Ready => object
                .condition("Ready")
                .is_some_and(|ready| ready.status == "True"),
            WaitFor::Workloads => is_ready(object),
        }
    }
}

/// How a wait ended.
pub(super) enum Ending {
    /// With what was waited for.
    Met,
    /// No time was left, or Terraform asked to stop; why it was not ready, in the platform's words.
    Unmet { stopped: bool, last: String },
    /// The object disappeared.
    Gone,
    /// The API could not be asked.
    Failed(Error),
}

/// A write whose effect is waited for.
pub(super) struct Written {
    /// The object as the write's answer showed it: the truth until a read is as new.
    pub(super) object: Object,
    /// When `Ready` last changed before the write. The same time afterwards speaks of the time before; none
    /// where any `Ready` will do.
    pub(super) ready_since: Option<String>,
}

/// The pauses of a poll: from 200 ms to 2 s.
pub(super) struct Poll {
    pause: Duration,
    deadline: Instant,
}

impl Poll {
    pub(super) fn until(deadline: Instant) -> Poll {
        Poll {
            pause: Duration::from_millis(200),
            deadline,
        }
    }

    /// Whether it has looked less than a second.
    pub(super) fn is_early(&self) -> bool {
        self.pause < Duration::from_millis(400)
    }

    /// Waits for the next look. `Err` where there is none: true if Terraform asked to stop.
    pub(super) async fn next(&mut self, session: &Session) -> Result<(), bool> {
        if Instant::now() >= self.deadline {
            return Err(false);
        }
        let mut stop = session.stop.clone();
        let asked = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                // Nobody is left to ask.
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = asked => return Err(true),
            () = tokio::time::sleep(self.pause.min(self.deadline - Instant::now())) => {}
        }
        self.pause = self.pause.mul_f64(1.3).min(Duration::from_secs(2));
        Ok(())
    }
}

/// Waits until the platform has done what was written. Returns the newest object seen.
pub(super) async fn wait(
    session: &Session,
    kind: &Kind,
    written: Written,
    wait_for: WaitFor,
    deadline: Instant,
) -> (Object, Ending) {
    let started = Instant::now();
    let Written {
        object: mut newest,
        mut ready_since,
    } = written;
    let least = newest.version();
    let mut poll = Poll::until(deadline);
    loop {
        if let Some(since) = &ready_since {
            let moved = newest
                .condition("Ready")
                .is_none_or(|ready| ready.last_transition_time != *since || ready.status != "True");
            if moved || started.elapsed() > SETTLED {
                ready_since = None;
            }
        }
        if wait_for == WaitFor::Nothing || ready_since.is_none() && wait_for.is_met(&newest) {
            return (newest, Ending::Met);
        }
        if let Err(stopped) = poll.next(session).await {
            let last = last_words(&newest);
            return (newest, Ending::Unmet { stopped, last });
        }
        match session
            .client
            .get(&kind.resource, &newest.namespace, &newest.name)
            .await
        {
            Ok(seen) if seen.uid == newest.uid && seen.version() >= least.max(newest.version()) => {
                newest = seen
            }
            Ok(seen) if seen.uid == newest.uid => {}
            Ok(_) => return (newest, Ending::Gone),
            // A read can lag behind the write that made the object.
            Err(error)
                if error.fault() == Fault::NotFound
                    && started.elapsed() < Duration::from_secs(10) => {}
            Err(error) if error.fault() == Fault::NotFound => return (newest, Ending::Gone),
            Err(error) => return (newest, Ending::Failed(error)),
        }
        tracing::debug!(
            kind = kind.type_name,
            name = newest.name,
            state = last_words(&newest),
            "waiting"
        );
    }
}

/// What the platform last said of an object that is not ready.
pub(super) fn last_words(object: &Object) -> String {
    let not_true = object.conditions().into_iter().find(|condition| {
        matches!(condition.kind.as_str(), "Ready" | "WorkloadsReady") && condition.status != "True"
    });
    match not_true {
        Some(condition) => {
            format!(
                "{} is {} ({}): {}",
                condition.kind, condition.status, condition.reason, condition.message
            )
        }
        None if object.conditions().is_empty() => {
            "the platform has not looked at it yet".to_owned()
        }
        None => "the platform has not reacted to the change yet".to_owned(),
    }
}
