use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, refused, warned};

#[test]
fn replicas_need_a_keeper() {
    let keeper = |replicas: Json, enabled: Json, keepers: i64| {
        let keeper = json!({ "enabled": enabled, "replicas": keepers });
        json!({ "replicas": replicas, "clickhouse_keeper": keeper })
    };
    accepted(&KIND, &keeper(json!(2), json!(true), 3));
    accepted(&KIND, &keeper(json!(1), json!(false), 2));
    accepted(&KIND, &keeper(json!(2), json!("?"), 1));
    refused(
        &KIND,
        &keeper(Json::Null, json!(false), 3),
        "the 2 `replicas`",
    );
    warned(
        &KIND,
        &keeper(json!(2), json!(true), 4),
        "no more failures than 3",
    );
}

#[test]
fn the_user_of_the_platform_is_not_allowed() {
    accepted(&KIND, &json!({ "users": { "app": {} } }));
    refused(
        &KIND,
        &json!({ "users": { "backup": {} } }),
        "takes backups",
    );
}

#[test]
fn backups_have_credentials() {
    let backup = |more: Json| {
        let mut backup = json!({ "enabled": true });
        let fields = backup.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        json!({ "backup": backup })
    };
    refused(&KIND, &backup(json!({})), "`s3_access_key`");
    accepted(&KIND, &backup(json!({ "use_system_bucket": true })));
    accepted(
        &KIND,
        &backup(json!({ "s3_credentials_secret": { "name": "?" } })),
    );
    let keys = json!({ "s3_bucket": "b", "s3_access_key": "a", "s3_secret_key_wo": "?", "s3_secret_key_wo_version": 1 });
    accepted(&KIND, &backup(keys));
    let both = json!({ "use_system_bucket": true, "s3_path_override": "a" });
    refused(&KIND, &backup(both), "a folder for each database");
}
