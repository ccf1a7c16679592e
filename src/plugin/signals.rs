//! Signals, and the death of the parent process.

use std::io;
use std::time::{Duration, Instant};

use super::connection::Connections;
use super::error::Error;
use super::stop::{Reason, Stop};

/// How often to check the parent process. It is short so that the next run does not meet an orphan at work.
const PARENT_INTERVAL: Duration = Duration::from_millis(100);

/// How long to wait for a connection if the parent process has ended. Terraform waits as long for the handshake
/// line.
const CONNECT_TIME: Duration = Duration::from_secs(60);

/// The effect of SIGINT (Control-C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// None. The terminal sends it to client and plugin, and the client decides whether to stop the operations.
    Ignored,
    /// Ends the process.
    Ends,
}

/// Installs handlers for SIGINT and, on Unix, SIGTERM.
///
/// # Errors
///
/// The handlers cannot be installed.
pub(super) fn handle(stop: &Stop, interrupt: Interrupt) -> Result<(), Error> {
    install(stop, interrupt).map_err(Error::Signals)
}

#[cfg(unix)]
fn install(stop: &Stop, interrupt: Interrupt) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupts = signal(SignalKind::interrupt())?;
    let mut terminations = signal(SignalKind::terminate())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupts.recv() => match interrupt {
                    Interrupt::Ignored => tracing::debug!("ignored an interrupt"),
                    Interrupt::Ends => stop.stop(Reason::Interrupted),
                },
                _ = terminations.recv() => stop.stop(Reason::Terminated),
            }
        }
    });
    Ok(())
}

#[cfg(windows)]
fn install(stop: &Stop, interrupt: Interrupt) -> io::Result<()> {
    let mut interrupts = tokio::signal::windows::ctrl_c()?;
    let stop = stop.clone();
    tokio::spawn(async move {
        while interrupts.recv().await.is_some() {
            match interrupt {
                Interrupt::Ignored => tracing::debug!("ignored an interrupt"),
                Interrupt::Ends => stop.stop(Reason::Interrupted),
            }
        }
    });
    Ok(())
}

/// Ends the process when its parent has died and no connection is open: a killed Terraform does not stop its
/// plugins.
///
/// Not supported on Windows, where the parent cannot be checked.
pub(super) fn watch_parent(stop: &Stop, connections: &Connections) {
    let Some(parent) = parent() else { return };
    let (stop, connections, started) = (stop.clone(), connections.clone(), Instant::now());
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PARENT_INTERVAL).await;
            // The parent may have been a wrapper that ended before the client connects.
            let is_expected = !connections.any() && started.elapsed() < CONNECT_TIME;
            if self::parent() != Some(parent) && connections.open() == 0 && !is_expected {
                stop.stop(Reason::Orphaned);
                return;
            }
        }
    });
}

#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}
