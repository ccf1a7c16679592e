use serde_json::json;

use super::KIND;
use crate::kinds::expectations::{accepted, refused};

#[test]
fn a_node_has_a_role() {
    accepted(&KIND, &json!({ "node_roles": { "data": false } }));
    accepted(&KIND, &json!({ "node_roles": "?" }));
    let none = json!({ "node_roles": { "data": false, "ingest": false, "master": false } });
    refused(&KIND, &none, "at least one");
}

#[test]
fn a_node_has_enough_memory() {
    let memory = |memory: &str| json!({ "resources": { "cpu": "1", "memory": memory } });
    accepted(&KIND, &memory("2Gi"));
    accepted(&KIND, &memory("?"));
    refused(&KIND, &memory("1Gi"), "at least 2Gi");
}

#[test]
fn users_have_passwords_and_names_of_their_own() {
    let user = |name: &str| json!({ "users": { name: { "password": "a" } } });
    accepted(&KIND, &user("app"));
    refused(&KIND, &user("admin"), "administrator");
    refused(&KIND, &json!({ "users": { "app": {} } }), "cannot be read");
}
