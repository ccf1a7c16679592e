mod backup;
mod outputs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::backup::Backup;
use self::outputs::MariadbOutputs;
use super::shared::{
    KnownValues, Lookup, Preset, Resources, Roles, ValueList, keys_differ_as_names, missing,
    roles_name_declared_users,
};
use crate::api::ApiResource;
use crate::lifecycle::{Application, Entry};
use crate::resource::{EntryCredentials, EntryKind, FormerKind, Kind, OutputSet};
use crate::schema::{Bytes, Scope, Secret, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_mariadb",
    title: "MariaDB database",
    description: "A MariaDB server with replicas, users, databases and backups. Platform 0.41 calls it MySQL. Deleting \
                  it deletes its data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("MariaDB", "mariadbs"),
    release_prefix: "mariadb-",
    renamed_from: Some(FormerKind {
        api_resource: || ApiResource::application("MySQL", "mysqls"),
        release_prefix: "mysql-",
    }),
    spec: Mariadb::block,
    dependents: outputs::dependents,
    outputs: OutputSet::of::<MariadbOutputs>(),
    entries: &[
        EntryKind {
            type_name: "hikube_mariadb_database",
            title: "database on a MariaDB server",
            description: "A database of a `hikube_mariadb`. Deleting it drops it and its data.",
            attribute: "databases",
            ..EntryKind::new(&Entry::of_map("databases"))
        },
        EntryKind {
            type_name: "hikube_mariadb_user",
            title: "MariaDB user",
            description: "A user of a `hikube_mariadb`. Deleting it drops it.",
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
    roles_are_of_declared_users,
    names_differ_on_the_platform,
    backup::backups_have_credentials
))]
struct Mariadb {
    /// Number of replicas. One is the primary; the others replicate from it asynchronously. Changing this from or to
    /// `1` moves the public address to another Service, so that it changes.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the database has a public address (port 3306). Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Version of MariaDB. Upgrading restarts the replicas and cannot be undone: back up first.
    #[spec(default = "v11.8", upgrade_only)]
    version: Option<MariadbVersion>,
    /// Users, keyed by name. Removing a user drops it; renaming it drops it and creates a new one. The key `root` sets
    /// the password of the administrator, which the platform generates otherwise. The server does not adopt a later
    /// password of `root`, with which the platform then cannot log in.
    #[spec(
        loses = "the user",
        keys(
            "[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?",
            "must consist of letters, digits, `-` and `_`, and start and end with a letter or digit"
        ),
        key_in("{key}", 80)
    )]
    users: Option<BTreeMap<String, MariadbUser>>,
    /// Databases, keyed by name. Removing a database drops it and its data; renaming it drops it and creates an empty
    /// one.
    #[spec(
        loses = "the database and its data",
        keys(
            "[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?",
            "must consist of letters, digits, `-` and `_`, and start and end with a letter or digit"
        ),
        key_in("{key}", 64)
    )]
    databases: Option<BTreeMap<String, MariadbDatabase>>,
    /// Backups to S3 with restic. On platform 1.6 or later, prefer backup plans.
    backup: Option<Backup>,
}

struct MariadbVersion;

impl KnownValues for MariadbVersion {
    const VALUES: ValueList = &[("v11.8 v11.4 v10.11 v10.6", "")];
}

#[derive(Spec)]
#[spec(rules(a_user_has_a_password))]
struct MariadbUser {
    /// Password of the user. Required, here or in `password_wo`.
    #[spec(write_only)]
    password: Option<Secret>,
    /// Maximum number of connections that the user may have at a time. `0` is no limit.
    #[spec(min = 0)]
    max_user_connections: i64,
}

#[derive(Spec)]
struct MariadbDatabase {
    /// Access of users to the database.
    #[spec(always_send, default_json = "{}")]
    roles: Option<Roles>,
}

/// The platform generates passwords only for `root`, and installs nothing where one is missing.
fn a_user_has_a_password(scope: &mut Scope<'_>) {
    if scope.is_empty("password") {
        let detail =
            "Each user of a MariaDB database requires a password. Set `password` or `password_wo`.";
        missing(scope, "password", detail);
    }
}

fn roles_are_of_declared_users(scope: &mut Scope<'_>) {
    roles_name_declared_users(scope, "databases");
}

/// The platform replaces `_` by `-` in the names of its objects (read in its charts).
fn names_differ_on_the_platform(scope: &mut Scope<'_>) {
    for map in ["users", "databases"] {
        keys_differ_as_names(scope, map, |key| key.replace('_', "-").to_lowercase());
    }
}
