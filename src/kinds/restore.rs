use super::shared::BackupApplication;
use crate::api::ApiResource;
use crate::lifecycle::Job;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs, Timeouts};
use crate::schema::Spec;
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_restore",
    title: "restore",
    description: "A restore of a backup, run once when the resource is created. **It overwrites the data of the target.** It is \
                  never updated: every change runs a new restore. A restore that succeeded is not run again, even if the \
                  platform no longer has the job. Destroying it deletes only the job, and changes no data.",
    subcategory: "Backups",
    api_resource: || {
        ApiResource::new(
            "backups.cozystack.io",
            "v1alpha1",
            "RestoreJob",
            "restorejobs",
        )
    },
    since: Some("1.1"),
    instead: Some(
        "On platforms without it, create an application with `bootstrap`, as of `hikube_postgres`, which starts from a \
         backup.",
    ),
    is_record: true,
    spec: Restore::block,
    outputs: OutputSet::of::<RestoreOutputs>(),
    timeouts: Timeouts {
        create: 120,
        update: 120,
        delete: 120,
    },
    ..Kind::new(&LIFECYCLE)
};

const LIFECYCLE: Job = Job::new((63, "the platform labels what it restores with the name"));

#[derive(Spec)]
struct Restore {
    /// Backup to restore, in the same namespace.
    #[spec(api = "backupRef", replace)]
    backup: StoredBackup,
    /// Application to restore into. Its data is overwritten. Defaults to the application that was backed up. It must
    /// exist and be of the same kind; add `depends_on` if this configuration creates it. Virtual machines and their
    /// disks can only be restored in place, or into another namespace with `options.target_namespace`.
    #[spec(api = "targetApplicationRef", replace)]
    target: Option<BackupApplication>,
    /// Options, which depend on the kind of the application. Options of other kinds have no effect.
    #[spec(since = "1.3", replace)]
    options: Option<RestoreOptions>,
}

#[derive(Spec)]
struct StoredBackup {
    /// Name of the backup: `backup_name` of a `hikube_backup`, or a name of the data source `hikube_backups`.
    name: String,
}

#[derive(Spec)]
struct RestoreOptions {
    /// PostgreSQL: the time to restore to, for example `2026-03-01T12:00:00Z`. Defaults to the latest possible time.
    #[spec(pattern(
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
        "a time such as `2026-03-01T12:00:00Z`"
    ))]
    recovery_time: Option<String>,
    /// Databases: the time after which the platform gives up, in seconds.
    #[spec(min = 1)]
    restore_timeout_seconds: Option<i64>,
    /// PostgreSQL: the time to wait for the archive of the transaction log, in seconds.
    #[spec(api = "walArchiveTimeoutSeconds", min = 1)]
    wal_archive_timeout_seconds: Option<i64>,
    /// Virtual machines and disks: the namespace to restore into, if not that of the backup. It must exist.
    target_namespace: Option<String>,
    /// Virtual machines and disks: whether to fail if the target exists in another namespace. Defaults to `true`.
    fail_if_target_exists: Option<bool>,
    /// Virtual machines: whether the replaced volumes are kept. They count against the quota, and a tenant cannot
    /// delete them. Defaults to `true`.
    #[spec(api = "keepOriginalPVC")]
    keep_original_pvc: Option<bool>,
    /// Virtual machines: whether the machine keeps its IP and MAC addresses. Defaults to `true`.
    #[spec(api = "keepOriginalIpAndMac")]
    keep_original_ip_and_mac: Option<bool>,
}

#[derive(Outputs)]
struct RestoreOutputs {
    /// Time at which the restore ended.
    #[output()]
    completed_at: Option<String>,
}

impl Observe for RestoreOutputs {
    fn observe(seen: &Observed, _: &Value) -> RestoreOutputs {
        RestoreOutputs {
            completed_at: seen.object.status_text("completedAt"),
        }
    }
}
