use crate::kinds::shared::{Lookup, conflict, requires_all};
use crate::schema::{Scope, Secret, Spec};

#[derive(Spec)]
pub(super) struct Backup {
    /// Whether backups are taken. Requires `use_system_bucket`, `s3_credentials_secret`, or `s3_bucket` and both S3
    /// keys; platforms before 1.6 require `restic_password` as well.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Whether to use the platform's own backup bucket, so that no S3 settings are needed.
    #[spec(default = false, since = "1.5")]
    use_system_bucket: Option<bool>,
    /// Cron schedule: `0 2 * * *` is daily at 02:00. If unset, platforms before 1.6 use that schedule, and later ones
    /// take no backups without a backup plan.
    #[spec(default = "", cron = 5)]
    schedule: Option<String>,
    /// Which backups `restic forget` keeps; others are deleted. Used with `schedule` only.
    #[spec(default = "--keep-last=3 --keep-daily=3 --keep-within-weekly=1m")]
    cleanup_strategy: Option<String>,
    /// Host, bucket and folder for the backups, for example `prod.s3.hikube.cloud/bucket/folder`.
    #[spec(default = "s3.example.org/clickhouse-backups")]
    s3_bucket: Option<String>,
    /// Folder in the bucket. Conflicts with `use_system_bucket`, which has a folder for each database.
    #[spec(default = "", since = "1.5")]
    s3_path_override: Option<String>,
    /// Region of the bucket.
    #[spec(default = "us-east-1")]
    s3_region: Option<String>,
    /// URL of the S3 service, for example `https://prod.s3.hikube.cloud`.
    #[spec(default = "", since = "1.5")]
    endpoint: Option<String>,
    /// CA certificates of an S3 service whose certificate is not publicly trusted.
    #[spec(api = "endpointCA", since = "1.7")]
    endpoint_ca: Option<EndpointCa>,
    /// Access key for the S3 service.
    #[spec(default = "<your-access-key>", write_only)]
    s3_access_key: Option<Secret>,
    /// Secret key for the S3 service.
    #[spec(default = "<your-secret-key>", write_only)]
    s3_secret_key: Option<Secret>,
    /// Secret in the tenant that holds the S3 settings. Overrides the other S3 settings.
    #[spec(since = "1.5")]
    s3_credentials_secret: Option<S3CredentialsSecret>,
    /// Password that encrypts the backups of `schedule`. They cannot be read without it.
    #[spec(default = "<password>", write_only)]
    restic_password: Option<Secret>,
}

#[derive(Spec)]
struct EndpointCa {
    /// Name of the Secret in the tenant that holds the certificates. Public CAs are trusted if unset.
    #[spec(default = "")]
    name: Option<String>,
    /// Key in the Secret.
    #[spec(default = "ca.crt")]
    key: Option<String>,
}

#[derive(Spec)]
struct S3CredentialsSecret {
    /// Name of the Secret.
    #[spec(default = "")]
    name: Option<String>,
    /// Key in the Secret that holds the access key. Defaults to `accessKey`.
    #[spec(default = "", api = "accessKeyIDKey")]
    access_key_id_key: Option<String>,
    /// Key in the Secret that holds the secret key. Defaults to `secretKey`.
    #[spec(default = "")]
    secret_access_key_key: Option<String>,
    /// Key in the Secret that holds the name of the bucket. Defaults to `bucketName`.
    #[spec(default = "")]
    bucket_key: Option<String>,
    /// Key in the Secret that holds the URL of the S3 service. Defaults to `endpoint`.
    #[spec(default = "")]
    endpoint_key: Option<String>,
    /// Key in the Secret that holds the region. Defaults to `region`.
    #[spec(default = "")]
    region_key: Option<String>,
}

/// The defaults are placeholders, with which every backup fails.
pub(super) fn backups_have_credentials(scope: &mut Scope<'_>) {
    let has_own = scope.is_off("backup.use_system_bucket")
        && scope.is_empty("backup.s3_credentials_secret.name");
    if has_own {
        requires_all(
            scope,
            "backup",
            &["s3_bucket", "s3_access_key", "s3_secret_key"],
        );
    }
}

/// The platform installs nothing with both.
pub(super) fn a_system_bucket_has_its_own_folder(scope: &mut Scope<'_>) {
    if scope.is_on("backup.use_system_bucket") && scope.is_set("backup.s3_path_override") {
        let detail = "`backup.s3_path_override` conflicts with `backup.use_system_bucket`: the platform's bucket has \
                      a folder for each database. Remove one of them.";
        conflict(scope, "backup.s3_path_override", detail);
    }
}
