use serde_json::{Value as Json, json};

use super::KIND;
use crate::api::Object;
use crate::kinds::expectations::{accepted, refused, warned};

fn user() -> Json {
    json!({ "password": "a", "max_user_connections": 10 })
}

#[test]
fn a_user_has_a_password() {
    let user = |given: Json| json!({ "users": { "app": given } });
    let given = json!({ "password_wo": "?", "password_wo_version": 1, "max_user_connections": 0 });
    accepted(&KIND, &user(given));
    refused(
        &KIND,
        &user(json!({ "max_user_connections": 5 })),
        "`password_wo`",
    );
}

#[test]
fn names_differ_on_the_platform() {
    accepted(
        &KIND,
        &json!({ "users": { "app-a": user(), "app_b": user() } }),
    );
    let users = json!({ "users": { "app-a": user(), "app_a": user() } });
    refused(&KIND, &users, "Rename one of them");
    let databases = json!({ "databases": { "shop_a": {}, "shop-a": {} } });
    refused(&KIND, &databases, "`databases`");
    accepted(&KIND, &json!({ "users": "?" }));
}

#[test]
fn roles_name_declared_users() {
    let mariadb = |name: &str| {
        let roles = json!({ "admin": [name] });
        json!({ "users": { "app": user() }, "databases": { "shop": { "roles": roles } } })
    };
    accepted(&KIND, &mariadb("app"));
    warned(&KIND, &mariadb("ap"), "Add `ap` to `users`");
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
    let keys = json!({
        "s3_bucket": "s3.example.com/db", "s3_access_key": "a", "s3_secret_key": "?", "restic_password": "c"
    });
    accepted(&KIND, &backup(keys));
    accepted(&KIND, &json!({ "backup": { "enabled": false } }));
}

/// The Service with the public address depends on the number of replicas, and all names on the kind.
#[test]
fn the_platform_names_services_after_kind_and_replicas() {
    let dependents = |kind: &str, replicas: i64| {
        let spec = json!({ "external": true, "replicas": replicas });
        let object = Object {
            kind: kind.to_owned(),
            name: "shop".to_owned(),
            spec: spec.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        };
        format!("{:?}", (KIND.dependents)(&object))
    };
    let one = dependents("MySQL", 1);
    assert!(
        one.contains("\"mysql-shop\"") && one.contains("\"mysql-shop-credentials\""),
        "{one}"
    );
    let two = dependents("MariaDB", 2);
    assert!(two.contains("\"mariadb-shop-primary\""), "{two}");
}
