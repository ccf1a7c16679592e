//! The memory of a process, from `/proc`; none on systems without `/proc`.

use std::fs;
use std::path::Path;

/// The provider's process name: the kernel truncates it to 15 characters.
const PROVIDER: &str = "terraform-provi";

/// An amount in KiB.
pub(crate) type Kibibytes = u64;

/// The peak memory.
#[derive(Clone, Copy, Default)]
pub(crate) struct Peak {
    /// Of the process.
    pub(crate) own: Option<Kibibytes>,
    /// Of the largest provider that it started.
    pub(crate) provider: Option<Kibibytes>,
}

impl Peak {
    /// Reads the peak of a process and of the providers it has started. The kernel keeps the high-water mark, so an
    /// early peak is not missed.
    pub(crate) fn look(&mut self, process: u32) {
        self.own = self.own.max(high_water(process));
        for child in children(process) {
            let name = fs::read_to_string(format!("/proc/{child}/comm"));
            if name.is_ok_and(|name| name.starts_with(PROVIDER)) {
                self.provider = self.provider.max(high_water(child));
            }
        }
    }

    /// The maximum of each.
    pub(crate) fn max(self, other: Peak) -> Peak {
        Peak {
            own: self.own.max(other.own),
            provider: self.provider.max(other.provider),
        }
    }
}

/// The processes that any thread of a process has started.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let pids = list.split_whitespace().filter_map(|pid| pid.parse().ok());
            pids.collect::<Vec<_>>()
        })
        .collect()
}

/// The current memory of a process.
pub(crate) fn resident(process: u32) -> Option<Kibibytes> {
    field(Path::new(&format!("/proc/{process}/status")), "VmRSS:")
}

fn high_water(process: u32) -> Option<Kibibytes> {
    field(Path::new(&format!("/proc/{process}/status")), "VmHWM:")
}

/// A number of a file such as `/proc/self/status` or `/proc/meminfo`.
pub(crate) fn field(file: &Path, name: &str) -> Option<Kibibytes> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
