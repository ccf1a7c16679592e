//! A write while the controller works on the object: it first reports the previous generation, then processes the new
//! one. Measured on 1.6 and 0.41, where two of three hundred objects kept their Services after a deletion at that time.
use crate::client::{Answer, Api, named, quick, ready};
use hikube_standin::{Options, Release};
use serde_json::{Value, json};
use std::time::Duration;

/// Slow enough for a write while Helm is running.
fn slow(platform: Release) -> Options {
    Options {
        ready_after: Duration::from_millis(400),
        ..quick(platform)
    }
}

fn is_progressing(answer: &Answer) -> bool {
    ready(&answer.json())["reason"] == "Progressing"
}

fn message(body: &Value) -> String {
    ready(body)["message"].as_str().unwrap_or("").to_owned()
}

fn version(body: &Value) -> u64 {
    let version = body["metadata"]["resourceVersion"].as_str();
    version.and_then(|v| v.parse().ok()).expect("a version")
}

/// Creates a database, and writes it during its install. Returns the version of that write.
async fn written_in_progress(api: &Api) -> u64 {
    api.make("postgreses", "main", json!({})).await;
    api.until("postgreses/main", is_progressing).await;
    let body = api
        .put("postgreses/main", &named("main", json!({"replicas": 3})))
        .await
        .expect(200);
    version(&body)
}

#[tokio::test]
async fn the_earlier_generation_is_finished_before_the_next_is_processed() {
    for release in Release::ALL {
        let api = Api::with(slow(release));
        let written = written_in_progress(&api).await;
        let late = api.until_ready("postgreses/main").await;
        assert!(version(&late) > written, "it is newer than the write");
        assert_eq!(late["spec"]["replicas"], 3, "of the new spec");
        let of_first = "Helm install succeeded for release tenant-demo/postgres-main.v1 with chart \
                        postgres@0.1.0+abcdef";
        assert_eq!(message(&late), of_first);
        api.until("postgreses/main", is_progressing).await;
        let last = api.until_ready("postgreses/main").await;
        assert_eq!(ready(&last)["reason"], "UpgradeSucceeded");
        assert!(message(&last).contains("/postgres-main.v2 with chart"));
    }
}

#[tokio::test]
async fn the_next_generation_begins_with_the_finalizer_then_flips() {
    let api = Api::with(slow(Release::V1_6));
    // A kind without workloads, which would cause further events.
    api.make("tenants", "main", json!({})).await;
    api.until("tenants/main", is_progressing).await;
    let body = api
        .put("tenants/main", &named("main", json!({"etcd": true})))
        .await
        .expect(200);
    let written = version(&body);
    let path = format!("tenants?watch=1&resourceVersion={written}&timeoutSeconds=2");
    let seen = api.get(&path).await;
    let mut states = Vec::new();
    for line in seen.text.lines() {
        let event: Value = serde_json::from_str(line).expect("an event");
        let status = ready(&event["object"])["status"].clone();
        states.push(status.as_str().unwrap_or("").to_owned());
        if states.ends_with(&["Unknown".to_owned(), "True".to_owned()]) {
            break;
        }
    }
    // The late status, the finalizer, Progressing, and the result.
    assert_eq!(states, ["True", "True", "Unknown", "True"], "{}", seen.text);
}

#[tokio::test]
async fn the_workloads_of_the_earlier_generation_come_to_run() {
    // The installed workloads start while the next generation is in the queue.
    let api = Api::with(Options {
        serial: Some(Duration::from_millis(500)),
        ..quick(Release::V1_6)
    });
    api.make("postgreses", "main", json!({})).await;
    api.until("postgreses/main", is_progressing).await;
    api.make("postgreses", "other", json!({})).await;
    api.put("postgreses/main", &named("main", json!({"replicas": 3})))
        .await
        .expect(200);
    let runs = |answer: &Answer| answer.text.contains("All workloads are operational");
    let body = api.until("postgreses/main", runs).await.json();
    assert!(message(&body).contains(".v1 "), "{body}");
    assert_eq!(ready(&body)["status"], "True");
}

#[tokio::test]
async fn a_delete_after_the_late_status_uninstalls_nothing() {
    for release in [Release::V0_41, Release::V1_6] {
        let api = Api::with(Options {
            // Long enough for a request between the late status and the finalizer.
            ready_after: Duration::from_secs(1),
            ..quick(release)
        });
        written_in_progress(&api).await;
        api.until_ready("postgreses/main").await;
        api.delete("postgreses/main").await.expect(200);
        api.get("postgreses/main").await.expect(404);
        let stats = api.stats().await;
        assert_eq!(stats["leaks"][0]["name"], "main", "{stats}");
        let service = "/api/v1/namespaces/tenant-demo/services/postgres-main-rw";
        api.get(service).await.expect(200);
    }
}

#[tokio::test]
async fn helm_finishes_on_a_removed_object() {
    // Read in the source: an install in progress is never cancelled.
    let api = Api::with(slow(Release::V1_6));
    written_in_progress(&api).await;
    api.delete("postgreses/main").await.expect(200);
    api.get("postgreses/main").await.expect(404);
    let service = "/api/v1/namespaces/tenant-demo/services/postgres-main-rw";
    api.get(service).await.expect(404);
    api.until(service, |answer| answer.code == 200).await;
    assert_eq!(api.stats().await["leaks"][0]["name"], "main");
    // A new object with the same name is processed after that.
    api.make("postgreses", "main", json!({})).await;
    api.until_ready("postgreses/main").await;
}

#[tokio::test]
async fn many_writes_meanwhile_are_processed_as_one() {
    let api = Api::with(slow(Release::V1_6));
    written_in_progress(&api).await;
    let body = named("main", json!({"replicas": 4}));
    api.put("postgreses/main", &body).await.expect(200);
    api.until("postgreses/main", |answer| {
        message(&answer.json()).contains(".v2 ")
    })
    .await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let body = api.get("postgreses/main").await.json();
    assert!(message(&body).contains(".v2 "), "{body}");
}

#[tokio::test]
async fn a_failed_generation_is_not_tried_again_once_there_is_a_next() {
    let api = Api::with(slow(Release::V1_6));
    api.make("redises", "a", json!({"replicas": "x"})).await;
    api.until("redises/a", is_progressing).await;
    api.put("redises/a", &named("a", json!({"replicas": 1})))
        .await
        .expect(200);
    let failed = |answer: &Answer| ready(&answer.json())["status"] == "False";
    api.until("redises/a", failed).await;
    api.until_ready("redises/a").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    api.get("redises/a").await.expect(200);
    assert_eq!(
        ready(&api.get("redises/a").await.json())["reason"],
        "InstallSucceeded"
    );
}

#[tokio::test]
async fn labels_alone_are_not_processed_with_the_late_status() {
    // Read in the source: labels do not change the generation, so the finalizer is set only at the periodic
    // reconciliation after five minutes.
    let api = Api::with(slow(Release::V1_6));
    api.make("postgreses", "main", json!({})).await;
    api.until("postgreses/main", is_progressing).await;
    let mut body = named("main", json!({}));
    body["metadata"]["labels"]["more"] = json!("1");
    api.put("postgreses/main", &body).await.expect(200);
    let late = api.until_ready("postgreses/main").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let after = api.get("postgreses/main").await.json();
    assert_eq!(ready(&after), ready(&late));
    assert_eq!(version(&after), version(&late), "nobody wrote to it");
    api.delete("postgreses/main").await.expect(200);
    assert_eq!(api.stats().await["leaks"][0]["name"], "main");
}

#[tokio::test]
async fn a_write_can_cancel_the_work_in_progress() {
    let api = Api::with(Options {
        late_status: false,
        ..slow(Release::V1_6)
    });
    written_in_progress(&api).await;
    let body = api.until_ready("postgreses/main").await;
    assert!(message(&body).contains("install succeeded"), "{body}");
    assert!(message(&body).contains(".v1 "), "{body}");
    tokio::time::sleep(Duration::from_millis(600)).await;
    let body = api.get("postgreses/main").await.json();
    assert!(message(&body).contains(".v1 "), "{body}");
}
