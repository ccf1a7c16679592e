use crate::kinds::shared::requires_all;
use crate::schema::{Scope, Secret, Spec};

#[derive(Spec)]
pub(super) struct Backup {
    /// Whether backups are taken. Requires `s3_bucket`, both S3 keys and `restic_password`.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Cron schedule: `0 2 * * *` is daily at 02:00.
    #[spec(default = "0 2 * * *", cron = 5)]
    schedule: Option<String>,
    /// Which backups `restic forget` keeps; others are deleted.
    #[spec(default = "--keep-last=3 --keep-daily=3 --keep-within-weekly=1m")]
    cleanup_strategy: Option<String>,
    /// Host, bucket and folder for the backups, for example `prod.s3.hikube.cloud/bucket/folder`.
    #[spec(default = "s3.example.org/mariadb-backups")]
    s3_bucket: Option<String>,
    /// Region of the bucket.
    #[spec(default = "us-east-1")]
    s3_region: Option<String>,
    /// Access key for the S3 service.
    #[spec(default = "<your-access-key>", write_only)]
    s3_access_key: Option<Secret>,
    /// Secret key for the S3 service.
    #[spec(default = "<your-secret-key>", write_only)]
    s3_secret_key: Option<Secret>,
    /// Password that encrypts the backups. They cannot be read without it.
    #[spec(default = "<password>", write_only)]
    restic_password: Option<Secret>,
}

/// The defaults are placeholders, with which every backup fails.
pub(super) fn backups_have_credentials(scope: &mut Scope<'_>) {
    let names = [
        "s3_bucket",
        "s3_access_key",
        "s3_secret_key",
        "restic_password",
    ];
    requires_all(scope, "backup", &names);
}
