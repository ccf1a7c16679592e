use crate::kinds::shared::{Lookup, conflict, warn};
use crate::schema::{Bytes, Scope, Spec};

#[derive(Spec)]
pub(super) struct ShardingConfig {
    /// Number of config servers, which store the layout of the cluster.
    #[spec(default = 3, min = 1)]
    config_servers: Option<i64>,
    /// Size of each config server's volume, for example `3Gi`.
    #[spec(default = "3Gi", grow_only)]
    config_server_size: Option<Bytes>,
    /// Number of routers (`mongos`), to which clients connect.
    #[spec(default = 2, min = 1)]
    mongos: Option<i64>,
    /// Shards. Removing a shard deletes the data in it. Defaults to `rs0` with 3 replicas and 10Gi.
    #[spec(
        default_json = "[{\"name\": \"rs0\", \"replicas\": 3, \"size\": \"10Gi\"}]",
        loses = "the shard and the data in it"
    )]
    shards: Option<Vec<Shard>>,
}

#[derive(Spec)]
struct Shard {
    /// Name of the shard.
    #[spec(pattern(
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "lower-case letters, digits and `-`, with a letter or digit at both ends"
    ))]
    name: String,
    /// Number of replicas.
    #[spec(min = 1)]
    replicas: i64,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(grow_only)]
    size: Bytes,
}

/// With shards, the platform looks at their sizes and at no others.
pub(super) fn sizes_are_those_in_use(scope: &mut Scope<'_>) {
    if scope.is_on("sharding") {
        for name in ["replicas", "size"] {
            if scope.is_set(name) {
                let detail = format!(
                    "With `sharding`, `{name}` is ignored. Remove it, and set `{name}` in `sharding_config.shards`."
                );
                warn(scope, name, &format!("`{name}` not used"), detail);
            }
        }
        let shards = scope
            .at("sharding_config.shards")
            .as_elements()
            .map(<[_]>::len);
        if shards == Some(0) {
            let detail = "A sharded cluster requires at least one shard in `sharding_config.shards`. Remove the \
                          attribute to use the platform's default.";
            conflict(scope, "sharding", detail);
        }
    } else if scope.is_off("sharding") && scope.is_set("sharding_config.shards") {
        let detail = "`sharding_config` is ignored unless `sharding` is `true`.";
        warn(
            scope,
            "sharding_config",
            "`sharding_config` not used",
            detail,
        );
    }
}
