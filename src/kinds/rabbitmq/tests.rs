use serde_json::json;

use super::KIND;
use crate::kinds::expectations::{accepted, refused, warned};

#[test]
fn names_differ_on_the_platform() {
    accepted(
        &KIND,
        &json!({ "users": { "app": {}, "app-two": {}, "app2": {} } }),
    );
    refused(
        &KIND,
        &json!({ "users": { "myApp": {}, "my_app": {} } }),
        "Rename one",
    );
    refused(
        &KIND,
        &json!({ "vhosts": { "my-app": {}, "my_app": {} } }),
        "`vhosts`",
    );
}

#[test]
fn names_are_those_the_platform_can_use() {
    for bad in ["/", "a--b", "app.x", "-a"] {
        refused(
            &KIND,
            &json!({ "vhosts": { bad: {} } }),
            "letters and digits",
        );
    }
}

#[test]
fn roles_name_declared_users() {
    let rabbitmq = |name: &str| {
        let roles = json!({ "readonly": [name] });
        json!({ "users": { "app": {} }, "vhosts": { "shop": { "roles": roles } } })
    };
    accepted(&KIND, &rabbitmq("app"));
    warned(&KIND, &rabbitmq("ap"), "vhosts[\"shop\"].roles.readonly");
}
