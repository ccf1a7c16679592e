mod backup;
mod former;
mod sharding;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use self::backup::{Backup, Bootstrap};
use self::sharding::ShardingConfig;
use super::shared::{
    Endpoint, KnownValues, Lookup, Preset, Resources, Roles, SecretName, User, ValueList, has_role,
    roles_are_of_declared_users, users_are_not_reserved, users_have_passwords, warn_at,
};
use crate::api::{ApiResource, Object};
use crate::lifecycle::{Application, Entry};
use crate::resource::{
    Dependent, EntryKind, Kind, Observe, Observed, OutputSet, Outputs, Planned, Timeouts,
};
use crate::schema::{Block, Bytes, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_mongodb",
    title: "MongoDB database",
    description: "A MongoDB server (Percona): a replica set or a sharded cluster, with users and backups. Deleting it \
                  deletes its data, except on platforms before 1.4, which keep the volumes: a database of the same name \
                  then finds its old data and passwords.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("MongoDB", "mongodbs"),
    release_prefix: "mongodb-",
    spec: || Block {
        former_spec: Some(former::FORMER),
        ..MongoDb::block()
    },
    dependents,
    outputs: OutputSet::of::<MongoDbOutputs>(),
    timeouts: Timeouts {
        create: 30,
        update: 40,
        delete: 20,
    },
    entries: &[
        EntryKind {
            type_name: "hikube_mongodb_database",
            title: "MongoDB database access",
            description: "Access of users to a database of a `hikube_mongodb`, which MongoDB creates when something is written to it. Deleting it takes away the access and leaves the data.",
            attribute: "databases",
            since: Some("1.1"),
            ..EntryKind::new(&Entry::of_map("databases"))
        },
        EntryKind {
            type_name: "hikube_mongodb_user",
            title: "MongoDB user",
            description: "A user of a `hikube_mongodb`. The platform never drops a user: after deleting it, it can still log in with its last password and roles. Change its password first.",
            attribute: "users",
            since: Some("1.1"),
            ..EntryKind::new(&Entry::of_map("users"))
        },
    ],
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const REPLICA_SET: Endpoint = Endpoint("mongodb-{name}-rs0");
const ROUTERS: Endpoint = Endpoint("mongodb-{name}-mongos");
const EXTERNAL: Endpoint = Endpoint("mongodb-{name}-external");
const ADMIN: SecretName = SecretName("mongodb-{name}-credentials");
const PORT: i64 = 27017;

#[derive(Outputs)]
struct MongoDbOutputs {
    /// Host name inside the platform: of the replica set, or of the routers of a sharded cluster.
    #[output(use_state_for_unknown, known_at_plan = planned_host)]
    host: String,
    /// Name of the replica set, for connection URIs. Null in a sharded cluster.
    #[output(use_state_for_unknown)]
    replica_set: Option<String>,
    /// Public address. Null unless `external` is `true`, and null on platform 1.3 or later without `sharding`, where each
    /// replica has a public address of its own instead.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of all hosts.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Name of the administrator, whom the platform creates.
    #[output(use_state_for_unknown)]
    admin_username: Option<String>,
    /// Password of the administrator. Null until an update that follows the creation: the platform publishes it then. The
    /// passwords of other users cannot be read.
    #[output(secret)]
    admin_password: Option<Secret>,
}

fn planned_host(values: &Value) -> Planned<String> {
    match values.attribute("sharding") {
        Value::Unknown => Planned::Unknown,
        Value::Bool(true) => ROUTERS.planned_host(values),
        _ => REPLICA_SET.planned_host(values),
    }
}

fn is_sharded(object: &Object) -> bool {
    object.spec.get("sharding").and_then(Json::as_bool) == Some(true)
}

fn dependents(object: &Object) -> Vec<Dependent> {
    // Releases before 1.3 also create it for replica sets, so any content is accepted.
    let address = EXTERNAL.if_external(object).filter(|_| is_sharded(object));
    [ADMIN.dependent(object, &[])]
        .into_iter()
        .chain(address)
        .collect()
}

impl Observe for MongoDbOutputs {
    fn observe(seen: &Observed, _: &Value) -> MongoDbOutputs {
        let object = &seen.object;
        let is_sharded = is_sharded(object);
        let text = |key: &str| ADMIN.text(seen, key).filter(|text| !text.is_empty());
        MongoDbOutputs {
            host: if is_sharded {
                ROUTERS.host(object)
            } else {
                REPLICA_SET.host(object)
            },
            replica_set: (!is_sharded).then(|| "rs0".to_owned()),
            external_host: EXTERNAL.address(seen),
            port: PORT,
            admin_username: text("username").map(str::to_owned),
            admin_password: text("password").map(Secret::from),
        }
    }
}

#[derive(Spec)]
#[spec(rules(
    passwords_are_known,
    users_are_not_of_the_platform,
    users_have_roles,
    databases_have_users,
    roles_are_of_users,
    sharding::sizes_are_those_in_use,
    sharding::shards_have_names_of_their_own,
    backup::backups_have_credentials,
    backup::a_restore_has_a_source
))]
struct MongoDb {
    /// Number of replicas. Fewer than 3 do not survive the failure of one. Ignored with `sharding`.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.small`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`. Ignored with `sharding`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the database has public addresses (port 27017). Setting this to `false` releases them.
    #[spec(default = false, loses = "the public addresses")]
    external: Option<bool>,
    /// Major version of MongoDB. Upgrading restarts the replicas one at a time and cannot be undone. MongoDB can be
    /// upgraded by one major version at a time.
    #[spec(default = "v8", upgrade_only)]
    version: Option<MongoDbVersion>,
    /// Whether it is a sharded cluster, and not a replica set. The platform does not convert one into the other.
    #[spec(default = false, replace)]
    sharding: Option<bool>,
    /// Servers of a sharded cluster.
    sharding_config: Option<ShardingConfig>,
    /// Users, keyed by name. Each must have a role in `databases`. The platform never drops a user: one that is removed
    /// here can still log in with its last password and roles. Change its password first. The platform uses `backup`
    /// itself.
    #[spec(
        loses = "the user",
        keys(
            "[a-z0-9]([-a-z0-9.]*[a-z0-9])?",
            "must consist of lower-case letters, digits, `-` and `.`, and start and end with a letter or digit"
        ),
        key_in("mongodb-{name}-user-{key}", 253)
    )]
    users: Option<BTreeMap<String, User>>,
    /// Access of users to databases, keyed by the name of the database, which MongoDB creates when something is written
    /// to it. Removing an entry takes away the access and leaves the data.
    #[spec(
        loses = "the access of its users",
        keys(
            "[^/\\\\. \"$*<>:|?]+",
            "must not contain spaces or any of the characters `/\\. \"$*<>:|?`"
        ),
        key_in("{key}", 63)
    )]
    databases: Option<BTreeMap<String, Database>>,
    /// Backups to S3.
    backup: Option<Backup>,
    /// Restore from a backup of another database.
    bootstrap: Option<Bootstrap>,
}

struct MongoDbVersion;

impl KnownValues for MongoDbVersion {
    const VALUES: ValueList = &[("v8 v7 v6", "")];
}

#[derive(Spec)]
struct Database {
    /// Access of users to the database.
    #[spec(always_send, default_json = "{}")]
    roles: Option<Roles>,
}

fn passwords_are_known(scope: &mut Scope<'_>) {
    users_have_passwords(scope, "a MongoDB database");
}

/// The operator skips such a user, and only its log says so (read in its source).
fn users_are_not_of_the_platform(scope: &mut Scope<'_>) {
    let reserved = [(
        "backup",
        "is the user with which the platform takes backups",
    )];
    users_are_not_reserved(scope, &reserved);
}

/// The platform installs nothing otherwise.
fn users_have_roles(scope: &mut Scope<'_>) {
    for (name, _) in scope.entries("users") {
        if has_role(scope, "databases", &name) == Some(false) {
            let detail = format!(
                "The user `{name}` has no role in `databases`. The platform installs no change of the object until each user \
                 has a role: add `{name}` to `admin` or `readonly` of a database here or in a `hikube_mongodb_database`, \
                 or remove the user."
            );
            let path = scope.path("users").key(&name);
            warn_at(scope, &path, "User without a role", detail);
        }
    }
}

/// Releases before 1.0 cannot store such an entry, and later ones do nothing with it.
fn databases_have_users(scope: &mut Scope<'_>) {
    for (name, database) in scope.entries("databases") {
        let is_empty = |role: &str| database.is_empty(&format!("roles.{role}"));
        if !database.is_unknown() && is_empty("admin") && is_empty("readonly") {
            let detail = format!(
                "The database `{name}` has no users. MongoDB creates a database when something is written to it, so this \
                 entry has no effect. Add a user to `roles.admin` or `roles.readonly`, or remove the entry."
            );
            let path = scope.path("databases").key(&name);
            scope.error_at(&path, "Invalid Attribute Value", detail);
        }
    }
}

/// Releases before 1.0 cannot store others.
fn roles_are_of_users(scope: &mut Scope<'_>) {
    roles_are_of_declared_users(scope, "databases");
}
