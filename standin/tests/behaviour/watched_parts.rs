//! WATCH of the parts of applications, and of modules.
use crate::client::{Api, named};
use crate::watches::Watch;
use hikube_standin::{Release, Role, Subject};
use serde_json::json;

const CORE: &str = "/api/v1/namespaces/tenant-demo";
const TENANT: &str = "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo";
const WORKLOADS: &str = "/apis/cozystack.io/v1alpha1/namespaces/tenant-demo";

/// Creates and deletes a Redis. Returns the events of a watch.
async fn told(api: &Api, path: &str) -> Vec<String> {
    let mut watch = Watch::at(api, path).await;
    api.make("redises", "a", json!({"replicas": 1})).await;
    let pod = format!("{WORKLOADS}/workloads/pod-redis-a-0");
    api.until(&pod, |answer| answer.text.contains("\"operational\":true"))
        .await;
    api.delete("redises/a").await.expect(200);
    api.until_gone("redises/a").await;
    watch.rest().await
}

#[tokio::test]
async fn services_workloads_and_monitors_are_watched() {
    let api = Api::start(Release::V1_6);
    let name = "fieldSelector=metadata.name%3D";
    for (path, expected) in [
        (
            format!("{CORE}/services?watch=1&{name}rfs-redis-a"),
            vec!["ADDED rfs-redis-a", "DELETED rfs-redis-a"],
        ),
        (
            format!("{WORKLOADS}/workloads?watch=true&{name}pod-redis-a-0"),
            vec![
                "ADDED pod-redis-a-0",
                "MODIFIED pod-redis-a-0",
                "DELETED pod-redis-a-0",
            ],
        ),
        (
            format!("{WORKLOADS}/workloadmonitors?watch=1&{name}redis-a"),
            vec!["ADDED redis-a", "MODIFIED redis-a", "DELETED redis-a"],
        ),
        (
            format!("{TENANT}/tenantsecrets?watch=1"),
            vec!["ADDED redis-a-auth", "DELETED redis-a-auth"],
        ),
    ] {
        assert_eq!(told(&api, &path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_watch_goes_on_where_a_list_ended() {
    let api = Api::start(Release::V1_6);
    let services = format!("{CORE}/services");
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let version = |list: serde_json::Value| list["metadata"]["resourceVersion"].clone();
    let first = version(api.get(&services).await.expect(200));
    api.delete("redises/a").await.expect(200);
    api.until_gone("redises/a").await;
    let since = first.as_str().expect("a version");
    // Unlike the platform for its applications, Kubernetes reports earlier deletions.
    let mut watch = Watch::at(&api, &format!("{services}?watch=1&resourceVersion={since}")).await;
    let mut ended = watch.rest().await;
    ended.sort();
    let expected = ["rfrm-redis-a", "rfrs-redis-a", "rfs-redis-a"].map(|n| format!("DELETED {n}"));
    assert_eq!(ended, expected);
}

#[tokio::test]
async fn a_watch_without_a_version_starts_with_what_is_there() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let path = format!("{TENANT}/tenantsecrets?watch=1");
    assert_eq!(
        Watch::at(&api, &path).await.rest().await,
        ["ADDED redis-a-auth"]
    );
    let path = format!("{path}&allowWatchBookmarks=true");
    let mut watch = Watch::at(&api, &path).await;
    let added = watch.next().await.expect("an event");
    assert_eq!(added["object"]["kind"], "TenantSecret");
    assert_eq!(added["object"]["data"], added["object"]["stringData"]);
    let end = watch.next().await.expect("an event");
    assert_eq!(end["type"], "BOOKMARK");
    assert_eq!(end["object"]["kind"], "TenantSecret");
}

#[tokio::test]
async fn hidden_secrets_are_not_watched() {
    let api = Api::start(Release::V1_6);
    let path = format!("{TENANT}/tenantsecrets?watch=1");
    let mut watch = Watch::at(&api, &path).await;
    api.make("mongodbs", "m", json!({"users": {"u": {"password": "p"}}}))
        .await;
    api.until_ready("mongodbs/m").await;
    assert_eq!(watch.rest().await, ["ADDED mongodb-m-credentials"]);
}

#[tokio::test]
async fn selectors_of_watched_secrets_count_on_1_6_only() {
    for release in Release::ALL {
        let api = Api::start(release);
        let selector = "labelSelector=apps.cozystack.io/application.name%3Db";
        let mut watch =
            Watch::at(&api, &format!("{TENANT}/tenantsecrets?watch=1&{selector}")).await;
        api.make("redises", "a", json!({})).await;
        api.until_ready("redises/a").await;
        let expected: &[&str] = match release {
            Release::V1_6 | Release::Main => &[],
            _ => &["ADDED redis-a-auth"],
        };
        assert_eq!(watch.rest().await, expected, "{release}");
    }
}

#[tokio::test]
async fn a_watch_is_for_who_may() {
    let api = Api::start(Release::V1_6);
    let view = api.of(&Subject::new(Role::View, "tenant-demo"));
    let answer = view.get(&format!("{TENANT}/tenantsecrets?watch=1")).await;
    assert!(
        answer
            .message()
            .contains("cannot watch resource \"tenantsecrets\""),
        "{}",
        answer.text
    );
    answer.expect(403);
    Watch::at(&view, &format!("{CORE}/services?watch=1")).await;
    api.post("redises", &named("a", json!({})))
        .await
        .expect(201);
}
