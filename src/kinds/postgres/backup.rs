use crate::kinds::shared::{Lookup, missing, warn};
use crate::schema::{Scope, Secret, Spec};

/// Since platform 1.6 a backup class of the platform should bring the storage and the schedule; the S3 settings
/// are still what 0.41 and 1.3 have, and what a `bootstrap` reads.
#[derive(Spec)]
pub(super) struct Backup {
    /// Whether backups are taken.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Whether to use the platform's own backup bucket, so that no S3 settings are needed. WAL is archived only
    /// after the first backup job: run one immediately after enabling this, or the volume fills up.
    #[spec(default = false, since = "1.6")]
    use_system_bucket: Option<bool>,
    /// Cron schedule with six fields, seconds first: `0 0 2 * * *` is daily at 02:00. If unset, platforms before 1.6
    /// use their own schedule. On platform 1.6 or later, prefer backup plans.
    #[spec(default = "", cron = 6)]
    schedule: Option<String>,
    /// Retention period in days, weeks or months, for example `30d`. Older backups are deleted.
    #[spec(
        default = "30d",
        pattern(
            "[1-9][0-9]*[dwm]",
            "a number of days, weeks or months, such as `30d`, `4w` or `6m`"
        )
    )]
    retention_policy: Option<String>,
    /// Bucket and folder for the backups, for example `s3://bucket/folder/`. Changing this starts a new set of
    /// backups and leaves the existing ones in place.
    #[spec(default = "s3://bucket/path/to/folder/")]
    destination_path: Option<String>,
    /// URL of the S3 service, for example `https://prod.s3.hikube.cloud`.
    #[spec(default = "http://minio-gateway-service:9000", api = "endpointURL")]
    endpoint_url: Option<String>,
    /// CA certificates of an S3 service whose certificate is not publicly trusted.
    #[spec(api = "endpointCA", since = "1.6")]
    endpoint_ca: Option<EndpointCa>,
    /// Access key for the S3 service.
    #[spec(default = "", write_only)]
    s3_access_key: Option<Secret>,
    /// Secret key for the S3 service.
    #[spec(default = "", write_only)]
    s3_secret_key: Option<Secret>,
    /// Secret in the tenant that holds the S3 keys. Overrides `s3_access_key` and `s3_secret_key`.
    #[spec(since = "1.6")]
    s3_credentials_secret: Option<S3CredentialsSecret>,
}

#[derive(Spec)]
struct EndpointCa {
    /// Name of the Secret in the tenant that holds the certificates. Public CAs are trusted if unset.
    #[spec(default = "")]
    name: Option<String>,
    /// Key in the Secret. Defaults to `ca.crt`.
    #[spec(default = "")]
    key: Option<String>,
}

#[derive(Spec)]
struct S3CredentialsSecret {
    /// Name of the Secret. `s3_access_key` and `s3_secret_key` are used if unset.
    #[spec(default = "")]
    name: Option<String>,
    /// Key in the Secret that holds the access key. Defaults to `AWS_ACCESS_KEY_ID`.
    #[spec(default = "", api = "accessKeyIDKey")]
    access_key_id_key: Option<String>,
    /// Key in the Secret that holds the secret key. Defaults to `AWS_SECRET_ACCESS_KEY`.
    #[spec(default = "")]
    secret_access_key_key: Option<String>,
}

/// Without `replace`: removing the block after a restore must not destroy the restored data.
#[derive(Spec)]
#[spec(rules(a_restore_names_its_source))]
pub(super) struct Bootstrap {
    /// Whether to restore from a backup, which is read with the S3 settings in `backup`. While this is `true`,
    /// changes to `users` and `databases` are not applied: set it to `false` after the restore.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Name of the backup folder of the earlier database, usually `postgres-` followed by its name. The new
    /// database must have a different name.
    #[spec(default = "")]
    old_name: Option<String>,
    /// Point in time to recover to (RFC 3339), for example `2026-05-31T14:30:00Z`. Defaults to the latest
    /// available.
    #[spec(default = "")]
    recovery_time: Option<String>,
    /// Name of the folder in the bucket that holds the backup, if it is not `old_name`.
    #[spec(default = "", since = "1.3")]
    server_name: Option<String>,
}

fn a_restore_names_its_source(scope: &mut Scope<'_>) {
    if scope.is_on("enabled") && scope.is_empty("old_name") {
        let detail =
            "`bootstrap.enabled` is `true`, so `old_name` must name the database to restore from.";
        missing(scope, "old_name", detail);
    }
}

/// Without keys, releases before 1.6 archive nothing and fill the volume; later ones back up nothing until a
/// backup class does (read in their charts).
pub(super) fn backups_have_credentials(scope: &mut Scope<'_>) {
    let has = |name: &str| !scope.is_empty(&format!("backup.{name}"));
    let has_keys =
        has("s3_access_key") && has("s3_secret_key") || has("s3_credentials_secret.name");
    let is_on = scope.is_on("backup.enabled");
    if is_on && scope.is_off("backup.use_system_bucket") && !has_keys {
        let detail = "`backup.enabled` is `true`, but no S3 credentials are set: backups fail or are not taken. Set \
                      `use_system_bucket`, `s3_credentials_secret`, or `s3_access_key` and `s3_secret_key`.";
        warn(
            scope,
            "backup.enabled",
            "Backups have no credentials",
            detail,
        );
    }
}
