//! The provider before its first request: startup time, size, and memory at rest.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::measure::median;
use super::memory::{self, Kibibytes};
use super::process::Watchdog;

/// The number of starts for the median.
pub(crate) const STARTS: usize = 30;

/// The magic cookie that Terraform sets.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// A certificate like the one that Terraform generates for each plugin. The key is not stored.
const CLIENT: &str = include_str!("client.pem");

/// The measurements without Terraform.
pub(crate) struct Start {
    /// Seconds from the start to the handshake line, median.
    pub(crate) handshake: f64,
    /// Memory at rest, median.
    pub(crate) idle: Option<Kibibytes>,
    /// Size of the binary in bytes.
    pub(crate) size: u64,
    /// Whether the binary is statically linked; none if it is not an ELF file.
    pub(crate) is_static: Option<bool>,
}

/// Starts the provider repeatedly.
///
/// # Errors
///
/// It does not start.
pub(crate) fn measure(provider: &Path, folder: &Path) -> Result<Start> {
    let mut times = Vec::new();
    let mut idle = Vec::new();
    for _ in 0..STARTS {
        let (took, resident) = once(provider, folder)?;
        times.push(took.as_secs_f64());
        idle.extend(resident);
    }
    idle.sort_unstable();
    let bytes = fs::read(provider)?;
    Ok(Start {
        handshake: median(times),
        idle: idle.get(idle.len() / 2).copied(),
        size: bytes.len() as u64,
        is_static: bytes.starts_with(b"\x7fELF").then(|| !has_loader(&bytes)),
    })
}

fn once(provider: &Path, folder: &Path) -> Result<(Duration, Option<Kibibytes>)> {
    let mut command = Command::new(provider);
    command
        .env_clear()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", CLIENT)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn().context("starting the provider")?;
    let watchdog = Watchdog::over(child.id(), Duration::from_secs(10));
    let stdout = child.stdout.take().context("no stdout")?;
    let mut line = String::new();
    let read = BufReader::new(stdout).read_line(&mut line);
    let took = began.elapsed();
    // Long enough for its threads to become idle.
    thread::sleep(Duration::from_millis(50));
    let resident = memory::resident(child.id());
    drop(watchdog);
    child.kill()?;
    child.wait()?;
    read?;
    ensure!(
        line.starts_with("1|6|"),
        "the provider did not announce itself but said {line:?}"
    );
    Ok((took, resident))
}

/// Whether the beginning of the binary contains the path of a dynamic loader.
fn has_loader(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let loaders: [&[u8]; 2] = [b"/ld-linux", b"/ld-musl"];
    let named = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    loaders.into_iter().any(named)
}
