//! The releases of the platform and their differences.
use std::fmt;
use std::str::FromStr;

/// A supported release of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 0.41: names are barely validated, outdated writes are rejected.
    V0_41,
    /// 1.1: like 1.3, with fewer kinds and fields, and fewer permissions of admins.
    V1_1,
    /// 1.3: names are validated, outdated writes are rejected.
    V1_3,
    /// 1.6: names are validated, the last write wins, the label race crashes the process.
    V1_6,
    /// The platform's main branch after 1.6; read in the source, not measured.
    Main,
}

impl Release {
    /// All known releases, oldest first.
    pub const ALL: [Release; 5] = [
        Release::V0_41,
        Release::V1_1,
        Release::V1_3,
        Release::V1_6,
        Release::Main,
    ];

    /// The name of the release in `--platform`.
    pub fn name(self) -> &'static str {
        match self {
            Release::V0_41 => "0.41",
            Release::V1_1 => "1.1",
            Release::V1_3 => "1.3",
            Release::V1_6 => "1.6",
            Release::Main => "main",
        }
    }

    /// Whether a create validates characters and length of names (measured on 1.3 and 1.6).
    pub(crate) fn checks_names(self) -> bool {
        self != Release::V0_41
    }

    /// Whether a write with an old resourceVersion overwrites without an error (measured: not before 1.6).
    pub(crate) fn last_writer_wins(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether a GET of a namespace requires a role in it (read in the source).
    pub(crate) fn checks_namespaces(self) -> bool {
        self != Release::V0_41
    }

    /// Whether Ready waits for the import of a disk: Helm in 1.6 waits for resources of any kind, in earlier releases
    /// only for those of Kubernetes (read in the source).
    pub(crate) fn waits_for_imports(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether the platform has admission policies for writes (read in the source).
    pub(crate) fn has_policies(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether a watch of tenants' Secrets supports selectors (read in the source).
    pub(crate) fn selects_watched_secrets(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether `backups.cozystack.io` is served (read in the source).
    pub(crate) fn has_backups(self) -> bool {
        self != Release::V0_41
    }

    /// Whether a Backup is deleted with the BackupJob that made it (read in the source: up to 1.2).
    pub(crate) fn deletes_backups_with_jobs(self) -> bool {
        self == Release::V1_1
    }

    /// Whether a job reports that its class has no strategy, instead of trying forever (read in the source).
    pub(crate) fn reports_missing_strategies(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether tenants can be permitted to start, stop and restart virtual machines (read in the source).
    pub(crate) fn has_power_rights(self) -> bool {
        self >= Release::V1_6
    }

    /// Whether `core.cozystack.io` serves `options` (measured: not before 1.6).
    pub(crate) fn has_options(self) -> bool {
        self >= Release::V1_6
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Release::ALL
            .into_iter()
            .find(|release| release.name() == text)
            .ok_or_else(|| format!("unknown platform {text:?}: one of 0.41, 1.1, 1.3, 1.6, main"))
    }
}
