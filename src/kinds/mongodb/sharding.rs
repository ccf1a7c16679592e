use std::collections::BTreeSet;

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
    /// Shards. The platform does not remove a shard that holds data, and applies no other changes while it is missing
    /// here. Defaults to `rs0` with 3 replicas and 10Gi.
    #[spec(default_json = "[{\"name\": \"rs0\", \"replicas\": 3, \"size\": \"10Gi\"}]")]
    shards: Option<Vec<Shard>>,
}

#[derive(Spec)]
struct Shard {
    /// Name of the shard. `cfg` and `mongos` are those of the config servers and routers.
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

/// Names that the platform gives to other servers of the cluster (read in its operator).
const TAKEN: [&str; 2] = ["cfg", "mongos"];

/// Servers are named after the database and their shard.
pub(super) fn shards_have_names_of_their_own(scope: &mut Scope<'_>) {
    let mut known: BTreeSet<String> = TAKEN.map(str::to_owned).into();
    for shard in scope.elements("sharding_config.shards") {
        let Some(name) = shard.at("name").as_str() else {
            continue;
        };
        if !known.insert(name.to_owned()) {
            let detail = format!(
                "The shard name `{name}` is already in use in the cluster. Choose another name."
            );
            conflict(scope, "sharding_config.shards", &detail);
        }
    }
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
