//! Secrets and Services of ready applications.
use crate::client::{Answer, Api, named};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hikube_standin::Release;
use serde_json::{Value, json};

const CORE: &str = "/api/v1/namespaces/tenant-demo";
const TENANT: &str = "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo";

fn decoded(body: &Value, key: &str) -> String {
    let text = body["data"][key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {body}"));
    String::from_utf8(STANDARD.decode(text).expect("base64")).expect("text")
}

async fn secret(api: &Api, name: &str) -> Value {
    api.until(&format!("{CORE}/secrets/{name}"), |answer| {
        answer.code == 200
    })
    .await
    .json()
}

#[tokio::test]
async fn postgres_has_a_password_for_each_user_and_an_address_when_external() {
    for release in Release::ALL {
        let api = Api::start(release);
        let spec = json!({"users": {"app": {"password": "given"}, "other": {}}, "external": true});
        api.make("postgreses", "db", spec).await;
        // No role contains the Secret before the chart has created it: until then this is a 403.
        let early = api
            .get(&format!("{CORE}/secrets/postgres-db-credentials"))
            .await;
        assert!([403, 404].contains(&early.code), "{}", early.text);
        api.until_ready("postgreses/db").await;
        let body = secret(&api, "postgres-db-credentials").await;
        assert_eq!(decoded(&body, "app"), "given");
        assert!(decoded(&body, "other").len() > 8);
        let service = api
            .get(&format!("{CORE}/services/postgres-db-external-write"))
            .await
            .expect(200);
        assert_eq!(service["spec"]["type"], "LoadBalancer");
        assert!(service["status"]["loadBalancer"]["ingress"][0]["ip"].is_string());
        let selector = "labelSelector=apps.cozystack.io/application.name%3Ddb";
        let list = api
            .get(&format!("{CORE}/services?{selector}"))
            .await
            .expect(200);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(4));
    }
}

#[tokio::test]
async fn an_address_goes_with_external_and_stays_with_its_service() {
    let api = Api::start(Release::V1_6);
    let path = format!("{CORE}/services/postgres-db-external-write");
    let address =
        |answer: Answer| answer.json()["status"]["loadBalancer"]["ingress"][0]["ip"].clone();
    api.make("postgreses", "db", json!({"external": true}))
        .await;
    api.until_ready("postgreses/db").await;
    let first = address(api.get(&path).await);
    api.put(
        "postgreses/db",
        &named("db", json!({"external": true, "replicas": 3})),
    )
    .await
    .expect(200);
    api.until("postgreses/db", |answer| {
        answer.text.contains("UpgradeSucceeded")
    })
    .await;
    assert_eq!(address(api.get(&path).await), first);
    api.put("postgreses/db", &named("db", json!({"external": false})))
        .await
        .expect(200);
    api.until(&path, |answer| answer.code == 404).await;
}

#[tokio::test]
async fn outputs_go_with_the_application() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    secret(&api, "redis-a-auth").await;
    api.delete("redises/a").await.expect(200);
    api.until_gone("redises/a").await;
    api.get(&format!("{CORE}/secrets/redis-a-auth"))
        .await
        .expect(403);
    api.get(&format!("{TENANT}/tenantsecrets/redis-a-auth"))
        .await
        .expect(404);
    assert_eq!(
        api.get(&format!("{CORE}/services")).await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn a_clusters_kubeconfig_comes_after_ready() {
    let api = Api::start(Release::V1_6);
    api.make("kuberneteses", "k", json!({})).await;
    api.until_ready("kuberneteses/k").await;
    let body = secret(&api, "kubernetes-k-admin-kubeconfig").await;
    for key in [
        "admin.conf",
        "super-admin.conf",
        "admin.svc",
        "super-admin.svc",
    ] {
        assert!(decoded(&body, key).contains("kind: Config"));
    }
}

#[tokio::test]
async fn mongodb_has_its_password_only_after_an_upgrade() {
    let api = Api::start(Release::V1_6);
    api.make("mongodbs", "m", json!({})).await;
    api.until_ready("mongodbs/m").await;
    assert_eq!(
        decoded(&secret(&api, "mongodb-m-credentials").await, "password"),
        ""
    );
    api.put("mongodbs/m", &named("m", json!({"replicas": 5})))
        .await
        .expect(200);
    api.until("mongodbs/m", |answer| {
        answer.text.contains("UpgradeSucceeded")
    })
    .await;
    assert_ne!(
        decoded(&secret(&api, "mongodb-m-credentials").await, "password"),
        ""
    );
}

#[tokio::test]
async fn each_kind_has_its_own_secret() {
    let api = Api::start(Release::V1_6);
    for (plural, spec, name, key) in [
        ("mariadbs", json!({}), "mariadb-x-credentials", "root"),
        (
            "clickhouses",
            json!({}),
            "clickhouse-x-credentials",
            "backup",
        ),
        (
            "opensearches",
            json!({}),
            "opensearch-x-credentials",
            "password",
        ),
        (
            "rabbitmqs",
            json!({}),
            "rabbitmq-x-default-user",
            "password",
        ),
        ("kafkas", json!({}), "kafka-x-cluster-ca-cert", "ca.crt"),
        (
            "natses",
            json!({"users": {"u": {}}}),
            "nats-x-credentials",
            "u",
        ),
        ("qdrants", json!({}), "qdrant-x-apikey", "api-key"),
        (
            "harbors",
            json!({}),
            "harbor-x-credentials",
            "admin-password",
        ),
        (
            "buckets",
            json!({"users": {"u": {}}}),
            "bucket-x-u-credentials",
            "accessKey",
        ),
        ("vpns", json!({"users": {"u": {}}}), "vpn-x-urls", "u"),
    ] {
        api.make(plural, "x", spec).await;
        assert!(
            !decoded(&secret(&api, name).await, key).is_empty(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_tenant_secret_has_base64_in_both_places() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let body = api
        .get(&format!("{TENANT}/tenantsecrets/redis-a-auth"))
        .await
        .expect(200);
    assert_eq!(body["kind"], "TenantSecret");
    assert_eq!(body["data"], body["stringData"]);
    let labels = &body["metadata"]["labels"];
    assert_eq!(labels["apps.cozystack.io/application.kind"], "Redis");
    assert!(labels.get("internal.cozystack.io/tenantresource").is_none());
    let selector = "labelSelector=apps.cozystack.io/application.name%3Da,\
                    apps.cozystack.io/application.kind%3DRedis";
    let list = api
        .get(&format!("{TENANT}/tenantsecrets?{selector}"))
        .await
        .expect(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let missing = api.get(&format!("{TENANT}/tenantsecrets/x")).await;
    assert_eq!(missing.message(), "Secret \"x\" not found");
    missing.expect(404);
}

#[tokio::test]
async fn hidden_secrets_stay_hidden() {
    let api = Api::start(Release::V1_6);
    api.make("mongodbs", "m", json!({"users": {"u": {"password": "p"}}}))
        .await;
    api.until_ready("mongodbs/m").await;
    let answer = api
        .get(&format!("{TENANT}/tenantsecrets/mongodb-m-user-u"))
        .await;
    assert!(
        answer
            .message()
            .starts_with("tenantsecrets.core.cozystack.io"),
        "{}",
        answer.text
    );
    answer.expect(404);
    api.get(&format!("{CORE}/secrets/mongodb-m-user-u"))
        .await
        .expect(403);
}

#[tokio::test]
async fn secrets_of_the_core_cannot_be_listed() {
    let api = Api::start(Release::V1_6);
    api.get(&format!("{CORE}/secrets")).await.expect(403);
    api.get(&format!("{CORE}/configmaps")).await.expect(403);
    api.get("/api/v1/namespaces").await.expect(403);
    api.get(CORE).await.expect(403);
}
