//! The platform's admission policies on 1.6.
use crate::client::{Api, named};
use hikube_standin::Release;
use serde_json::json;

#[tokio::test]
async fn a_tenants_host_is_for_administrators() {
    let api = Api::start(Release::V1_6);
    let own = json!({"host": "own.example.net"});
    let answer = api.post("tenants", &named("sub", own.clone())).await;
    let message = answer.message();
    assert!(
        message.starts_with(
            "tenants.apps.cozystack.io \"sub\" is forbidden: ValidatingAdmissionPolicy \
             'cozystack-tenant-host-policy'"
        ),
        "{message}"
    );
    assert!(message.contains("system:serviceaccount:tenant-demo:tenant-demo"));
    assert_eq!(answer.expect(403)["reason"], "Forbidden");
    api.post("tenants", &named("sub", json!({"host": ""})))
        .await
        .expect(201);
    api.put("tenants/sub", &named("sub", own.clone()))
        .await
        .expect(403);
    let merge = "application/merge-patch+json";
    let patch = json!({"spec": {"host": "own.example.net"}});
    api.patch("tenants/sub", merge, &patch).await.expect(403);
    let platform = api.of_platform();
    platform
        .put("tenants/sub", &named("sub", own))
        .await
        .expect(200);
    // A value that an operator has set can be kept, but not removed.
    let kept = json!({"host": "own.example.net", "etcd": true});
    api.put("tenants/sub", &named("sub", kept))
        .await
        .expect(200);
    api.put("tenants/sub", &named("sub", json!({})))
        .await
        .expect(403);
}

#[tokio::test]
async fn earlier_releases_let_anybody_set_a_host() {
    for release in [Release::V0_41, Release::V1_3] {
        let api = Api::start(release);
        let body = named("sub", json!({"host": "own.example.net"}));
        api.post("tenants", &body).await.expect(201);
    }
}
