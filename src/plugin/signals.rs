//! Signs from outside that the process is to end: signals, and the death of the caller.

use std::io;
use std::time::{Duration, Instant};

use super::Failure;
use super::connection::Connections;
use super::stop::{Reason, Stop};

/// How often to look whether the caller lives. Whoever comes after a killed one finds nobody at work.
const PARENT_INTERVAL: Duration = Duration::from_millis(100);

/// How long a caller's successor may take to connect. Terraform waits this long for the
/// handshake line.
const CONNECT_TIME: Duration = Duration::from_secs(60);

/// What SIGINT (Ctrl-C) does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// Nothing. A terminal sends it to caller and plugin alike, and the caller decides what is
    /// to become of the work under way.
    Ignored,
    /// Ends the process.
    Ends,
}

/// Handles SIGINT, and SIGTERM where it exists, from now on.
///
/// # Errors
///
/// The handlers cannot be installed.
pub(super) fn watch(stop: &Stop, interrupt: Interrupt) -> Result<(), Failure> {
    install(stop, interrupt).map_err(Failure::Signals)
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

/// Ends the process when the caller has died without asking for it, as soon as no connection is
/// left. Nothing else would: a killed Terraform leaves its plugins behind.
///
/// On Windows a process keeps no tie to its parent, and nothing is watched.
pub(super) fn watch_parent(stop: &Stop, connections: &Connections) {
    let Some(parent) = parent() else { return };
    let (stop, connections, started) = (stop.clone(), connections.clone(), Instant::now());
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PARENT_INTERVAL).await;
            // Whoever started this may have been a wrapper that left before the caller connects.
            let awaited = !connections.any() && started.elapsed() < CONNECT_TIME;
            if self::parent() != Some(parent) && connections.open() == 0 && !awaited {
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
