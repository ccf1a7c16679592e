//! PATCH of all kinds.
use crate::client::{Api, named};
use hikube_standin::Release;
use serde_json::{Value, json};

const MERGE: &str = "application/merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

fn applied(spec: Value) -> Value {
    let metadata = json!({"name": "a", "labels": {"x": "y"}});
    let version = "apps.cozystack.io/v1alpha1";
    json!({"apiVersion": version, "kind": "Redis", "metadata": metadata, "spec": spec})
}

#[tokio::test]
async fn a_merge_patch_stores_all_defaults() {
    let api = Api::start(Release::V1_6);
    api.make("tenants", "a", json!({})).await;
    let before = api.until_ready("tenants/a").await;
    let body = api
        .patch(
            "tenants/a",
            MERGE,
            &json!({"metadata": {"labels": {"l": "1"}}}),
        )
        .await
        .expect(200);
    assert_eq!(
        body["metadata"]["labels"],
        json!({"made-by": "test", "l": "1"})
    );
    assert_eq!(body["spec"], before["spec"]);
    // The spec changed, so the controller reconciles the object: Ready leaves True.
    api.until("tenants/a", |answer| answer.text.contains("Progressing"))
        .await;
}

#[tokio::test]
async fn null_in_a_merge_patch_brings_the_default_back() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({"size": "5Gi", "own": 1}))
        .await;
    let body = api
        .patch(
            "redises/a",
            MERGE,
            &json!({"spec": {"size": null, "own": null}}),
        )
        .await
        .expect(200);
    assert_eq!(body["spec"]["size"], "1Gi");
    assert!(body["spec"].get("own").is_none());
}

#[tokio::test]
async fn a_json_patch_works_on_defaults() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let patch = json!([
        {"op": "test", "path": "/spec/size", "value": "1Gi"},
        {"op": "replace", "path": "/spec/size", "value": "3Gi"},
    ]);
    let body = api
        .patch("redises/a", "application/json-patch+json", &patch)
        .await
        .expect(200);
    assert_eq!(body["spec"]["size"], "3Gi");
    let answer = api
        .patch("redises/a", "application/json-patch+json", &patch)
        .await;
    assert_eq!(answer.expect(422)["reason"], "Invalid");
}

#[tokio::test]
async fn a_patch_of_a_missing_object_is_a_404_and_of_its_name_a_400() {
    let api = Api::start(Release::V1_6);
    api.patch("redises/a", MERGE, &json!({})).await.expect(404);
    api.make("redises", "a", json!({})).await;
    api.patch("redises/a", MERGE, &json!({"metadata": {"name": "b"}}))
        .await
        .expect(400);
}

#[tokio::test]
async fn a_strategic_patch_changes_scalars_only() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let kind = "application/strategic-merge-patch+json";
    let body = api
        .patch("redises/a", kind, &json!({"spec": {"size": "2Gi"}}))
        .await
        .expect(200);
    assert_eq!(body["spec"]["size"], "2Gi");
    let answer = api
        .patch(
            "redises/a",
            kind,
            &json!({"spec": {"resources": {"cpu": "1"}}}),
        )
        .await;
    assert!(
        answer
            .message()
            .contains("unable to find api field in struct JSON")
    );
    answer.expect(500);
}

#[tokio::test]
async fn an_unknown_kind_of_patch_is_a_415() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    for kind in [
        "application/json",
        "text/plain",
        "application/apply-patch+cbor",
    ] {
        api.patch("redises/a", kind, &json!({})).await.expect(415);
    }
}

#[tokio::test]
async fn apply_creates_what_is_missing() {
    let api = Api::start(Release::V1_6);
    let body = api
        .patch(
            "redises/a?fieldManager=me",
            APPLY,
            &applied(json!({"size": "2Gi"})),
        )
        .await
        .expect(201);
    assert_eq!(body["spec"]["size"], "2Gi");
    assert!(body["metadata"].get("managedFields").is_none());
}

#[tokio::test]
async fn apply_needs_a_field_manager() {
    let api = Api::start(Release::V1_6);
    api.patch("redises/a", APPLY, &applied(json!({})))
        .await
        .expect(422);
}

#[tokio::test]
async fn an_unforced_apply_conflicts_with_the_manager_of_the_object() {
    let api = Api::start(Release::V1_6);
    let path = "redises/a?fieldManager=me";
    api.patch(path, APPLY, &applied(json!({"size": "2Gi"})))
        .await
        .expect(201);
    let answer = api
        .patch(path, APPLY, &applied(json!({"size": "3Gi"})))
        .await;
    let body = answer.expect(409);
    assert_eq!(body["reason"], "Conflict");
    assert!(body["message"].to_string().contains("before-first-apply"));
    assert_eq!(body["details"]["causes"][0]["field"], ".spec.size");
    // Equal and new fields do not conflict.
    api.patch(path, APPLY, &applied(json!({"size": "2Gi", "more": 1})))
        .await
        .expect(200);
}

#[tokio::test]
async fn apply_forced_merges_and_removes_nothing() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({"one": 1, "list": [1, 2]}))
        .await;
    let path = "redises/a?fieldManager=me&force=true";
    let body = api
        .patch(path, APPLY, &applied(json!({"size": "3Gi", "list": [3]})))
        .await
        .expect(200);
    assert_eq!(
        (&body["spec"]["one"], &body["spec"]["list"]),
        (&json!(1), &json!([3]))
    );
    assert_eq!(body["spec"]["size"], "3Gi");
    assert_eq!(
        body["metadata"]["labels"],
        json!({"made-by": "test", "x": "y"})
    );
    // Defaults are stored: a stored null would otherwise be returned as the default of the release.
    let kept = api
        .put("redises/a", &named("a", json!({"one": 1})))
        .await
        .expect(200);
    assert_eq!(kept["spec"]["size"], "1Gi");
}
