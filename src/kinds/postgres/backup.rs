use crate::schema::{Scope, Secret, Spec};
use crate::value::Value;

/// Backups. Since platform 1.6 a backup class of the platform should bring the storage and the
/// schedule; the S3 settings here are still what 0.41 and 1.3 have, and what a `bootstrap` reads.
#[derive(Spec)]
#[spec(rules(backups_have_a_place))]
pub(super) struct Backup {
    /// Whether backups are made.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Whether the storage and the keys come from the platform's own backup bucket, so that the S3
    /// settings here can be left out. The log of changes is only archived from the first backup job
    /// on: run one right after switching this on, or the volume fills up.
    #[spec(default = false, since = "1.6")]
    use_system_bucket: Option<bool>,
    /// When backups are made, as a cron expression with six fields, seconds first: `0 0 2 * * *` is
    /// every night at two. Platforms before 1.6 have a schedule of their own where it is left out;
    /// later ones leave scheduling to backup plans, which is the better way there.
    #[spec(default = "", cron = 6)]
    schedule: Option<String>,
    /// How long backups are kept: a number of days, weeks or months, such as `30d`. Older ones are
    /// deleted.
    #[spec(
        default = "30d",
        pattern(
            "[1-9][0-9]*[dwm]",
            "a number of days, weeks or months, such as `30d`, `4w` or `6m`"
        )
    )]
    retention_policy: Option<String>,
    /// Where backups go: a bucket and folder, such as `s3://bucket/folder/`. From platform 1.6 on,
    /// better left out for the platform's own backup bucket. Changing it starts anew in the other
    /// place and leaves the old backups where they are.
    #[spec(default = "s3://bucket/path/to/folder/")]
    destination_path: Option<String>,
    /// The address of the S3 service, such as `https://prod.s3.hikube.cloud`. From platform 1.6 on,
    /// better left out for the platform's own backup bucket.
    #[spec(default = "http://minio-gateway-service:9000", api = "endpointURL")]
    endpoint_url: Option<String>,
    /// The certificate authority of an S3 service that no public one vouches for.
    #[spec(api = "endpointCA", since = "1.6")]
    endpoint_ca: Option<EndpointCa>,
    /// The access key for the S3 service. From platform 1.6 on, better left out for the platform's
    /// own backup bucket or a secret.
    #[spec(default = "", write_only)]
    s3_access_key: Option<Secret>,
    /// The secret key for the S3 service. From platform 1.6 on, better left out for the platform's
    /// own backup bucket or a secret.
    #[spec(default = "", write_only)]
    s3_secret_key: Option<Secret>,
    /// A secret in the tenant that holds the keys for the S3 service. It wins over `s3_access_key`
    /// and `s3_secret_key`.
    #[spec(since = "1.6")]
    s3_credentials_secret: Option<CredentialsSecret>,
}

#[derive(Spec)]
struct EndpointCa {
    /// The name of the secret in the tenant that holds the certificates. Left out, the usual public
    /// authorities are trusted.
    #[spec(default = "", since = "1.6")]
    name: Option<String>,
    /// The key in the secret. Left out, `ca.crt`.
    #[spec(default = "", since = "1.6")]
    key: Option<String>,
}

#[derive(Spec)]
struct CredentialsSecret {
    /// The name of the secret. Left out, `s3_access_key` and `s3_secret_key` are used.
    #[spec(default = "", since = "1.6")]
    name: Option<String>,
    /// The key in the secret that holds the access key. Left out, `AWS_ACCESS_KEY_ID`.
    #[spec(default = "", api = "accessKeyIDKey", since = "1.6")]
    access_key_id_key: Option<String>,
    /// The key in the secret that holds the secret key. Left out, `AWS_SECRET_ACCESS_KEY`.
    #[spec(default = "", since = "1.6")]
    secret_access_key_key: Option<String>,
}

/// Not `replace`: whoever removes the block after a restore must not lose the restored data.
#[derive(Spec)]
#[spec(rules(names_the_old_one))]
pub(super) struct Bootstrap {
    /// Whether the database starts from a backup. The backup is read with the S3 settings in
    /// `backup`. While it is on, changes to `users` and `databases` wait: switch it off once the
    /// data is there.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// The earlier database, as the folder of its backups in the bucket is called: usually
    /// `postgres-` and the name it had. The new one must have another name.
    #[spec(default = "")]
    old_name: Option<String>,
    /// The moment to return to, such as `2026-05-31T14:30:00Z` (RFC 3339). Left out, as late as the
    /// backup goes.
    #[spec(default = "")]
    recovery_time: Option<String>,
    /// The folder in the bucket that holds the backup, where it is not `old_name`.
    #[spec(default = "", since = "1.3")]
    server_name: Option<String>,
}

fn names_the_old_one(scope: &mut Scope<'_>) {
    let is_on = scope.get("enabled").as_bool() == Some(true);
    let old_name = scope.get("old_name");
    if is_on && (old_name.is_null() || old_name.as_str() == Some("")) {
        scope.error(
            "old_name",
            "Missing Attribute Value",
            "`enabled` is on, so `old_name` must name the earlier database whose backup is read.",
        );
    }
}

/// Without keys, releases before 1.6 archive nothing and fill the volume; later ones back up nothing until a
/// backup class does (read in their charts).
fn backups_have_a_place(scope: &mut Scope<'_>) {
    if scope.get("enabled").as_bool() != Some(true) {
        return;
    }
    let system = scope.get("use_system_bucket");
    if system.is_unknown() || system.as_bool() == Some(true) {
        return;
    }
    let secret = scope.get("s3_credentials_secret");
    let secret_name = secret.attribute("name");
    let keys = [scope.get("s3_access_key"), scope.get("s3_secret_key")];
    let is_missing = |value: &Value| value.is_null() || value.as_str() == Some("");
    let names_secret = secret.is_unknown() || !is_missing(secret_name);
    if names_secret || !keys.into_iter().any(is_missing) {
        return;
    }
    scope.warn(
        "enabled",
        "Backups have no credentials",
        "`backup.enabled` is on, and neither `s3_access_key` and `s3_secret_key` nor \
         `s3_credentials_secret` nor `use_system_bucket` says with which keys backups are written: they fail, \
         or are not made. Give one of these.",
    );
}
