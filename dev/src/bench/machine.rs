//! The machine of a run, without its name.

use std::fs;
use std::path::Path;
use std::thread;

use super::memory;

/// One line: processor, memory, system.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let mut parts = vec![format!("{cores} cores")];
    parts.extend(value("/proc/cpuinfo", "model name").map(|model| format!("({model})")));
    let memory = memory::field(Path::new("/proc/meminfo"), "MemTotal:");
    // Rounded to GiB.
    let memory = memory.map(|kibibytes| (kibibytes + (1 << 19)) >> 20);
    parts.extend(memory.map(|gibibytes| format!("with {gibibytes} GiB of memory")));
    format!("{}, {}", parts.join(" "), system())
}

/// The system and its release.
fn system() -> String {
    let read = |name| {
        let text = fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok()?;
        Some(text.trim().to_owned())
    };
    let kernel = read("ostype").zip(read("osrelease"));
    let kernel = kernel.map_or_else(
        || std::env::consts::OS.to_owned(),
        |(name, release)| format!("{name} {release}"),
    );
    let kernel = format!("{kernel} {}", std::env::consts::ARCH);
    let distribution = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = distribution
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    match name {
        Some(name) => format!("{} ({kernel})", name.trim_matches('"')),
        None => kernel,
    }
}

/// The value of the first line with this name.
fn value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let (_, value) = line.split_once(':')?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
