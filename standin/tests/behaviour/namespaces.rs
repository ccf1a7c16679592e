//! Namespaces of tenants, in the platform's API.
use crate::client::{Api, named};
use hikube_standin::{Release, Role, Subject};
use serde_json::{Value, json};

const PATH: &str = "/apis/core.cozystack.io/v1alpha1/tenantnamespaces";

async fn labels(api: &Api, name: &str) -> Value {
    let body = api.get(&format!("{PATH}/{name}")).await.expect(200);
    body["metadata"]["labels"].clone()
}

#[tokio::test]
async fn a_namespace_tells_host_and_services() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("tenants", "sub", json!({"etcd": true})).await;
        api.until_ready("tenants/sub").await;
        let inside = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo-sub/tenants";
        api.post(inside, &named("low", json!({"ingress": true})))
            .await
            .expect(201);
        api.until_ready(&format!("{inside}/low")).await;
        let low = labels(&api, "tenant-demo-sub-low").await;
        let label = |name: &str| &low[&format!("namespace.cozystack.io/{name}")];
        assert_eq!(label("host"), "low.sub.demo.example.org");
        assert_eq!(label("etcd"), "tenant-demo-sub");
        assert_eq!(label("ingress"), "tenant-demo-sub-low");
        assert_eq!(label("monitoring"), "tenant-root");
        assert_eq!(label("seaweedfs"), "tenant-root");
        let gateway = if release >= Release::V1_6 {
            json!("")
        } else {
            Value::Null
        };
        assert_eq!(label("gateway"), &gateway);
        assert_eq!(low["tenant.cozystack.io/tenant-demo"], "");
        // Before 1.6, only direct children have a label for the root.
        let of_root = low.get("tenant.cozystack.io/tenant-root").is_some();
        assert_eq!(of_root, release >= Release::V1_6);
    }
}

#[tokio::test]
async fn a_namespace_follows_its_tenant_and_those_below_follow_it() {
    let api = Api::start(Release::V1_3);
    api.make("tenants", "sub", json!({})).await;
    api.until_ready("tenants/sub").await;
    let inside = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo-sub/tenants";
    api.post(inside, &named("low", json!({}))).await.expect(201);
    api.until_ready(&format!("{inside}/low")).await;
    let own = json!({"host": "own.example.net", "schedulingClass": "gold"});
    api.put("tenants/sub", &named("sub", own)).await.expect(200);
    let path = format!("{PATH}/tenant-demo-sub-low");
    let body = api
        .until(&path, |answer| answer.text.contains("low.own.example.net"))
        .await
        .json();
    let labels = &body["metadata"]["labels"];
    assert_eq!(labels["scheduler.cozystack.io/scheduling-class"], "gold");
}

#[tokio::test]
async fn each_release_labels_the_root_in_its_own_way() {
    for (release, host, etcd) in [
        (Release::V0_41, json!("example.org"), json!("tenant-root")),
        (Release::V1_3, Value::Null, Value::Null),
        (Release::V1_6, json!("example.org"), Value::Null),
    ] {
        let api = Api::of_all(release);
        let root = labels(&api, "tenant-root").await;
        assert_eq!(root["namespace.cozystack.io/host"], host, "{release}");
        assert_eq!(root["namespace.cozystack.io/etcd"], etcd, "{release}");
        assert_eq!(root["kubernetes.io/metadata.name"], "tenant-root");
        let demo = labels(&api, "tenant-demo").await;
        assert_eq!(demo["namespace.cozystack.io/host"], "demo.example.org");
    }
}

#[tokio::test]
async fn a_list_has_those_the_caller_has_a_role_in() {
    let api = Api::start(Release::V1_6);
    let names = async |api: &Api| {
        let list = api.get(PATH).await.expect(200);
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
        items.iter().filter_map(name).collect::<Vec<String>>()
    };
    api.make("tenants", "sub", json!({})).await;
    api.until_ready("tenants/sub").await;
    assert_eq!(names(&api).await, ["tenant-demo", "tenant-demo-sub"]);
    let sub = api.of(&Subject::new(Role::View, "tenant-demo-sub"));
    assert_eq!(names(&sub).await, ["tenant-demo-sub"]);
    let above = api.of(&Subject::only_in(Role::View, "tenant-demo"));
    assert_eq!(names(&above).await, ["tenant-demo"]);
    let hidden = above.get(&format!("{PATH}/tenant-demo-sub")).await;
    hidden.expect(403);
    let list = sub.get(PATH).await.expect(200);
    assert!(
        list["items"][0]["metadata"]
            .get("ownerReferences")
            .is_none()
    );
    let one = sub
        .get(&format!("{PATH}/tenant-demo-sub"))
        .await
        .expect(200);
    assert_eq!(one["metadata"]["ownerReferences"][0]["name"], "tenant-demo");
}

#[tokio::test]
async fn other_namespaces_are_forbidden_whether_they_are_there_or_not() {
    for release in [Release::V1_3, Release::V1_6] {
        let api = Api::start(release);
        for name in ["tenant-root", "tenant-nobody"] {
            let answer = api.get(&format!("{PATH}/{name}")).await;
            let expected = format!(
                "tenantnamespaces.core.cozystack.io \"{name}\" is forbidden: access denied"
            );
            assert_eq!(answer.message(), expected);
            answer.expect(403);
        }
        api.get(&format!("{PATH}/default")).await.expect(404);
    }
    // 0.41 does not check the caller of a GET.
    let api = Api::start(Release::V0_41);
    api.get(&format!("{PATH}/tenant-root")).await.expect(200);
    api.get(&format!("{PATH}/tenant-nobody")).await.expect(404);
}
