//! Concurrent calls, and large ones.

use std::time::{Duration, Instant};

use hikube::value::Value;
use hikube_standin::Options;
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated};
use crate::wire::{at, resource, with};

const BUCKET: &str = "hikube_bucket";
const VM: &str = "hikube_vm";

#[tokio::test(flavor = "multi_thread")]
async fn case_49_an_interrupt_ends_only_waits() {
    let platform = Platform::with(Options {
        ready_after: Duration::from_secs(3600),
        ..Platform::quick()
    });
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case49"}));
    let create = tokio::spawn({
        let (core, config) = (core.clone(), config.clone());
        async move { core.change(BUCKET, &Stated::default(), &config).await }
    });
    // The kind is watched only while an apply waits for a new object.
    let begun = Instant::now();
    while platform.watches("buckets").await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!create.is_finished());
    let asked = platform.requests().await;
    core.stop().await;
    let stopped = tokio::time::timeout(Duration::from_secs(30), create).await;
    let stopped = stopped.expect("an end").unwrap();
    // The wait has ended; otherwise there would be a read every few seconds.
    let more = platform.requests().await - asked;
    assert!(more <= 2, "{more} requests after the stop");
    // The object exists and is not ready, as the state shows, and the next apply continues to wait.
    let summary = &stopped.messages.0[0].summary;
    assert!(
        summary.starts_with("Interrupted while waiting for"),
        "{summary}"
    );
    assert_eq!(
        at(&stopped.now.state, "id").as_str(),
        Some("tenant-demo/case49")
    );
    assert_eq!(at(&stopped.now.state, "ready"), &Value::Bool(false));
    let planned = core.plan(BUCKET, &stopped.now, &config).await;
    assert!(at(&planned.to.state, "ready").is_unknown());
    // The process continues.
    let read = core.read(BUCKET, &stopped.now).await.fine();
    assert_eq!(read.state, stopped.now.state);
    core.destroy(BUCKET, &read).await.fine();
}

#[tokio::test(flavor = "multi_thread")]
async fn case_50_large_messages_pass_both_ways() {
    let core = Core::unconfigured().await;
    let large = "0123456789abcdef".repeat(1 << 20);
    let raw = json!({"name": "a", "namespace": "tenant-a", "cloud_init": large}).to_string();
    let (state, messages) = core.upgrade(VM, raw.as_bytes()).await;
    messages.assert_fine();
    assert_eq!(
        at(&state, "cloud_init").as_str().map(str::len),
        Some(16 << 20)
    );
    let prior = Stated {
        state: state.clone(),
        ..Stated::default()
    };
    let planned = core
        .plan(VM, &prior, &with(&state, "id", Value::Null))
        .await;
    assert_eq!(
        at(&planned.to.state, "cloud_init"),
        at(&state, "cloud_init")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_51_calls_do_not_block_each_other() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case51", "wait_for": "none"}));
    let state = core.create(BUCKET, &config).await;
    // One create never receives a response, so anything that waited for it would not end.
    platform.fault("hang,verb=POST,times=1").await;
    let stuck = tokio::spawn({
        let (core, given) = (core.clone(), json!({"name": "stuck51"}));
        async move { core.create(BUCKET, &resource(BUCKET, &given)).await }
    });
    let begun = Instant::now();
    while platform.creates("buckets").await < 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it is not sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let calls = (0..50).map(|n| {
        let (core, config, state) = (core.clone(), config.clone(), state.clone());
        tokio::spawn(async move {
            match n % 4 {
                0 => drop(core.read(BUCKET, &state).await.fine()),
                1 => core.assert_settled(BUCKET, &state, &config).await,
                2 => core.validate(BUCKET, &config).await.assert_fine(),
                _ => {
                    let given = json!({"name": format!("case51-{n}"), "wait_for": "none"});
                    core.create(BUCKET, &resource(BUCKET, &given)).await;
                }
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        let done = tokio::time::timeout(Duration::from_secs(30), call).await;
        done.expect("it is held up").unwrap();
    }
    assert!(!stuck.is_finished());
    stuck.abort();
}
