mod access;
mod backup;

use std::collections::{BTreeMap, BTreeSet};

use self::backup::{Backup, Bootstrap};
use super::preset::Preset;
use super::resources::Resources;
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, NameRule, OutputSet, Timeouts};
use crate::schema::{Bytes, Choice, IntOrString, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_postgres",
    title: "PostgreSQL database",
    description: "A replicated PostgreSQL server with its databases, users and backups. Deleting \
                  it deletes the data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("Postgres", "postgreses"),
    release_prefix: "postgres-",
    lifecycle: &Application,
    name_rule: NameRule::Label,
    spec: Postgres::block,
    waits_by_default: Kind::WAITS,
    dependents: access::parts,
    dependents_timeout: None,
    outputs: OutputSet::of::<access::Access>(),
    timeouts: Timeouts::USUAL,
    used_by: None,
    needs: None,
};

#[derive(Spec)]
#[spec(rules(
    quorum_fits,
    users_are_allowed,
    roles_name_users,
    bootstrap_can_read,
    bootstrap_reads_another
))]
struct Postgres {
    /// How many servers hold the data: one writes, the others follow and take over when it fails.
    /// With 1 there is nothing to take over.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica, given one by one; it wins over `resources_preset`. Changing
    /// it restarts the replicas one after another.
    resources: Option<Resources>,
    /// CPU and memory of each replica by name, such as `t1.micro`: a family (`t1`, `c1`, `s1`, `u1`
    /// and `m1`: 0.5, 1, 2, 4 and 8 GiB of memory per core) and a size from `nano` to `4xlarge`.
    /// Platforms before 1.4 know only short names such as `micro`. Changing it restarts the
    /// replicas one after another.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
    /// The size of the volume of each replica, such as `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// The class of storage the volumes lie in: on Hikube `replicated` or `local`. Left out or
    /// `""`, the platform's usual class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the database is reachable from outside the platform, at an address of its own and
    /// port 5432. Switching it off gives the address back.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Major version of PostgreSQL. Raising it upgrades the data in place, interrupts service and
    /// cannot be undone: back up first.
    #[spec(default = "v18", upgrade_only)]
    version: Option<Version>,
    /// Encryption of connections.
    #[spec(since = "1.6")]
    tls: Option<Tls>,
    /// Settings of the server.
    postgresql: Option<Settings>,
    /// How many followers must have a change before it counts as written.
    quorum: Option<Quorum>,
    /// The users by name, which cannot be `postgres` or another of the server's own roles.
    /// **Removing an entry drops the role**; what it owns goes to `postgres`. Renaming is dropping
    /// and making another.
    #[spec(
        loses = "the user; objects it owns pass to `postgres`",
        keys(
            "\\.?[-_A-Za-z0-9][-_.A-Za-z0-9]*",
            "must consist of letters, digits, `-`, `_` and `.`, and neither be `.` nor start with `..`"
        ),
        key_in("{key}", 63)
    )]
    users: Option<BTreeMap<String, User>>,
    /// The databases by name. **Removing an entry drops that database with its data, at once**,
    /// even while it is in use. Renaming is dropping and making an empty one.
    #[spec(
        loses = "the database and its data",
        keys("[-_.A-Za-z0-9]+", "must consist of letters, digits, `-`, `_` and `.`"),
        key_in("{key}_readonly", 63)
    )]
    databases: Option<BTreeMap<String, Database>>,
    /// Regular backups to S3.
    backup: Option<Backup>,
    /// Starts the database from a backup of an earlier one instead of empty. It is read only when
    /// the database is made: on a living one a change has no effect on the data.
    bootstrap: Option<Bootstrap>,
}

#[derive(Choice)]
#[choice(open)]
enum Version {
    /// PostgreSQL 18.
    #[choice(value = "v18")]
    V18,
    /// PostgreSQL 17.
    #[choice(value = "v17")]
    V17,
    /// PostgreSQL 16.
    #[choice(value = "v16")]
    V16,
    /// PostgreSQL 15.
    #[choice(value = "v15")]
    V15,
    /// PostgreSQL 14.
    #[choice(value = "v14")]
    V14,
    /// PostgreSQL 13, no longer maintained by the PostgreSQL project.
    #[choice(value = "v13")]
    V13,
}

#[derive(Spec)]
struct Tls {
    /// Whether the server's certificate also names the outside address. Left out, it does when
    /// `external` is on. Connections are encrypted either way.
    #[spec(since = "1.6")]
    enabled: Option<bool>,
}

#[derive(Spec)]
struct Settings {
    /// Parameters of `postgresql.conf` by name, such as `max_connections` or `work_mem`. Some
    /// restart the replicas when they change. The platform refuses those that run commands or load
    /// libraries (`archive_command`, `restore_command`, `shared_preload_libraries` and the like).
    /// Platforms before 1.6 only promise to know `max_connections`.
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
#[spec(rules(min_is_no_more_than_max))]
struct Quorum {
    /// The fewest followers that must have a change before it counts as written. When fewer are
    /// alive, writing waits.
    #[spec(default = 0, min = 0)]
    min_sync_replicas: Option<i64>,
    /// The most followers that are waited for; fewer than `replicas`.
    #[spec(default = 0, min = 0)]
    max_sync_replicas: Option<i64>,
}

#[derive(Spec)]
struct User {
    /// The password. Left out, the platform makes one and keeps it; it is among
    /// `credentials`.
    #[spec(write_only)]
    password: Option<Secret>,
    /// Whether the user may copy the server by streaming replication.
    replication: Option<bool>,
}

#[derive(Spec)]
struct Database {
    /// The extensions installed in the database, such as `pgcrypto` or `postgis`. Removing one from
    /// the list leaves it installed.
    extensions: Option<BTreeSet<String>>,
    /// Which users may do what in the database. Sent even when left out: the platform cannot do
    /// without it once there are users.
    #[spec(always_send, default_json = "{}")]
    roles: Option<Roles>,
}

#[derive(Spec)]
struct Roles {
    /// The users that own the database: they may read, write and change its structure. Each must be
    /// an entry of `users`; others are passed over.
    admin: Option<BTreeSet<String>>,
    /// The users that may only read. Each must be an entry of `users`; others are passed over.
    readonly: Option<BTreeSet<String>>,
}

fn quorum_fits(scope: &mut Scope<'_>) {
    let replicas = number_or(scope.get("replicas"), 2);
    let most = scope.get("quorum").attribute("max_sync_replicas").as_i64();
    if let (Some(replicas), Some(most)) = (replicas, most)
        && most > 0
        && replicas > 0
        && most >= replicas
    {
        let path = scope.path("quorum").attribute("max_sync_replicas");
        scope.error_at(
            &path,
            "Invalid Attribute Combination",
            format!(
                "`quorum.max_sync_replicas` is {most} and there are {replicas} replicas, one of \
                 which is the one that writes. Set it to {} at most, or raise `replicas`.",
                replicas - 1
            ),
        );
    }
}

fn min_is_no_more_than_max(scope: &mut Scope<'_>) {
    let least = number_or(scope.get("min_sync_replicas"), 0);
    let most = number_or(scope.get("max_sync_replicas"), 0);
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        scope.error(
            "min_sync_replicas",
            "Invalid Attribute Combination",
            format!(
                "`min_sync_replicas` is {least} and `max_sync_replicas` is {most}. Lower the first \
                 or raise the second."
            ),
        );
    }
}

/// The number; what the platform uses where there is none; nothing where it is not known.
fn number_or(value: &Value, default: i64) -> Option<i64> {
    if value.is_null() {
        Some(default)
    } else {
        value.as_i64()
    }
}

/// Roles that PostgreSQL and the platform's operator have already, or whose names PostgreSQL reserves.
fn users_are_allowed(scope: &mut Scope<'_>) {
    let users = scope.get("users").as_map().into_iter().flatten();
    let refused: Vec<(String, &str)> = users
        .filter_map(|(name, _)| {
            let why = match name.as_str() {
                "postgres" => "is the administrator of the server and managed by the platform",
                "streaming_replica" => {
                    "is the role that replicas connect with and managed by the platform"
                }
                "public" | "none" => "is reserved by PostgreSQL",
                name if name.starts_with("pg_") => {
                    "is reserved by PostgreSQL, as are all names that start with `pg_`"
                }
                _ => return None,
            };
            Some((name.clone(), why))
        })
        .collect();
    for (name, why) in refused {
        let path = scope.path("users").key(&name);
        let detail = format!("The user `{name}` {why}. Choose another name.");
        scope.error_at(&path, "Invalid Attribute Value", detail);
    }
}

fn bootstrap_can_read(scope: &mut Scope<'_>) {
    let starts_from_backup = scope.get("bootstrap").attribute("enabled").as_bool() == Some(true);
    let uses_system_bucket =
        scope.get("backup").attribute("use_system_bucket").as_bool() == Some(true);
    if starts_from_backup && uses_system_bucket {
        scope.error(
            "bootstrap",
            "Invalid Attribute Combination",
            "`bootstrap.enabled` and `backup.use_system_bucket` exclude each other: the earlier \
             backup is read with the S3 settings in `backup`. Give those and switch \
             `use_system_bucket` off.",
        );
    }
}

/// The platform grants roles to the users it has and passes over other names (read in its charts).
fn roles_name_users(scope: &mut Scope<'_>) {
    let users = scope.get("users");
    if users.is_unknown() {
        return;
    }
    let databases = scope.get("databases").as_map();
    let mut unknown = Vec::new();
    for (database, entry) in databases.into_iter().flatten() {
        for role in ["admin", "readonly"] {
            let names = entry.attribute("roles").attribute(role);
            let names = names.as_elements().unwrap_or_default().iter();
            let is_declared = |name: &str| users.as_map().is_some_and(|map| map.contains_key(name));
            let others = names
                .filter_map(Value::as_str)
                .filter(|name| !is_declared(name));
            unknown.extend(others.map(|name| (database.clone(), role, name.to_owned())));
        }
    }
    for (database, role, name) in unknown {
        let path = scope.path("databases").key(&database).attribute("roles");
        scope.warn_at(
            &path.attribute(role),
            "Role names a user that is not declared",
            format!(
                "`{name}` is in `databases[\"{database}\"].roles.{role}` and not in `users`, so the \
                 platform grants it nothing. Add `{name}` to `users`, or remove it from the role."
            ),
        );
    }
}

/// The release of a database is named `postgres-` and its name, and so is the folder of its backups.
fn bootstrap_reads_another(scope: &mut Scope<'_>) {
    let bootstrap = scope.get("bootstrap");
    let is_on = bootstrap.attribute("enabled").as_bool() == Some(true);
    let has_folder = !matches!(bootstrap.attribute("server_name").as_str(), None | Some(""));
    let (Some(name), Some(old_name)) = (
        scope.get("name").as_str(),
        bootstrap.attribute("old_name").as_str(),
    ) else {
        return;
    };
    let is_own = old_name == name || old_name.strip_prefix("postgres-") == Some(name);
    if is_on && is_own && !has_folder && !bootstrap.attribute("server_name").is_unknown() {
        let path = scope.path("bootstrap").attribute("old_name");
        let detail = format!(
            "`bootstrap.old_name` is `{old_name}`, which is this database itself (`name = \"{name}\"`). A \
             database cannot start from its own backups and write to the same folder. Give the new database \
             another `name`, or set `old_name` to the earlier one."
        );
        scope.error_at(&path, "Invalid Attribute Combination", detail);
    }
}
