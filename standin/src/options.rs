//! Options of the stand-in.
use crate::faults::Fault;
use crate::release::Release;
use crate::subject::Subject;
use std::path::PathBuf;
use std::time::Duration;

/// The default bearer token of the platform's operator.
pub const DEFAULT_TOKEN: &str = "standin-token";

/// The settings of a stand-in. [`Options::default`] are those of the program without arguments.
#[derive(Clone, Debug)]
pub struct Options {
    /// The simulated release.
    pub platform: Release,
    /// The port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// The path at which to write a kubeconfig.
    pub kubeconfig: Option<PathBuf>,
    /// The subject of the kubeconfig, by default the service account of the demo tenant, because most users have one.
    /// Its tenant and parent tenants are created.
    pub subject: Subject,
    /// The time from a write to `Ready=True`.
    pub ready_after: Duration,
    /// Whether the controller finishes the current generation before it starts with one that was written meanwhile. It
    /// then reports Ready for the earlier generation after that write. Otherwise a write cancels the work in progress.
    pub late_status: bool,
    /// The time that a serial controller takes for each object; the others wait in a queue. Replaces
    /// [`Options::ready_after`] and [`Options::delete_after`]. Without it, the controller works on all objects
    /// concurrently.
    pub serial: Option<Duration>,
    /// The time from a DELETE to the removal of the object.
    pub delete_after: Duration,
    /// The time in which a virtual machine shuts down, and the time in which it starts.
    pub power_after: Duration,
    /// The delay of each response.
    pub delay: Duration,
    /// The maximum lag of reads behind writes.
    pub lag: Duration,
    /// The file in which objects are stored between runs.
    pub state: Option<PathBuf>,
    /// The bearer token of the platform's operator. For those of tenants, see [`Subject::token`].
    pub token: String,
    /// Faults between client and API.
    pub faults: Vec<Fault>,
    /// Names of applications whose install always fails.
    pub never_ready: Vec<String>,
    /// The time from `Ready=True` until Secrets and addresses exist.
    pub outputs_after: Duration,
    /// Names of applications whose Secrets and addresses are never created. Those of a Bucket are created when its
    /// users change (read in the chart: a credential missing at install is skipped permanently).
    pub no_outputs: Vec<String>,
    /// Whether the workloads of a cluster wait for `etcd` in its tenant or a parent tenant. The cluster is ready
    /// nevertheless.
    pub etcd_required: bool,
    /// Whether disks of the class `local` are created only when a machine uses them. Only on 1.6, Ready waits for that.
    pub first_consumer: bool,
    /// Whether uploads for disks never happen.
    pub no_upload: bool,
    /// Whether an OpenBAO stays sealed, so that its workloads do not run.
    pub sealed: bool,
    /// Names of applications whose uninstall leaves a workload behind, for a while or permanently.
    pub leaves: Vec<(String, Option<Duration>)>,
    /// Names of applications whose deletion takes [`Options::SLOW_DELETE`].
    pub slow_delete: Vec<String>,
    /// Whether the API group is missing, as in a cluster without the platform: all of its paths return a plain `404
    /// page not found`.
    pub no_apps: bool,
    /// Kinds that are not served, such as `Postgres`.
    pub without_kinds: Vec<String>,
}

impl Options {
    /// The duration of a deletion for a name in `--slow-delete`.
    pub const SLOW_DELETE: Duration = Duration::from_secs(30);
}

impl Default for Options {
    fn default() -> Self {
        Options {
            platform: Release::V1_6,
            port: 0,
            kubeconfig: None,
            subject: Subject::default(),
            ready_after: Duration::from_millis(500),
            late_status: true,
            serial: None,
            delete_after: Duration::from_millis(200),
            power_after: Duration::from_millis(200),
            delay: Duration::ZERO,
            lag: Duration::from_millis(100),
            state: None,
            token: DEFAULT_TOKEN.to_owned(),
            faults: Vec::new(),
            never_ready: Vec::new(),
            outputs_after: Duration::ZERO,
            no_outputs: Vec::new(),
            etcd_required: false,
            first_consumer: false,
            no_upload: false,
            sealed: false,
            leaves: Vec::new(),
            slow_delete: Vec::new(),
            no_apps: false,
            without_kinds: Vec::new(),
        }
    }
}
