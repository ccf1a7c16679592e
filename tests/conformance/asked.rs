//! The requests to the platform: those that are necessary, and no others.

use std::time::Duration;

use hikube::value::Value;
use hikube_standin::{Options, Release};
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::Core;
use crate::wire::{resource, with};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";

/// Concurrent writes without labels mislabel the objects: DELETE then returns 404 although GET returns the object
/// (measured), and the watch does not show it.
async fn mislabelled(platform: &Platform) -> String {
    for round in 0..50 {
        let names = ["a", "b"].map(|one| format!("{one}{round}"));
        let [one, other] = names.each_ref().map(|name| {
            let body = json!({"apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket",
                              "metadata": {"name": name}, "spec": {}});
            async move { platform.ask("POST", "buckets", &body).await }
        });
        tokio::join!(one, other);
        for name in &names {
            let path = format!("buckets/{name}");
            // No correctly labeled object remains.
            if platform.ask("DELETE", &path, &json!({})).await.is_none() {
                return name.clone();
            }
        }
    }
    panic!("nothing was mislabelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_without_watch_events_ends_when_the_object_is_gone() {
    let platform = Platform::with(Options {
        platform: Release::V0_41,
        delete_after: Duration::from_millis(700),
        ..Platform::quick()
    });
    let name = mislabelled(&platform).await;
    let path = format!("buckets/{name}");
    let core = Core::on(&platform).await;
    let read = core.take_over(BUCKET, &format!("tenant-demo/{name}")).await;
    core.destroy(BUCKET, &read).await.fine();
    assert_eq!(platform.ask("GET", &path, &json!({})).await, None);
}

/// A refresh of many objects consists of such reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_looks_once_at_the_object_and_at_each_of_its_parts() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for (kind, given, requests) in [
        (
            BUCKET,
            json!({"users": {"a": {}}}),
            json!({"get": {"buckets": 1, "tenantsecrets": 1}}),
        ),
        (
            POSTGRES,
            json!({"users": {"a": {}}, "external": true}),
            json!({"get": {"postgreses": 1, "services": 1}, "list": {"tenantsecrets": 1}}),
        ),
        (
            "hikube_kubernetes",
            json!({}),
            json!({"get": {"kuberneteses": 1, "tenantsecrets": 1}}),
        ),
    ] {
        let config = with(&resource(kind, &given), "name", "looked".into());
        let created = core.create(kind, &config).await;
        // A new process, without cached reads.
        let fresh = Core::on(&platform).await;
        platform.reset().await;
        let read = fresh.read(kind, &created).await.fine();
        assert_eq!(read.state, created.state, "{kind}");
        assert_eq!(platform.stats().await["requests"], requests, "{kind}");
    }
}

/// A change of labels does not affect outputs. The second read is that after the wait: another client may have overwritten
/// an object with entries.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_reads_only_dependents_that_it_may_change() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(POSTGRES, &json!({"name": "parts", "users": {"a": {}}}));
    let created = core.create(POSTGRES, &config).await;
    let labelled = with(&config, "labels", Value::map([("a", Value::from("b"))]));
    let planned = core.plan(POSTGRES, &created, &labelled).await;
    platform.reset().await;
    let left = core.apply(POSTGRES, &created, &planned, &labelled).await;
    left.fine();
    let requests = json!({"get": {"postgreses": 2}, "update": {"postgreses": 1}});
    assert_eq!(platform.stats().await["requests"], requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_looked_for_only_as_long_as_a_read_may_lag() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let created = core
        .create(BUCKET, &resource(BUCKET, &json!({"name": "gone"})))
        .await;
    core.destroy(BUCKET, &created).await.fine();
    platform.reset().await;
    let gone = Core::on(&platform).await.read(BUCKET, &created).await;
    assert!(gone.fine().state.is_null());
    // A read by itself, as there are no concurrent ones, then three within the second in which a read may lag.
    assert_eq!(platform.requests().await, 4);
}
