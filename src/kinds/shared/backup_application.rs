use crate::schema::Spec;

/// What platforms without backups of their own have.
pub(crate) const INSTEAD_OF_BACKUPS: &str = "On platforms without it, backups are part of the application: set `backup` of `hikube_postgres`, \
     `hikube_mariadb`, `hikube_clickhouse`, `hikube_mongodb` or `hikube_foundationdb`.";

/// An application in a reference.
#[derive(Spec)]
pub(in crate::kinds) struct BackupApplication {
    /// API group of the application.
    #[spec(default = "apps.cozystack.io")]
    api_group: Option<String>,
    /// Kind of the application, such as `Postgres` or `VMInstance`.
    kind: String,
    /// Name of the application.
    name: String,
}
