use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, refused, warned};

fn mongodb(user: Json, database: Json) -> Json {
    json!({ "users": { "app": user }, "databases": { "shop": database } })
}

fn roles(name: &str) -> Json {
    json!({ "roles": { "admin": [name] } })
}

#[test]
fn users_have_passwords_and_roles() {
    let user = json!({ "password": "a" });
    accepted(&KIND, &mongodb(user.clone(), roles("app")));
    accepted(&KIND, &mongodb(user.clone(), json!("?")));
    accepted(&KIND, &mongodb(user.clone(), roles("?")));
    refused(&KIND, &mongodb(json!({}), roles("app")), "cannot be read");
    warned(&KIND, &json!({ "users": { "app": user } }), "has no role");
    let roles = json!({ "shop": roles("backup") });
    let reserved = json!({ "users": { "backup": user }, "databases": roles });
    refused(&KIND, &reserved, "takes backups");
}

#[test]
fn databases_have_users() {
    refused(
        &KIND,
        &json!({ "databases": { "shop": {} } }),
        "has no effect",
    );
    refused(
        &KIND,
        &json!({ "databases": { "shop": roles("app") } }),
        "Add `app` to `users`",
    );
}

#[test]
fn sizes_are_those_in_use() {
    let shards = json!([{ "name": "a", "replicas": 3, "size": "10Gi" }]);
    let sharded = json!({ "sharding": true, "sharding_config": { "shards": shards } });
    accepted(&KIND, &sharded);
    warned(
        &KIND,
        &json!({ "sharding": true, "size": "20Gi" }),
        "`sharding_config.shards`",
    );
    warned(
        &KIND,
        &json!({ "sharding_config": { "shards": shards } }),
        "unless `sharding`",
    );
    let none = json!({ "sharding": true, "sharding_config": { "shards": [] } });
    refused(&KIND, &none, "at least one shard");
}

#[test]
fn shards_have_names_of_their_own() {
    let shards = |names: [&str; 2]| {
        let shard = |name| json!({ "name": name, "replicas": 3, "size": "10Gi" });
        json!({ "sharding": true, "sharding_config": { "shards": names.map(shard) } })
    };
    accepted(&KIND, &shards(["rs0", "rs1"]));
    accepted(&KIND, &shards(["?", "?"]));
    refused(&KIND, &shards(["rs0", "rs0"]), "already in use");
    refused(&KIND, &shards(["rs0", "cfg"]), "already in use");
}

#[test]
fn backups_and_restores_have_their_settings() {
    let keys = json!({
        "destination_path": "s3://backups/shop/", "endpoint_url": "https://s3.example.com",
        "s3_access_key": "a", "s3_secret_key": "?"
    });
    refused(
        &KIND,
        &json!({ "backup": { "enabled": true } }),
        "`destination_path`, `endpoint_url`",
    );
    accepted(&KIND, &json!({ "backup": keys }));
    let restore = json!({ "enabled": true, "backup_name": "a" });
    accepted(&KIND, &json!({ "backup": keys, "bootstrap": restore }));
    refused(&KIND, &json!({ "bootstrap": restore }), "S3 settings");
}
