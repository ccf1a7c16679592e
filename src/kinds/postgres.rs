mod backup;
mod outputs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::backup::{Backup, Bootstrap};
use self::outputs::PostgresOutputs;
use super::shared::{
    KnownValues, Lookup, Preset, Resources, Roles, ValueList, conflict, not_above,
    roles_name_declared_users,
};
use crate::api::ApiResource;
use crate::lifecycle::{Application, Entry};
use crate::resource::{EntryCredentials, EntryKind, Kind, OutputSet};
use crate::schema::{Bytes, IntOrString, Scope, Secret, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_postgres",
    title: "PostgreSQL database",
    description: "A PostgreSQL server with replicas, users, databases and backups. Deleting it deletes its data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("Postgres", "postgreses"),
    release_prefix: "postgres-",
    spec: Postgres::block,
    dependents: outputs::dependents,
    outputs: OutputSet::of::<PostgresOutputs>(),
    entries: &[
        EntryKind {
            type_name: "hikube_postgres_database",
            title: "database on a PostgreSQL server",
            description: "A database of a `hikube_postgres`. Deleting it drops it and its data immediately, even while it is in use.",
            attribute: "databases",
            ..EntryKind::new(&Entry::of_map("databases"))
        },
        EntryKind {
            type_name: "hikube_postgres_user",
            title: "PostgreSQL user",
            description: "A user of a `hikube_postgres`. Deleting it drops its role; objects it owns pass to `postgres`.",
            attribute: "users",
            credentials: Some(EntryCredentials {
                description: "Password and connection URI. Null with `password_wo`.",
                unknown_when_changed: &["password", "password_wo_version"],
            }),
            ..EntryKind::new(&Entry::of_map("users"))
        },
    ],
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(
    quorum_leaves_out_the_primary,
    users_are_not_system_roles,
    roles_are_of_declared_users,
    a_restore_needs_s3_settings,
    a_restore_reads_another_database,
    backup::backups_have_credentials
))]
struct Postgres {
    /// Number of replicas. One is the primary; the others are standbys that take over if it fails.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.micro`. Ignored if `resources` is set. Changing
    /// this restarts the replicas one at a time.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the database has a public address (port 5432). Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Major version of PostgreSQL. Upgrades run in place, interrupt service and cannot be undone: back up first.
    #[spec(default = "v18", upgrade_only)]
    version: Option<PostgresVersion>,
    /// Server certificate. Connections are always encrypted.
    #[spec(since = "1.6")]
    tls: Option<Tls>,
    /// Server settings.
    postgresql: Option<PostgresSettings>,
    /// Synchronous replication.
    quorum: Option<Quorum>,
    /// Users, keyed by name. Removing a user drops its role; objects it owns pass to `postgres`. Renaming a user
    /// drops it and creates a new one. System roles such as `postgres` are not allowed.
    #[spec(
        loses = "the user; objects it owns pass to `postgres`",
        keys(
            "\\.?[-_A-Za-z0-9][-_.A-Za-z0-9]*",
            "must consist of letters, digits, `-`, `_` and `.`, and neither be `.` nor start with `..`"
        ),
        key_in("{key}", 63)
    )]
    users: Option<BTreeMap<String, PostgresUser>>,
    /// Databases, keyed by name. Removing a database drops it and its data immediately, even while it is in use.
    /// Renaming a database drops it and creates an empty one.
    #[spec(
        loses = "the database and its data",
        keys("[-_.A-Za-z0-9]+", "must consist of letters, digits, `-`, `_` and `.`"),
        key_in("{key}_readonly", 63)
    )]
    databases: Option<BTreeMap<String, PostgresDatabase>>,
    /// Backups to S3. On platform 1.6 or later, prefer `use_system_bucket` over the S3 settings.
    backup: Option<Backup>,
    /// Restore from a backup of another database instead of starting empty. Used only on creation: later changes
    /// do not affect the data. The platform sets it when a `hikube_restore` restores this database. Unless it is
    /// configured, that is not shown as a change, and stays.
    #[spec(set_by_platform)]
    bootstrap: Option<Bootstrap>,
}

struct PostgresVersion;

impl KnownValues for PostgresVersion {
    const VALUES: ValueList = &[
        ("v18 v17 v16 v15 v14", ""),
        ("v13", "No longer maintained by the PostgreSQL project."),
    ];
}

#[derive(Spec)]
struct Tls {
    /// Whether the certificate also covers the public address. Defaults to the value of `external`.
    enabled: Option<bool>,
}

#[derive(Spec)]
struct PostgresSettings {
    /// Parameters of `postgresql.conf`, keyed by name, for example `max_connections` or `work_mem`. Changing some
    /// of them restarts the replicas. The platform rejects parameters that run commands or load libraries, such as
    /// `archive_command`, `restore_command` and `shared_preload_libraries`. Platforms before 1.6 guarantee only
    /// `max_connections`.
    #[spec(
        default_json = "{\"max_connections\": \"100\"}",
        keys(
            "[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)*",
            "must be names of parameters, such as `max_connections` or `pg_stat_statements.max`"
        )
    )]
    parameters: Option<BTreeMap<String, IntOrString>>,
}

#[derive(Spec)]
#[spec(rules(min_sync_replicas_is_not_above_max))]
struct Quorum {
    /// Minimum number of standbys that must confirm a write. Writes wait while fewer are available.
    #[spec(default = 0, min = 0)]
    min_sync_replicas: Option<i64>,
    /// Maximum number of standbys that a write waits for. Must be less than `replicas`.
    #[spec(default = 0, min = 0)]
    max_sync_replicas: Option<i64>,
}

#[derive(Spec)]
struct PostgresUser {
    /// Password of the user. Generated by the platform if unset. Removing it keeps the last password.
    #[spec(write_only)]
    password: Option<Secret>,
    /// Whether the user may connect for streaming replication.
    replication: Option<bool>,
}

#[derive(Spec)]
struct PostgresDatabase {
    /// Extensions to install, for example `pgcrypto` or `postgis`. Removing an extension leaves it installed.
    extensions: Option<BTreeSet<String>>,
    /// Access of users to the database.
    // The platform requires it once there are users.
    #[spec(always_send, default_json = "{}")]
    roles: Option<Roles>,
}

fn quorum_leaves_out_the_primary(scope: &mut Scope<'_>) {
    let most = scope.at("quorum.max_sync_replicas").as_i64();
    if let (Some(replicas), Some(most)) = (scope.number_or("replicas", 2), most)
        && most > 0
        && replicas > 0
        && most >= replicas
    {
        let detail = format!(
            "`quorum.max_sync_replicas` is {most}, but one of the {replicas} replicas is the primary. Lower it to \
             {} or raise `replicas`.",
            replicas - 1
        );
        conflict(scope, "quorum.max_sync_replicas", detail);
    }
}

fn min_sync_replicas_is_not_above_max(scope: &mut Scope<'_>) {
    not_above(scope, ("min_sync_replicas", 0), ("max_sync_replicas", 0));
}

fn users_are_not_system_roles(scope: &mut Scope<'_>) {
    for (name, _) in scope.entries("users") {
        let reason = match name.as_str() {
            "postgres" | "streaming_replica" => "is a role managed by the platform",
            "public" | "none" => "is reserved by PostgreSQL",
            _ if name.starts_with("pg_") => "starts with `pg_`, which is reserved by PostgreSQL",
            _ => continue,
        };
        let detail = format!("The user name `{name}` {reason}. Choose another name.");
        let path = scope.path("users").key(&name);
        scope.error_at(&path, "Invalid Attribute Value", detail);
    }
}

fn roles_are_of_declared_users(scope: &mut Scope<'_>) {
    roles_name_declared_users(scope, "databases");
}

fn a_restore_needs_s3_settings(scope: &mut Scope<'_>) {
    if scope.is_on("bootstrap.enabled") && scope.is_on("backup.use_system_bucket") {
        let detail = "`bootstrap.enabled` conflicts with `backup.use_system_bucket`: a restore reads the backup with \
                      the S3 settings in `backup`. Set those, and `use_system_bucket` to `false`.";
        conflict(scope, "bootstrap", detail);
    }
}

/// The release of a database is named `postgres-` and its name, and so is the folder of its backups.
fn a_restore_reads_another_database(scope: &mut Scope<'_>) {
    let (Some(name), Some(old_name)) = (
        scope.at("name").as_str(),
        scope.at("bootstrap.old_name").as_str(),
    ) else {
        return;
    };
    let is_own = old_name == name || old_name.strip_prefix("postgres-") == Some(name);
    if is_own && scope.is_on("bootstrap.enabled") && scope.is_empty("bootstrap.server_name") {
        let detail = format!(
            "`bootstrap.old_name` is `{old_name}`, which is this database (`name = \"{name}\"`). A database cannot \
             restore from the folder it writes its own backups to. Choose another `name`, or set `old_name` to the \
             earlier database."
        );
        conflict(scope, "bootstrap.old_name", detail);
    }
}
