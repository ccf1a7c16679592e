//! Tenants, their namespaces, modules and options.
use crate::client::{Api, DEMO, named};
use hikube_standin::Release;
use serde_json::{Value, json};

const GROUP: &str = "/apis/core.cozystack.io/v1alpha1";

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn a_tenant_owns_a_namespace_for_as_long_as_it_lives() {
    for release in Release::ALL {
        let api = Api::of_all(release);
        let body = api.make("tenants", "sub", json!({})).await;
        assert_eq!(body["status"], json!({"namespace": "tenant-demo-sub"}));
        api.until_ready("tenants/sub").await;
        let inside = format!("{}/redises", DEMO.replace("tenant-demo", "tenant-demo-sub"));
        api.post(&inside, &named("a", json!({}))).await.expect(201);
        let path = format!("{GROUP}/tenantnamespaces/tenant-demo-sub");
        api.get(&path).await.expect(200);
        api.delete("tenants/sub").await.expect(200);
        api.until_gone("tenants/sub").await;
        api.get(&path).await.expect(404);
        api.get(&format!("{inside}/a")).await.expect(404);
        api.post(&inside, &named("b", json!({}))).await.expect(404);
    }
}

#[tokio::test]
async fn a_tenant_counts_its_addresses() {
    let api = Api::start(Release::V1_6);
    api.make("tenants", "sub", json!({})).await;
    api.until_ready("tenants/sub").await;
    let inside = DEMO.replace("tenant-demo", "tenant-demo-sub");
    api.post(
        &format!("{inside}/postgreses"),
        &named("db", json!({"external": true})),
    )
    .await
    .expect(201);
    api.until_ready(&format!("{inside}/postgreses/db")).await;
    assert_eq!(
        api.get("tenants/sub").await.json()["status"]["externalIPsCount"],
        1
    );
}

#[tokio::test]
async fn namespaces_of_tenants_can_be_listed() {
    let api = Api::of_all(Release::V1_6);
    let list = api
        .get(&format!("{GROUP}/tenantnamespaces"))
        .await
        .expect(200);
    assert_eq!(names(&list), ["tenant-demo", "tenant-root"]);
    api.get(&format!("{GROUP}/tenantnamespaces/default"))
        .await
        .expect(404);
}

#[tokio::test]
async fn modules_are_listed() {
    let api = Api::start(Release::V1_6);
    api.make("etcds", "etcd", json!({})).await;
    api.make("redises", "a", json!({})).await;
    let path = format!("{GROUP}/namespaces/tenant-demo/tenantmodules");
    assert_eq!(names(&api.get(&path).await.expect(200)), ["etcd"]);
    assert_eq!(
        api.get(&format!("{path}/etcd")).await.expect(200)["kind"],
        "TenantModule"
    );
}

#[tokio::test]
async fn options_are_there_on_1_6_only() {
    for release in Release::ALL {
        let api = Api::of_all(release);
        let path = format!("{GROUP}/namespaces/tenant-demo/options");
        let answer = api.get(&format!("{path}/storageclass")).await;
        if release >= Release::V1_6 {
            let body = answer.expect(200);
            assert_eq!(body["spec"]["items"][1]["value"], "replicated");
            assert_eq!(names(&api.get(&path).await.expect(200)).len(), 12);
            api.get(&format!("{path}/bogus")).await.expect(404);
        } else {
            assert_eq!(answer.code, 404);
            assert_eq!(api.get(&path).await.code, 404);
        }
    }
}
