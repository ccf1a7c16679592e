use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, refused, warned};

fn topic(name: &str, replicas: Json) -> Json {
    json!({ "name": name, "partitions": 3, "replicas": replicas })
}

#[test]
fn topics_differ_on_the_platform() {
    let topics = |names: [&str; 2]| json!({ "topics": names.map(|name| topic(name, json!(1))) });
    accepted(&KIND, &topics(["orders", "orders.dlq"]));
    accepted(&KIND, &topics(["orders", "?"]));
    refused(&KIND, &topics(["orders", "orders"]), "two topics");
    refused(&KIND, &topics(["order_log", "order-log"]), "Rename one");
}

#[test]
fn topics_fit_the_brokers() {
    let kafka = |brokers: Json, replicas: Json| json!({ "kafka": { "replicas": brokers }, "topics": [topic("orders", replicas)] });
    accepted(&KIND, &kafka(Json::Null, json!(3)));
    accepted(&KIND, &kafka(json!("?"), json!(9)));
    accepted(&KIND, &kafka(json!(1), json!("?")));
    refused(&KIND, &kafka(json!(1), json!(2)), "there are 1 brokers");
}

#[test]
fn what_is_public_is_open_to_all() {
    accepted(&KIND, &json!({ "external": "?" }));
    warned(&KIND, &json!({ "external": true }), "no authentication");
    let tls = |external: Json| json!({ "external": external, "tls": { "enabled": true } });
    accepted(&KIND, &tls(json!("?")));
    refused(&KIND, &tls(json!(false)), "port 9093 always has TLS");
}

#[test]
fn zookeeper_has_an_odd_number_of_servers() {
    let zookeeper = |replicas: i64| json!({ "zookeeper": { "replicas": replicas } });
    accepted(&KIND, &zookeeper(1));
    warned(&KIND, &zookeeper(2), "no more failures than 1");
}
