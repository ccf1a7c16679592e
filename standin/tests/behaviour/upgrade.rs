//! Upgrades of the platform with existing objects.
use crate::client::{Api, JSON};
use hikube_standin::Release;
use serde_json::json;

async fn upgrade(api: &Api, to: &str) -> u16 {
    let path = format!("/__standin/upgrade?to={to}");
    api.send("POST", &path, &JSON, "").await.code
}

#[tokio::test]
async fn objects_outlive_each_upgrade() {
    let api = Api::start(Release::V0_41);
    let subnets = json!({"a": {"cidr": "10.0.0.0/24"}});
    api.make("mysqls", "db", json!({"resourcesPreset": "small"}))
        .await;
    api.make("virtualprivateclouds", "net", json!({"subnets": subnets}))
        .await;
    let pools = json!({"md0": {"ephemeralStorage": "30Gi", "minReplicas": 1, "maxReplicas": 2}});
    api.make("kuberneteses", "k", json!({"nodeGroups": pools}))
        .await;
    for plural in ["mysqls/db", "virtualprivateclouds/net", "kuberneteses/k"] {
        api.until_ready(plural).await;
    }

    assert_eq!(upgrade(&api, "1.1").await, 200);
    api.get("mysqls/db").await.expect(404);
    api.until_ready("mariadbs/db").await;
    let network = api.get("virtualprivateclouds/net").await.expect(200);
    let subnets = json!([{"name": "a", "cidr": "10.0.0.0/24"}]);
    assert_eq!(network["spec"]["subnets"], subnets);

    for to in ["1.3", "1.6"] {
        assert_eq!(upgrade(&api, to).await, 200);
    }
    let database = api.until_ready("mariadbs/db").await;
    assert_eq!(database["spec"]["resourcesPreset"], "t1.small");
    let cluster = api.get("kuberneteses/k").await.expect(200);
    assert_eq!(cluster["spec"]["nodeGroups"]["md0"]["diskSize"], "30Gi");

    assert_eq!(upgrade(&api, "main").await, 200);
    let pool = api.until_ready("kubernetesnodeses/k-md0").await;
    assert_eq!(pool["spec"]["cluster"], "k");
    assert_eq!(pool["spec"]["diskSize"], "30Gi");
}

#[tokio::test]
async fn what_a_later_release_brings_is_served_after_the_upgrade() {
    let api = Api::of_all(Release::V0_41);
    let classes = "/apis/backups.cozystack.io/v1alpha1/backupclasses";
    assert_eq!(api.get(classes).await.code, 404);
    assert_eq!(upgrade(&api, "1.6").await, 200);
    let list = api.get(classes).await.expect(200);
    assert_eq!(list["items"][0]["metadata"]["name"], "cozy-default");
}

#[tokio::test]
async fn there_is_no_way_back() {
    let api = Api::start(Release::V1_3);
    for to in ["1.1", "1.3", "2.0", ""] {
        assert_eq!(upgrade(&api, to).await, 400, "{to}");
    }
}
