//! What a stand-in can be told.
use crate::faults::Fault;
use crate::release::Release;
use crate::subject::Subject;
use std::path::PathBuf;
use std::time::Duration;

/// The bearer token of the platform's operator, unless another is given.
pub const DEFAULT_TOKEN: &str = "standin-token";

/// The settings of a stand-in; [`Options::default`] is what the program does without arguments.
#[derive(Clone, Debug)]
pub struct Options {
    /// The release to behave like.
    pub platform: Release,
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where to write a kubeconfig.
    pub kubeconfig: Option<PathBuf>,
    /// Whose kubeconfig that is: by default the service account of the demo tenant, because that
    /// is what users have. Its tenant is created, with those above it.
    pub subject: Subject,
    /// From a write to `Ready=True`.
    pub ready_after: Duration,
    /// Whether the controller finishes the generation it works on before it takes up the one that a
    /// write made meanwhile, and so reports the earlier one's Ready after that write. Otherwise a
    /// write drops what is in progress.
    pub late_status: bool,
    /// How long a controller that works on one object at a time takes for each; the others wait in
    /// the order they came. Takes the place of [`Options::ready_after`] and
    /// [`Options::delete_after`]. None works on all at once.
    pub serial: Option<Duration>,
    /// From DELETE to the object's end.
    pub delete_after: Duration,
    /// Added to each answer.
    pub delay: Duration,
    /// The most by which a read trails a write.
    pub lag: Duration,
    /// Where objects outlive the process.
    pub state: Option<PathBuf>,
    /// The bearer token of the platform's operator. Tenants' are as [`Subject::token`] says.
    pub token: String,
    /// What goes wrong on the way.
    pub faults: Vec<Fault>,
    /// Names of applications whose install always fails.
    pub never_ready: Vec<String>,
    /// From `Ready=True` until Secrets and addresses appear.
    pub outputs_after: Duration,
    /// Names of applications whose Secrets and addresses never appear; a Bucket's do once its users
    /// change (read in the chart: a credential missed at install is skipped permanently).
    pub no_outputs: Vec<String>,
    /// Whether a cluster waits for a tenant at or above it to have `etcd`. It is ready nevertheless.
    pub etcd_required: bool,
    /// Whether disks of the class `local` are made only once a machine uses them. Ready waits for it
    /// on 1.6 only.
    pub first_consumer: bool,
    /// Whether nobody uploads what a disk waits for.
    pub no_upload: bool,
    /// Whether nobody unseals an OpenBAO, whose workloads then do not run.
    pub sealed: bool,
    /// Names of applications whose uninstall leaves a workload behind, for a while or permanently.
    pub leaves: Vec<(String, Option<Duration>)>,
    /// Names of applications whose deletion takes [`Options::SLOW_DELETE`].
    pub slow_delete: Vec<String>,
    /// Whether there are no applications at all, as in a cluster without the platform: everything
    /// under the group answers with a plain `404 page not found`.
    pub no_apps: bool,
    /// Kinds that are not served, such as `Postgres`.
    pub without_kinds: Vec<String>,
}

impl Options {
    /// How long a deletion takes for a name given to `--slow-delete`.
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
