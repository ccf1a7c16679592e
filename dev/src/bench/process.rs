//! Runs a program with a timeout, and samples its memory.

use std::io::{Read, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::memory::{self, Peak};

/// The interval between two samples of the memory.
const INTERVAL: Duration = Duration::from_millis(10);

/// A program that has ended.
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
    pub(crate) peak: Peak,
    /// Its output.
    pub(crate) text: String,
}

/// Runs a program. The measured time ends when the program ends, not at the next sample.
///
/// # Errors
///
/// It cannot be started, or did not end within the limit.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<Ran> {
    // A file: a pipe that is not read would block the program, and reading one takes time.
    let mut printed = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(printed.try_clone()?);
    let began = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let process = child.id();
    let (ended, wait) = mpsc::channel::<()>();
    let watcher = thread::spawn(move || {
        let mut peak = Peak::default();
        while wait.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            peak.look(process);
            if began.elapsed() > limit {
                kill_with_children(process);
                return (peak, false);
            }
        }
        (peak, true)
    });
    let status = child.wait()?;
    let took = began.elapsed();
    drop(ended);
    let (peak, in_time) = watcher.join().expect("the watcher does not panic");
    let mut text = String::new();
    printed.rewind()?;
    printed.read_to_string(&mut text)?;
    ensure!(in_time, "no end within {limit:?}; it said:\n{text}");
    Ok(Ran {
        status,
        took,
        peak,
        text,
    })
}

/// Kills a process after a timeout, unless it is dropped before.
pub(crate) struct Watchdog {
    _alive: mpsc::Sender<()>,
}

impl Watchdog {
    /// Kills the process unless this is dropped within the limit.
    pub(crate) fn over(process: u32, limit: Duration) -> Watchdog {
        let (alive, wait) = mpsc::channel::<()>();
        thread::spawn(move || {
            if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                kill(process);
            }
        });
        Watchdog { _alive: alive }
    }
}

/// Children first: after their parent has ended, they are no longer known as its children.
fn kill_with_children(process: u32) {
    for child in memory::children(process) {
        kill(child);
    }
    kill(process);
}

fn kill(process: u32) {
    // Killing fails if the process has ended.
    let _ = Command::new("kill")
        .args(["-s", "KILL", &process.to_string()])
        .stderr(Stdio::null())
        .status();
}
