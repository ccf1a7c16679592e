//! The end of the process: one place that says so, and many that wait for it.

use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::watch;
use tokio_stream::Stream;
use tonic::Status;

/// Why the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The caller asked for it.
    Shutdown,
    /// SIGINT, where it counts.
    Interrupted,
    /// SIGTERM.
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no such signal"))]
    Terminated,
    /// The caller has died.
    Orphaned,
}

impl Reason {
    pub(super) fn exit_code(self) -> ExitCode {
        match self {
            Self::Shutdown | Self::Interrupted | Self::Orphaned => ExitCode::SUCCESS,
            // What a shell reports for a process that SIGTERM ended.
            Self::Terminated => ExitCode::from(128 + 15),
        }
    }
}

/// A handle on the end of the process. The first reason given stands.
#[derive(Clone, Debug)]
pub(super) struct Stop(Arc<watch::Sender<Option<Reason>>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Stop {
    pub(super) fn stop(&self, reason: Reason) {
        self.0.send_if_modified(|stopped| {
            let first = stopped.is_none();
            stopped.get_or_insert(reason);
            first
        });
    }

    /// Waits until the process is to end.
    pub(super) async fn stopped(&self) -> Reason {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(reason) = *receiver.borrow_and_update() {
                return reason;
            }
            // Cannot fail: this handle keeps the sender.
            let _ = receiver.changed().await;
        }
    }
}

/// A stream of answers with nothing more to say: gives at most one item and stays open until a
/// future ends.
pub(super) struct Idle<T> {
    first: Option<T>,
    until: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<T> Idle<T> {
    pub(super) fn until(end: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            first: None,
            until: Box::pin(end),
        }
    }

    pub(super) fn after(mut self, first: T) -> Self {
        self.first = Some(first);
        self
    }
}

impl<T: Unpin> Stream for Idle<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        self.until.as_mut().poll(context).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt;

    use super::*;

    #[tokio::test]
    async fn the_first_reason_stands() {
        let stop = Stop::default();
        stop.stop(Reason::Shutdown);
        stop.stop(Reason::Terminated);
        assert_eq!(stop.stopped().await, Reason::Shutdown);
    }

    #[tokio::test]
    async fn an_idle_stream_ends_at_the_stop() {
        let stop = Stop::default();
        let waiting = stop.clone();
        let mut idle = Idle::until(async move {
            waiting.stopped().await;
        })
        .after(1);
        assert!(matches!(idle.next().await, Some(Ok(1))));
        let waiting = tokio::spawn(async move { idle.next().await.is_none() });
        stop.stop(Reason::Shutdown);
        assert!(waiting.await.unwrap_or(false));
    }
}
