//! A controller that works on one object at a time. The real one has a few workers, and with three hundred objects its
//! queue is long (measured on 1.6).
use crate::client::{Answer, Api, named, quick, ready};
use hikube_standin::{Options, Release};
use serde_json::json;
use std::time::{Duration, Instant};

fn serial() -> Api {
    Api::with(Options {
        serial: Some(Duration::from_millis(300)),
        ..quick(Release::V1_6)
    })
}

fn is_progressing(answer: &Answer) -> bool {
    ready(&answer.json())["reason"] == "Progressing"
}

#[tokio::test]
async fn the_others_wait_in_the_order_they_came() {
    let api = serial();
    for name in ["a", "b", "c"] {
        api.make("redises", name, json!({})).await;
    }
    let started = Instant::now();
    api.until("redises/a", is_progressing).await;
    for (name, next) in [("a", "b"), ("b", "c")] {
        let waiting = api.get(&format!("redises/{next}")).await.json();
        assert_eq!(waiting["status"], json!({}), "{next} waits");
        api.until_ready(&format!("redises/{name}")).await;
    }
    api.until_ready("redises/c").await;
    assert!(started.elapsed() > Duration::from_millis(800));
}

#[tokio::test]
async fn a_write_meanwhile_goes_to_the_end_of_the_queue() {
    let api = serial();
    for name in ["a", "b"] {
        api.make("redises", name, json!({})).await;
    }
    api.until("redises/a", is_progressing).await;
    api.put("redises/a", &named("a", json!({"replicas": 3})))
        .await
        .expect(200);
    api.until_ready("redises/b").await;
    let first = api.get("redises/a").await.json();
    assert_eq!(ready(&first)["reason"], "InstallSucceeded");
    let upgraded = |answer: &Answer| ready(&answer.json())["reason"] == "UpgradeSucceeded";
    api.until("redises/a", upgraded).await;
}

#[tokio::test]
async fn uninstalls_wait_their_turn_too() {
    let api = serial();
    for name in ["a", "b"] {
        api.make("redises", name, json!({})).await;
    }
    api.until_ready("redises/b").await;
    api.make("redises", "c", json!({})).await;
    api.until("redises/c", is_progressing).await;
    for name in ["a", "b"] {
        api.delete(&format!("redises/{name}")).await.expect(200);
    }
    api.until_ready("redises/c").await;
    let waiting = api.get("redises/b").await.expect(200);
    assert!(waiting["metadata"]["deletionTimestamp"].is_string());
    api.until_gone("redises/a").await;
    api.get("redises/b").await.expect(200);
    api.until_gone("redises/b").await;
    assert_eq!(api.stats().await["leaks"], json!([]));
}

#[tokio::test]
async fn a_deletion_waits_for_the_install_of_its_object() {
    let api = serial();
    for name in ["a", "b"] {
        api.make("redises", name, json!({})).await;
    }
    api.until("redises/a", is_progressing).await;
    api.delete("redises/a").await.expect(200);
    api.until_ready("redises/b").await;
    api.until_gone("redises/a").await;
    assert_eq!(api.stats().await["leaks"], json!([]));
}

#[tokio::test]
async fn what_vanishes_does_not_hold_the_queue_up() {
    let api = serial();
    for name in ["a", "b", "c", "d"] {
        api.make("redises", name, json!({})).await;
    }
    // An object that the controller has not processed has no finalizer.
    api.delete("redises/b").await.expect(200);
    api.get("redises/b").await.expect(404);
    api.until("redises/a", is_progressing).await;
    api.put("redises/a", &named("a", json!({"replicas": 3})))
        .await
        .expect(200);
    api.delete("redises/a").await.expect(200);
    api.get("redises/a").await.expect(404);
    for name in ["c", "d"] {
        api.until_ready(&format!("redises/{name}")).await;
    }
}

#[tokio::test]
async fn a_disk_without_a_user_is_not_waited_for() {
    let api = Api::with(Options {
        serial: Some(Duration::from_millis(100)),
        first_consumer: true,
        ..quick(Release::V1_6)
    });
    api.make("vmdisks", "d", json!({"storageClass": "local"}))
        .await;
    let machine = json!({"disks": [{"name": "d"}], "instanceType": "u1.medium"});
    api.make("vminstances", "m", machine).await;
    api.until_ready("vminstances/m").await;
    api.until_ready("vmdisks/d").await;
    for path in ["vminstances/m", "vmdisks/d"] {
        api.delete(path).await.expect(200);
        api.until_gone(path).await;
    }
}
