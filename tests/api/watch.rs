//! Shared watches.

use std::time::Duration;

use hikube::api::{Client, Object, Observation, Watcher};
use hikube_standin::Options;

use crate::bucket;
use crate::platform::{BUCKET, Platform};

const NAMESPACE: &str = "tenant-demo";

/// Waits until the watch shows an expected state.
async fn until(watcher: &mut Watcher, name: &str, wanted: impl Fn(&Observation) -> bool) {
    let seen = async {
        while !wanted(&watcher.observe(name)) {
            watcher.changed().await;
        }
    };
    // The time after a restart depends on the load of the machine.
    tokio::time::timeout(Duration::from_secs(120), seen)
        .await
        .expect("the stream shows it in time");
}

fn is_ready(observation: &Observation) -> bool {
    let Observation::Shown(object) = observation else {
        return false;
    };
    object
        .condition("Ready")
        .is_some_and(|ready| ready.status == "True")
}

fn is_absent(observation: &Observation) -> bool {
    matches!(observation, Observation::Absent)
}

async fn make(client: &Client, name: &str) -> Object {
    client.create(&BUCKET, &bucket(name)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_watchers_share_one_stream() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    let mut watchers: Vec<Watcher> = (0..50).map(|_| client.watch(&BUCKET, NAMESPACE)).collect();
    for n in 0..50 {
        make(&client, &format!("b{n}")).await;
    }
    for (n, watcher) in watchers.iter_mut().enumerate() {
        until(watcher, &format!("b{n}"), is_ready).await;
    }
    let requests = &platform.stats().await["requests"];
    assert_eq!(requests["watch"]["buckets"], 1);
    assert_eq!(requests["list"]["buckets"], 1);
    assert_eq!(requests["get"]["buckets"], serde_json::Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_observed() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    let mut watcher = client.watch(&BUCKET, NAMESPACE);
    make(&client, "b").await;
    until(&mut watcher, "b", is_ready).await;
    client.delete(&BUCKET, NAMESPACE, "b").await.unwrap();
    until(&mut watcher, "b", is_absent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_survives_a_restart_of_the_api_and_finds_missed_changes() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let platform = Platform::with(Options {
        state: Some(state.clone()),
        ..Platform::quick()
    });
    let client = platform.client().await;
    let mut watcher = client.watch(&BUCKET, NAMESPACE);
    make(&client, "kept").await;
    make(&client, "lost").await;
    until(&mut watcher, "kept", is_ready).await;
    until(&mut watcher, "lost", is_ready).await;
    // It is gone when the stream lists again: a deletion between a list and its stream is not shown (measured).
    let successor = Options {
        delete_after: Duration::ZERO,
        ..platform.successor(state)
    };
    client.delete(&BUCKET, NAMESPACE, "lost").await.unwrap();
    drop(platform);
    let platform = Platform::with(successor);
    make(&platform.client().await, "new").await;
    until(&mut watcher, "new", is_ready).await;
    until(&mut watcher, "lost", is_absent).await;
    assert!(is_ready(&watcher.observe("kept")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_without_lists_is_blind() {
    let platform = Platform::start(&["status=403,every=1,verb=GET"]);
    let client = platform.client().await;
    let mut watcher = client.watch(&BUCKET, NAMESPACE);
    let tried = tokio::time::timeout(Duration::from_secs(120), watcher.changed());
    tried.await.expect("it has tried");
    assert!(matches!(watcher.observe("b"), Observation::Blind));
}
