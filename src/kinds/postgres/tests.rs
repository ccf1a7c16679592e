use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, refused, value, warned};
use crate::resource::{ResourceType, validate};
use crate::schema::Shape;
use crate::value::Value;

#[test]
fn max_sync_replicas_is_less_than_replicas() {
    let quorum = |replicas: Json, least: i64, most: i64| {
        let quorum = json!({ "min_sync_replicas": least, "max_sync_replicas": most });
        json!({ "replicas": replicas, "quorum": quorum })
    };
    accepted(&KIND, &quorum(json!(3), 1, 2));
    accepted(&KIND, &quorum(json!(1), 0, 0));
    accepted(&KIND, &quorum(json!("?"), 1, 7));
    refused(&KIND, &quorum(Json::Null, 0, 2), "Lower it to 1");
    refused(&KIND, &quorum(json!(3), 2, 1), "Lower `min_sync_replicas`");
}

#[test]
fn system_roles_are_not_allowed_as_users() {
    accepted(&KIND, &json!({ "users": { "app-1": {}, "a.b_c": "?" } }));
    refused(
        &KIND,
        &json!({ "users": { "postgres": {} } }),
        "Choose another name",
    );
    refused(
        &KIND,
        &json!({ "users": { "a b": {} } }),
        "letters, digits, `-`, `_` and `.`",
    );
}

#[test]
fn a_restore_names_its_source() {
    let bootstrap = |old_name: Json| json!({ "enabled": true, "old_name": old_name });
    accepted(&KIND, &json!({ "bootstrap": bootstrap(json!("?")) }));
    accepted(&KIND, &json!({ "bootstrap": { "enabled": false } }));
    refused(
        &KIND,
        &json!({ "bootstrap": bootstrap(json!("")) }),
        "`old_name`",
    );
    let both =
        json!({ "bootstrap": bootstrap(json!("a")), "backup": { "use_system_bucket": true } });
    refused(&KIND, &both, "use_system_bucket");
}

#[test]
fn a_backup_schedule_has_six_fields() {
    let backup = |schedule: &str| json!({ "backup": { "schedule": schedule } });
    for good in ["", "0 0 2 * * *", "@daily", "?"] {
        accepted(&KIND, &backup(good));
    }
    let detail = "Did you mean `0 0 2 * * *`?";
    refused(&KIND, &backup("0 2 * * *"), detail);
    refused(&KIND, &backup("every night"), "6 fields");
}

#[test]
fn roles_name_declared_users() {
    let postgres = |users: Json, name: &str| {
        let roles = json!({ "admin": [name] });
        json!({ "users": users, "databases": { "crm": { "roles": roles } } })
    };
    let users = || json!({ "app": {} });
    accepted(&KIND, &postgres(users(), "app"));
    accepted(&KIND, &postgres(users(), "?"));
    accepted(&KIND, &postgres(json!("?"), "app"));
    warned(&KIND, &postgres(users(), "ap"), "Add `ap` to `users`");
    let place = "databases[\"crm\"].roles.admin";
    warned(&KIND, &postgres(Json::Null, "app"), place);
}

#[test]
fn backups_require_credentials() {
    let backup = |more: &Json| {
        let mut backup = json!({ "enabled": true });
        let fields = backup.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        json!({ "backup": backup })
    };
    for good in [
        json!({ "s3_access_key": "a", "s3_secret_key": "b" }),
        json!({ "s3_access_key_wo": "a", "s3_access_key_wo_version": 1, "s3_secret_key": "?" }),
        json!({ "s3_credentials_secret": { "name": "a" } }),
        json!({ "s3_credentials_secret": "?" }),
        json!({ "use_system_bucket": true }),
        json!({ "use_system_bucket": "?" }),
        json!({ "enabled": false }),
    ] {
        accepted(&KIND, &backup(&good));
    }
    for bad in [
        json!({}),
        json!({ "s3_access_key": "a" }),
        json!({ "s3_access_key": "" }),
    ] {
        warned(&KIND, &backup(&bad), "`use_system_bucket`");
    }
}

#[test]
fn a_database_is_not_restored_from_itself() {
    let resource_type = &ResourceType::of(&KIND);
    let errors = |name: Value, bootstrap: Json| {
        let config = json!({ "bootstrap": bootstrap });
        let mut config = value(&Shape::Object(resource_type.spec.clone()), &config);
        config.set_attribute("name", name);
        let messages = validate(resource_type, &config);
        let is_it = |detail: &str| detail.contains("which is this database");
        messages.iter().filter(|one| is_it(&one.detail)).count()
    };
    let bootstrap = |old_name: &str| json!({ "enabled": true, "old_name": old_name });
    assert_eq!(errors("shop".into(), bootstrap("shop")), 1);
    assert_eq!(errors("shop".into(), bootstrap("postgres-shop")), 1);
    assert_eq!(errors("shop2".into(), bootstrap("postgres-shop")), 0);
    assert_eq!(errors(Value::Unknown, bootstrap("shop")), 0);
    let off = json!({ "enabled": false, "old_name": "shop" });
    assert_eq!(errors("shop".into(), off), 0);
    let folder = json!({ "enabled": true, "old_name": "shop", "server_name": "other" });
    assert_eq!(errors("shop".into(), folder), 0);
}
