use crate::kinds::shared::{Lookup, is_absent, missing, requires_all};
use crate::schema::{Scope, Secret, Spec};

#[derive(Spec)]
pub(super) struct Backup {
    /// Whether backups are taken. Requires `destination_path`, `endpoint_url` and both S3 keys.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Cron schedule: `0 2 * * *` is daily at 02:00.
    #[spec(default = "0 2 * * *", cron = 5)]
    schedule: Option<String>,
    /// Number of backups to keep, followed by `d`: `30d` keeps the last 30 backups, whatever their age.
    #[spec(
        default = "30d",
        pattern("[1-9][0-9]*d", "a number of backups followed by `d`, such as `30d`")
    )]
    retention_policy: Option<String>,
    /// Bucket and folder for the backups, for example `s3://bucket/folder/`.
    #[spec(default = "s3://bucket/path/to/folder/")]
    destination_path: Option<String>,
    /// URL of the S3 service, for example `https://prod.s3.hikube.cloud`.
    #[spec(default = "http://minio-gateway-service:9000", api = "endpointURL")]
    endpoint_url: Option<String>,
    /// Whether any certificate of the S3 service is accepted.
    #[spec(default = false, since = "1.7", api = "insecureSkipTLSVerify")]
    insecure_skip_tls_verify: Option<bool>,
    /// Access key for the S3 service.
    #[spec(default = "", write_only)]
    s3_access_key: Option<Secret>,
    /// Secret key for the S3 service.
    #[spec(default = "", write_only)]
    s3_secret_key: Option<Secret>,
}

#[derive(Spec)]
pub(super) struct Bootstrap {
    /// Whether to restore from a backup, which is read with the S3 settings in `backup`. Changing this to `true` for an
    /// existing database replaces its data.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Name of the backup.
    #[spec(default = "")]
    backup_name: Option<String>,
    /// Point in time to recover to (RFC 3339), for example `2026-05-31T14:30:00Z`. Defaults to the latest available.
    #[spec(default = "")]
    recovery_time: Option<String>,
}

/// The defaults of the first two are placeholders, with which every backup fails.
pub(super) fn backups_have_credentials(scope: &mut Scope<'_>) {
    let names = [
        "destination_path",
        "endpoint_url",
        "s3_access_key",
        "s3_secret_key",
    ];
    requires_all(scope, "backup", &names);
}

/// The platform installs nothing otherwise.
pub(super) fn a_restore_has_a_source(scope: &mut Scope<'_>) {
    if !scope.is_on("bootstrap.enabled") {
        return;
    }
    let names = [
        "bootstrap.backup_name",
        "backup.destination_path",
        "backup.endpoint_url",
        "backup.s3_access_key",
        "backup.s3_secret_key",
    ];
    let absent: Vec<&str> = names
        .into_iter()
        .filter(|name| is_absent(scope, name))
        .collect();
    if !absent.is_empty() {
        let detail = format!(
            "`bootstrap.enabled` is `true`, so `{}` must be set: the backup is read with the S3 settings in `backup`.",
            absent.join("`, `")
        );
        missing(scope, "bootstrap.enabled", detail);
    }
}
