//! The end of the process, which many tasks wait for.

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
    /// The client requested it.
    Shutdown,
    /// SIGINT, unless it is ignored.
    Interrupted,
    /// SIGTERM.
    #[cfg_attr(not(unix), allow(dead_code, reason = "a Unix signal"))]
    Terminated,
    /// The parent process has died.
    Orphaned,
}

impl Reason {
    pub(super) fn exit_code(self) -> ExitCode {
        match self {
            Self::Shutdown | Self::Interrupted | Self::Orphaned => ExitCode::SUCCESS,
            // The exit status of a process ended by SIGTERM, as reported by shells.
            Self::Terminated => ExitCode::from(128 + 15),
        }
    }
}

/// A handle to stop the process and to wait for its end. The first reason is kept.
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

    /// Waits for the end of the process.
    pub(super) async fn stopped(&self) -> Reason {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(reason) = *receiver.borrow_and_update() {
                return reason;
            }
            // Cannot fail: this handle holds the sender.
            let _ = receiver.changed().await;
        }
    }
}

/// A stream that yields at most one item and stays open until a future completes.
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

    pub(super) fn starting_with(mut self, first: T) -> Self {
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
    async fn the_first_reason_is_kept() {
        let stop = Stop::default();
        stop.stop(Reason::Shutdown);
        stop.stop(Reason::Terminated);
        assert_eq!(stop.stopped().await, Reason::Shutdown);
    }

    #[tokio::test]
    async fn an_idle_stream_ends_with_the_process() {
        let stop = Stop::default();
        let waiting = stop.clone();
        let mut idle = Idle::until(async move {
            waiting.stopped().await;
        })
        .starting_with(1);
        assert!(matches!(idle.next().await, Some(Ok(1))));
        let waiting = tokio::spawn(async move { idle.next().await.is_none() });
        stop.stop(Reason::Shutdown);
        assert!(waiting.await.unwrap_or(false));
    }
}
