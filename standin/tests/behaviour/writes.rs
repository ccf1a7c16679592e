//! POST and PUT.
use crate::client::{Answer, Api, DEMO, named};
use hikube_standin::Release;
use serde_json::json;

#[tokio::test]
async fn a_second_object_of_the_same_name_is_a_500() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("postgreses", "db1", json!({})).await;
        let answer = api.post("postgreses", &named("db1", json!({}))).await;
        let body = answer.expect(500);
        let message = "failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io \
                       \"postgres-db1\" already exists";
        assert_eq!(body["message"], message);
        assert!(body.get("reason").is_none(), "{body}");
    }
}

#[tokio::test]
async fn a_put_with_a_stale_version_overwrites_on_1_6_and_is_a_500_before() {
    for release in Release::ALL {
        let api = Api::start(release);
        let made = api.make("redises", "a", json!({})).await;
        let mut body = named("a", json!({"replicas": 3}));
        api.put("redises/a", &body).await.expect(200);
        body["metadata"]["resourceVersion"] = made["metadata"]["resourceVersion"].clone();
        body["spec"]["replicas"] = json!(5);
        let answer = api.put("redises/a", &body).await;
        if release >= Release::V1_6 {
            assert_eq!(answer.expect(200)["spec"]["replicas"], 5);
        } else {
            let message = answer.expect(500)["message"].to_string();
            assert!(
                message.contains("failed to update HelmRelease: Operation cannot be fulfilled on")
            );
            assert!(message.contains("the object has been modified"));
        }
    }
}

#[tokio::test]
async fn a_put_with_the_current_version_or_none_is_taken() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("redises", "a", json!({})).await;
        api.until_ready("redises/a").await;
        api.put("redises/a", &named("a", json!({"replicas": 3})))
            .await
            .expect(200);
        // The controller writes the object as well, until it is done.
        let is_done = |answer: &Answer| answer.text.contains("UpgradeSucceeded");
        let mut body = api.until("redises/a", is_done).await.json();
        body["spec"]["replicas"] = json!(4);
        assert_eq!(
            api.put("redises/a", &body).await.expect(200)["spec"]["replicas"],
            4
        );
    }
}

#[tokio::test]
async fn a_put_on_a_missing_object_is_a_404() {
    for release in Release::ALL {
        let api = Api::start(release);
        let body = api
            .put("redises/a", &named("a", json!({})))
            .await
            .expect(404);
        assert_eq!(body["message"], "redises.apps.cozystack.io \"a\" not found");
        assert_eq!(body["reason"], "NotFound");
    }
}

#[tokio::test]
async fn a_dry_run_writes() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.post("redises?dryRun=All", &named("a", json!({})))
            .await
            .expect(201);
        api.get("redises/a").await.expect(200);
        api.put("redises/a?dryRun=All", &named("a", json!({"replicas": 7})))
            .await
            .expect(200);
        assert_eq!(api.get("redises/a").await.json()["spec"]["replicas"], 7);
        api.until_ready("redises/a").await;
        api.delete("redises/a?dryRun=All").await.expect(200);
        api.until_gone("redises/a").await;
    }
}

#[tokio::test]
async fn wrong_types_and_unknown_keys_are_kept_as_sent() {
    for release in Release::ALL {
        let api = Api::start(release);
        let body = api
            .make(
                "redises",
                "a",
                json!({"replicas": "x", "size": [], "bogus": 1}),
            )
            .await;
        assert_eq!(body["spec"]["replicas"], "x");
        assert_eq!(body["spec"]["size"], json!([]));
        assert_eq!(body["spec"]["bogus"], 1);
    }
}

#[tokio::test]
async fn a_sparse_object_is_shown_with_defaults_but_stored_sparse() {
    let api = Api::start(Release::V1_6);
    let body = api.make("redises", "a", json!({"replicas": 3})).await;
    let expected = json!({"authEnabled": true, "external": false, "replicas": 3, "resources": {},
        "resourcesPreset": "t1.nano", "size": "1Gi", "storageClass": "", "version": "v8"});
    assert_eq!(body["spec"], expected);
    // If defaults were stored, replicas would stay 3.
    let body = api
        .put("redises/a", &named("a", json!({"size": "2Gi"})))
        .await
        .expect(200);
    assert_eq!(
        (&body["spec"]["replicas"], &body["spec"]["size"]),
        (&json!(2), &json!("2Gi"))
    );
}

#[tokio::test]
async fn a_put_replaces_labels_and_annotations_in_full() {
    let api = Api::start(Release::V1_6);
    let mut body = named("a", json!({}));
    body["metadata"]["annotations"] = json!({"note": "x"});
    api.post("redises", &body).await.expect(201);
    let body = json!({"metadata": {"name": "a", "labels": {"other": "1"}}, "spec": {}});
    let body = api.put("redises/a", &body).await.expect(200);
    assert_eq!(body["metadata"]["labels"], json!({"other": "1"}));
    assert!(body["metadata"].get("annotations").is_none());
}

#[tokio::test]
async fn reserved_keys_and_a_spec_that_is_no_object_are_400() {
    let api = Api::start(Release::V1_6);
    let answer = api.post("redises", &named("a", json!({"_x": 1}))).await;
    assert_eq!(
        answer.message(),
        "values key \"_x\" is reserved (keys starting with '_' are not allowed)"
    );
    assert_eq!(answer.expect(400)["reason"], "BadRequest");
    api.post("redises", &named("a", json!("x")))
        .await
        .expect(400);
    api.post("redises", &json!([])).await.expect(400);
}

#[tokio::test]
async fn generate_name_is_ignored() {
    let api = Api::start(Release::V1_6);
    let body = json!({"metadata": {"generateName": "a-", "labels": {"x": "y"}}});
    let body = api.post("redises", &body).await.expect(422);
    assert!(
        body["message"]
            .to_string()
            .contains("metadata.name: Required value: name is required")
    );
}

#[tokio::test]
async fn a_namespace_that_does_not_exist_is_a_404() {
    let api = Api::of_all(Release::V1_6);
    let path = DEMO.replace("tenant-demo", "x") + "/redises";
    let body = api.post(&path, &named("a", json!({}))).await.expect(404);
    assert_eq!(body["message"], "namespaces \"x\" not found");
}

#[tokio::test]
async fn a_body_that_belongs_elsewhere_is_a_400() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.put("redises/a", &named("b", json!({})))
        .await
        .expect(400);
    let mut body = named("b", json!({}));
    body["metadata"]["namespace"] = json!("default");
    api.post("redises", &body).await.expect(400);
    let mut body = named("b", json!({}));
    body["apiVersion"] = json!("apps/v1");
    api.post("redises", &body).await.expect(400);
}

#[tokio::test]
async fn a_wrong_kind_in_the_body_is_taken_for_the_urls() {
    let api = Api::start(Release::V1_6);
    let mut body = named("b", json!({}));
    body["kind"] = json!("Postgres");
    assert_eq!(
        api.post("redises", &body).await.expect(201)["kind"],
        "Redis"
    );
}

#[tokio::test]
async fn a_create_with_a_version_is_a_500() {
    let api = Api::start(Release::V1_6);
    let mut body = named("b", json!({}));
    body["metadata"]["resourceVersion"] = json!("1");
    api.post("redises", &body).await.expect(500);
}

#[tokio::test]
async fn unknown_fields_outside_the_spec_are_dropped_or_strictly_refused() {
    let api = Api::start(Release::V1_6);
    let mut body = named("a", json!({"kept": 1}));
    body["bogus"] = json!(1);
    body["status"] = json!({"version": "9"});
    api.post("redises?fieldValidation=Strict", &body)
        .await
        .expect(400);
    let answer = api.post("redises", &body).await;
    assert!(
        answer.header("warning").contains("bogus"),
        "{:?}",
        answer.headers
    );
    let body = answer.expect(201);
    assert!(body.get("bogus").is_none());
    assert_eq!(body["status"], json!({}));
}

#[tokio::test]
async fn a_label_key_that_gets_too_long_behind_the_prefix_is_a_500() {
    let api = Api::start(Release::V1_6);
    let body = |key: String| json!({"metadata": {"name": "a", "labels": {key: "x"}}});
    api.post("redises", &body("k".repeat(46))).await.expect(500);
    api.post("redises", &body("k".repeat(45))).await.expect(201);
}

#[tokio::test]
async fn labels_that_the_backend_does_not_take_are_a_500() {
    // Measured on 1.6 for a value with a space and a key that is too long.
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("postgreses", "there", json!({})).await;
        let labels = |name: &str, key: &str, value: &str| json!({"metadata": {"name": name, "labels": {key: value}}});
        for (key, value) in [
            ("k", "v v"),
            ("k", "-"),
            ("k k", "v"),
            ("Example.com/k", "v"),
        ] {
            let body = api.post("postgreses", &labels("lv", key, value)).await;
            let body = body.expect(500);
            let message = body["message"].as_str().expect("a message");
            let start = "failed to create HelmRelease: HelmRelease.helm.toolkit.fluxcd.io \
                         \"postgres-lv\" is invalid: metadata.labels: Invalid value: ";
            assert!(message.starts_with(start), "{message}");
            assert!(body.get("reason").is_none(), "{body}");
            let written = labels("there", key, value);
            api.put("postgreses/there", &written).await.expect(500);
        }
        let mut body = named("an", json!({}));
        body["metadata"]["annotations"] = json!({"k k": "any text at all"});
        let refused = api.post("postgreses", &body).await;
        assert!(refused.message().contains("metadata.annotations"));
        refused.expect(500);
        body["metadata"]["annotations"] = json!({"example.com/y": "any text at all"});
        api.post("postgreses", &body).await.expect(201);
        api.get("postgreses/lv").await.expect(404);
    }
}

#[tokio::test]
async fn a_version_that_is_no_number_is_a_500() {
    // Measured on 1.6, which ignores any other version.
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("postgreses", "a", json!({})).await;
        let mut body = named("a", json!({"replicas": 3}));
        body["metadata"]["resourceVersion"] = json!("abc");
        for answer in [
            api.put("postgreses/a", &body).await,
            api.patch("postgreses/a", "application/merge-patch+json", &body)
                .await,
        ] {
            let body = answer.expect(500);
            let message = body["message"].as_str().expect("a message");
            assert!(message.starts_with("failed to update HelmRelease: "));
        }
        body["metadata"]["name"] = json!("b");
        api.post("postgreses", &body).await.expect(500);
        let body = api.get("postgreses/a").await.json();
        assert_eq!(body["spec"]["replicas"], 2, "it was not written");
    }
}

#[tokio::test]
async fn metadata_of_other_types_is_a_400() {
    // Read in the source: an object that cannot be decoded is not created.
    let api = Api::start(Release::V1_6);
    for metadata in [
        json!("a"),
        json!({"name": 1}),
        json!({"name": "a", "uid": []}),
    ] {
        let body = json!({"metadata": metadata, "spec": {}});
        api.post("postgreses", &body).await.expect(400);
    }
}

#[tokio::test]
async fn a_write_to_a_collection_of_all_namespaces_is_a_405() {
    let api = Api::of_all(Release::V1_6);
    let path = "/apis/apps.cozystack.io/v1alpha1/redises";
    api.post(path, &named("a", json!({}))).await.expect(405);
}
