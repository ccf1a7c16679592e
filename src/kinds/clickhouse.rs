mod backup;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::backup::Backup;
use super::shared::{
    Endpoint, Login, Lookup, Preset, Resources, SecretName, conflict, uri, users_are_not_reserved,
    warn,
};
use crate::api::ApiResource;
use crate::lifecycle::{Application, Entry};
use crate::resource::{
    EntryCredentials, EntryKind, Kind, Observe, Observed, OutputSet, Outputs, Planned,
};
use crate::schema::{Bytes, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_clickhouse",
    title: "ClickHouse database",
    description: "A ClickHouse cluster for analytics, with shards, replicas, users and backups. It has no public \
                  address. Deleting it deletes its data, except on platforms before 1.6, which keep the volumes: a \
                  database of the same name then finds its old data and passwords.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("ClickHouse", "clickhouses"),
    release_prefix: "clickhouse-",
    spec: ClickHouse::block,
    dependents: |object| PASSWORDS.with_passwords(object).into_iter().collect(),
    outputs: OutputSet::of::<ClickHouseOutputs>(),
    entries: &[EntryKind {
        type_name: "hikube_clickhouse_user",
        title: "ClickHouse user",
        description: "A user of a `hikube_clickhouse`. Deleting it drops it.",
        attribute: "users",
        credentials: Some(EntryCredentials {
            description: "Password and connection URI. Null with `password_wo`.",
            unknown_when_changed: &["password", "password_wo_version"],
        }),
        ..EntryKind::new(&Entry::of_map("users"))
    }],
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("chendpoint-clickhouse-{name}");
const PASSWORDS: SecretName = SecretName("clickhouse-{name}-credentials");
const PORT: i64 = 9000;
const HTTP_PORT: i64 = 8123;

#[derive(Outputs)]
struct ClickHouseOutputs {
    /// Host name inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Port of the native protocol.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Port of the HTTP interface.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(HTTP_PORT))]
    http_port: i64,
    /// Passwords and connection URIs of the native protocol, keyed by user.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users")
    )]
    credentials: Option<BTreeMap<String, Login>>,
}

impl Observe for ClickHouseOutputs {
    fn observe(seen: &Observed, values: &Value) -> ClickHouseOutputs {
        let host = SERVER.host(&seen.object);
        ClickHouseOutputs {
            credentials: PASSWORDS.logins(seen, values, |user, password| Login {
                password: Some(password.into()),
                uri: Some(uri("clickhouse", user, password, &host, PORT)),
            }),
            port: PORT,
            http_port: HTTP_PORT,
            host,
        }
    }
}

#[derive(Spec)]
#[spec(rules(
    replicas_are_kept_in_step,
    users_are_not_of_the_platform,
    backup::backups_have_credentials,
    backup::a_system_bucket_has_its_own_folder
))]
struct ClickHouse {
    /// Number of replicas of each shard.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Number of shards, over which distributed tables spread their rows. Removing a shard deletes the rows in it, and
    /// is refused.
    #[spec(default = 1, min = 1, grow_only)]
    shards: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.small`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. The platform ignores it and uses its default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Size of each replica's volume for logs, for example `2Gi`.
    #[spec(default = "2Gi", grow_only)]
    log_storage_size: Option<Bytes>,
    /// Number of days for which the tables `query_log` and `query_thread_log` keep their rows.
    #[spec(default = 15, min = 1, api = "logTTL")]
    log_ttl: Option<i64>,
    /// Users, keyed by name. Removing a user drops it; renaming it drops it and creates a new one. The platform uses
    /// `backup` itself.
    #[spec(
        loses = "the user",
        keys("[-_A-Za-z0-9]+", "must consist of letters, digits, `-` and `_`"),
        key_in("{key}", 63)
    )]
    users: Option<BTreeMap<String, ClickHouseUser>>,
    /// ClickHouse Keeper, which coordinates the replicas.
    clickhouse_keeper: Option<Keeper>,
    /// Backups to S3. On platform 1.6 or later, prefer backup plans.
    backup: Option<Backup>,
}

#[derive(Spec)]
struct ClickHouseUser {
    /// Password of the user. Generated by the platform if unset. Removing it keeps the last password.
    #[spec(write_only)]
    password: Option<Secret>,
    /// Whether the user may only read.
    readonly: Option<bool>,
}

#[derive(Spec)]
struct Keeper {
    /// Whether there is a Keeper. Tables are not replicated without one.
    #[spec(default = true)]
    enabled: Option<bool>,
    /// Number of Keeper replicas, which should be odd: more than half of them must run.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each Keeper replica, as a preset such as `t1.micro`.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
    /// Size of each Keeper replica's volume, for example `1Gi`.
    #[spec(default = "1Gi", grow_only)]
    size: Option<Bytes>,
}

fn replicas_are_kept_in_step(scope: &mut Scope<'_>) {
    let is_without = scope.at("clickhouse_keeper.enabled").as_bool() == Some(false);
    if let Some(replicas) = scope
        .number_or("replicas", 2)
        .filter(|replicas| *replicas > 1)
        && is_without
    {
        let detail = format!(
            "`clickhouse_keeper.enabled` is `false`, but ClickHouse replicates tables between the {replicas} `replicas` only with \
             a Keeper. Set `clickhouse_keeper.enabled` to `true`, or `replicas` to `1`."
        );
        conflict(scope, "clickhouse_keeper.enabled", detail);
    }
    let keepers = scope.number_or("clickhouse_keeper.replicas", 3);
    if let Some(even) = keepers.filter(|keepers| keepers % 2 == 0 && !is_without) {
        let detail = format!(
            "`clickhouse_keeper.replicas` is {even}. More than half of the replicas must run, so {even} survive no more failures \
             than {}. Choose an odd number.",
            even - 1
        );
        warn(
            scope,
            "clickhouse_keeper.replicas",
            "Even number of Keeper replicas",
            detail,
        );
    }
}

fn users_are_not_of_the_platform(scope: &mut Scope<'_>) {
    let reserved = [(
        "backup",
        "is the user with which the platform takes backups",
    )];
    users_are_not_reserved(scope, &reserved);
}
