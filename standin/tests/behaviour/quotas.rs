//! Quotas of tenants, which those below them share.
use crate::client::{Api, DEMO, named};
use hikube_standin::Release;
use serde_json::{Value, json};

fn tenant(name: &str, quotas: &Value) -> Value {
    named(name, json!({"resourceQuotas": quotas}))
}

/// A stand-in whose demo tenant has quotas.
async fn limited(release: Release) -> Api {
    let api = Api::start(release);
    let root = DEMO.replace("tenant-demo", "tenant-root") + "/tenants";
    let demo = tenant("demo", &json!({"cpu": 8, "memory": "16Gi"}));
    api.of_platform().post(&root, &demo).await.expect(201);
    api
}

#[tokio::test]
async fn a_tenant_gets_no_more_than_its_parent_has_left() {
    let api = limited(Release::V1_6).await;
    let quotas = json!({"cpu": "6500m", "memory": "10Gi", "pods": 100});
    api.post("tenants", &tenant("a", &quotas)).await.expect(201);
    let quotas = json!({"cpu": 2, "memory": "8Gi"});
    let body = api.post("tenants", &tenant("b", &quotas)).await.expect(422);
    let message = body["message"].as_str().expect("a message");
    assert!(
        message.starts_with(
            "Tenant.apps.cozystack.io \"b\" is invalid: [spec.resourceQuotas[cpu]: Forbidden: \
             requested 2 exceeds the parent tenant's remaining \"cpu\" quota of 1500m"
        ),
        "{message}"
    );
    let causes = &body["details"]["causes"];
    assert_eq!(causes[0]["reason"], "FieldValueForbidden");
    assert_eq!(causes[1]["field"], "spec.resourceQuotas[memory]");
    let quotas = json!({"cpu": 1, "memory": "6Gi"});
    api.post("tenants", &tenant("b", &quotas)).await.expect(201);
    // Its own share does not count against it.
    let quotas = json!({"cpu": "1500m", "memory": "6Gi"});
    api.put("tenants/b", &tenant("b", &quotas))
        .await
        .expect(200);
    let quotas = json!({"cpu": 1, "memory": "7Gi"});
    let answer = api.put("tenants/b", &tenant("b", &quotas)).await;
    assert!(
        answer
            .message()
            .contains("remaining \"memory\" quota of 6Gi"),
        "{}",
        answer.text
    );
    answer.expect(422);
}

#[tokio::test]
async fn without_quotas_nobody_is_limited() {
    let api = limited(Release::V1_6).await;
    api.post("tenants", &named("free", json!({})))
        .await
        .expect(201);
    let api = Api::start(Release::V1_6);
    let quotas = json!({"cpu": 10000});
    api.post("tenants", &tenant("a", &quotas)).await.expect(201);
    let body = api
        .post("tenants", &tenant("b", &json!({"cpu": "much"})))
        .await
        .expect(422);
    assert_eq!(body["details"]["causes"][0]["field"], "spec.resourceQuotas");
}

#[tokio::test]
async fn earlier_releases_do_not_look() {
    for release in [Release::V0_41, Release::V1_3] {
        let api = limited(release).await;
        api.post("tenants", &tenant("a", &json!({"cpu": 100})))
            .await
            .expect(201);
    }
}
