//! DELETE, and its errors.
use crate::client::{Api, named, quick};
use hikube_standin::{Options, Release};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_delete_answers_at_once_and_the_object_stays_a_while() {
    for release in Release::ALL {
        let api = Api::with(Options {
            delete_after: Duration::from_millis(500),
            ..quick(release)
        });
        api.make("redises", "a", json!({})).await;
        api.until_ready("redises/a").await;
        let body = api
            .delete("redises/a?propagationPolicy=Foreground")
            .await
            .expect(200);
        let details = json!({"name": "a", "kind": "Redis"});
        assert_eq!(
            (&body["status"], &body["details"]),
            (&json!("Success"), &details)
        );
        let shown = api.get("redises/a").await.expect(200);
        assert!(shown["metadata"]["deletionTimestamp"].is_string());
        api.until_gone("redises/a").await;
        api.delete("redises/a").await.expect(404);
        assert_eq!(api.stats().await["leaks"], json!([]));
    }
}

#[tokio::test]
async fn a_namesake_of_a_terminating_object_is_a_500() {
    let options = Options {
        delete_after: Duration::from_secs(5),
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    api.make("postgreses", "db1", json!({})).await;
    api.until_ready("postgreses/db1").await;
    api.delete("postgreses/db1").await.expect(200);
    let body = api
        .post("postgreses", &named("db1", json!({})))
        .await
        .expect(500);
    let message = "failed to create HelmRelease: object is being deleted: \
                   helmreleases.helm.toolkit.fluxcd.io \"postgres-db1\" already exists";
    assert_eq!(body["message"], message);
}

#[tokio::test]
async fn a_collection_cannot_be_deleted() {
    for release in Release::ALL {
        let api = Api::start(release);
        let body = api.delete("redises").await.expect(405);
        assert_eq!(body["reason"], "MethodNotAllowed");
    }
}

#[tokio::test]
async fn a_write_to_a_terminating_object_ends_it_and_leaks() {
    let options = Options {
        delete_after: Duration::from_secs(5),
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    api.delete("redises/a").await.expect(200);
    api.put("redises/a", &named("a", json!({"replicas": 3})))
        .await
        .expect(200);
    api.get("redises/a").await.expect(404);
    let stats = api.stats().await;
    assert_eq!(
        (&stats["leaks"][0]["name"], &stats["objects"]),
        (&json!("a"), &json!(0))
    );
    // The objects of the release still exist.
    api.get("/api/v1/namespaces/tenant-demo/secrets/redis-a-auth")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_delete_right_after_an_idle_put_leaks() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    api.put("redises/a", &named("a", json!({})))
        .await
        .expect(200);
    api.delete("redises/a").await.expect(200);
    api.get("redises/a").await.expect(404);
    assert_eq!(api.stats().await["leaks"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_was_never_installed_leaks_nothing() {
    let options = Options {
        ready_after: Duration::from_secs(5),
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    api.make("redises", "a", json!({})).await;
    api.delete("redises/a").await.expect(200);
    api.until_gone("redises/a").await;
    assert_eq!(api.stats().await["leaks"], json!([]));
}

#[tokio::test]
async fn a_deletion_can_be_made_slow() {
    let options = Options {
        slow_delete: vec!["slow".to_owned()],
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    for name in ["slow", "other"] {
        api.make("redises", name, json!({})).await;
        api.until_ready(&format!("redises/{name}")).await;
        api.delete(&format!("redises/{name}")).await.expect(200);
    }
    api.until_gone("redises/other").await;
    api.get("redises/slow").await.expect(200);
}
