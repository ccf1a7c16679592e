//! `/openapi/v3`.
use crate::client::Api;
use hikube_standin::Release;
use serde_json::json;

const PREFIX: &str = "com.github.cozystack.cozystack.pkg.apis.apps.v1alpha1.";

#[tokio::test]
async fn the_index_has_a_url_with_a_hash() {
    let mut urls = Vec::new();
    for release in Release::ALL {
        let api = Api::start(release);
        let index = api.get("/openapi/v3").await.expect(200);
        let url = index["paths"]["apis/apps.cozystack.io/v1alpha1"]["serverRelativeURL"].clone();
        let url = url.as_str().expect("a url").to_owned();
        assert!(url.starts_with("/openapi/v3/apis/apps.cozystack.io/v1alpha1?hash="));
        urls.push(url);
    }
    urls.dedup();
    assert_eq!(urls.len(), Release::ALL.len());
}

#[tokio::test]
async fn the_document_may_be_kept_forever_and_is_never_compressed() {
    let api = Api::start(Release::V1_6);
    let index = api.get("/openapi/v3").await.json();
    let url = index["paths"]["apis/apps.cozystack.io/v1alpha1"]["serverRelativeURL"].clone();
    let url = url.as_str().expect("a url");
    let answer = api
        .send("GET", url, &[("accept-encoding", "gzip")], "")
        .await;
    assert_eq!(answer.header("cache-control"), "public, immutable");
    assert_eq!(answer.header("content-encoding"), "");
    let tag = answer.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = api.send("GET", url, &[("if-none-match", &tag)], "").await;
    assert_eq!(again.code, 304);
    let plain = api.get("/openapi/v3/apis/apps.cozystack.io/v1alpha1").await;
    assert_eq!(
        (plain.code, plain.header("cache-control")),
        (200, "no-cache, private")
    );
    let stale = api
        .get("/openapi/v3/apis/apps.cozystack.io/v1alpha1?hash=0")
        .await;
    assert_eq!((stale.code, stale.header("location")), (301, url));
}

#[tokio::test]
async fn the_document_has_each_kinds_schema() {
    for release in Release::ALL {
        let api = Api::start(release);
        let resources = api.get("/apis/apps.cozystack.io/v1alpha1").await.json();
        let document = api
            .get("/openapi/v3/apis/apps.cozystack.io/v1alpha1")
            .await
            .expect(200);
        let schemas = &document["components"]["schemas"];
        for resource in resources["resources"].as_array().expect("resources") {
            let kind = resource["kind"].as_str().expect("a kind");
            let schema = &schemas[format!("{PREFIX}{kind}")];
            let spec = &schema["properties"]["spec"];
            assert_eq!(spec["x-kubernetes-preserve-unknown-fields"], true, "{kind}");
            let expected =
                json!([{"group": "apps.cozystack.io", "version": "v1alpha1", "kind": kind}]);
            assert_eq!(schema["x-kubernetes-group-version-kind"], expected);
            assert!(schemas.get(format!("{PREFIX}{kind}List")).is_some());
        }
        let spec = &schemas[format!("{PREFIX}Redis")]["properties"]["spec"];
        assert_eq!(spec["properties"]["size"]["default"], "1Gi");
        assert!(!document.to_string().contains("\"description\":"));
    }
}

#[tokio::test]
async fn immutable_fields_are_marked_on_1_6_but_not_enforced() {
    let api = Api::start(Release::V1_6);
    let document = api
        .get("/openapi/v3/apis/apps.cozystack.io/v1alpha1")
        .await
        .expect(200);
    let spec =
        &document["components"]["schemas"][format!("{PREFIX}ClickHouse")]["properties"]["spec"];
    assert_eq!(
        spec["properties"]["storageClass"]["x-kubernetes-validations"][0]["rule"],
        "self == oldSelf"
    );
    api.make("clickhouses", "a", json!({"storageClass": "local"}))
        .await;
    let body = crate::client::named("a", json!({"storageClass": "replicated"}));
    api.put("clickhouses/a", &body).await.expect(200);
}
