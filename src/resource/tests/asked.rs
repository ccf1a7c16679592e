//! The requests of operations, with a slow API and with concurrent changes.
use crate::resource::apply::operation::apply;
use crate::resource::apply::request::{Applied, ApplyRequest};
use crate::resource::read::refresh::{ReadRequest, read};
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::Instant;

use super::bad_input::{config, model};
use super::plan;
use super::plans::created;
use super::platform::Platform;
use super::scripted::{Asked, forbidden, list, missing, said, session};
use crate::schema::Severity;
use crate::value::Value;

const READY: [&str; 2] = ["Ready", "WorkloadsReady"];

/// An object with these conditions, which are true.
fn object(spec: &Json, version: u32, conditions: &[&str]) -> Json {
    let conditions: Vec<Json> = conditions
        .iter()
        .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": "1"}))
        .collect();
    json!({
        "metadata": {
            "name": "main", "namespace": "tenant-acme", "uid": "u1",
            "resourceVersion": version.to_string(),
        },
        "spec": spec, "status": {"conditions": conditions},
    })
}

fn ready() -> Json {
    object(&json!({}), 12, &READY)
}

/// The same object, being deleted.
fn terminating() -> Json {
    let mut object = ready();
    object["metadata"]["deletionTimestamp"] = json!("2026-05-31T14:30:00Z");
    object
}

/// The private data of the object.
fn remembered() -> Vec<u8> {
    let private = Private {
        uid: "u1".to_owned(),
        version: 10,
        ..Private::default()
    };
    private.to_bytes()
}

/// A kind, and a state of one of its objects.
fn state(type_name: &str, given: &str) -> (&'static ResourceType, Value) {
    let model = model(type_name);
    let platform = Platform::on("1.6", model);
    let mut given = config(model, given);
    given.set_attribute("namespace", "tenant-acme".into());
    let state = created(model, &platform, &given);
    (model, state)
}

/// Reads an object with this script.
async fn refreshed(
    (model, state): &(&ResourceType, Value),
    script: impl Fn(&str, usize) -> Option<(u16, Json)> + Send + Sync + 'static,
) -> (Applied, Asked, Duration) {
    let (session, asked) = session(script);
    let begun = Instant::now();
    let private = &remembered();
    let request = ReadRequest { state, private };
    let read = read(model, &session, &request).await;
    (read, asked, begun.elapsed())
}

/// Applies a configuration to the state.
async fn applied(
    model: &ResourceType,
    prior: &Value,
    config: &Value,
    script: impl Fn(&str, usize) -> Option<(u16, Json)> + Send + Sync + 'static,
) -> (Applied, Asked, Duration) {
    let (session, asked) = session(script);
    let platform = Platform::on("1.6", model);
    let planned = if config.is_null() {
        Value::Null
    } else {
        plan(model, &platform, prior, config).planned
    };
    let private = if prior.is_null() {
        Vec::new()
    } else {
        remembered()
    };
    let begun = Instant::now();
    let request = ApplyRequest {
        prior,
        planned: &planned,
        config,
        private: &private,
    };
    let done = apply(model, &session, &request).await;
    (done, asked, begun.elapsed())
}

/// Creates an object with this configuration.
async fn made(
    type_name: &str,
    given: &str,
    script: impl Fn(&str, usize) -> Option<(u16, Json)> + Send + Sync + 'static,
) -> (Applied, Asked, Duration) {
    let model = model(type_name);
    let config = config(model, given);
    applied(model, &Value::Null, &config, script).await
}

/// A watch may lag behind a read, so only a read shows that an object is gone.
#[tokio::test(start_paused = true)]
async fn a_destroy_does_not_end_because_the_stream_shows_nothing() {
    let (model, prior) = state("hikube_bucket", "{}");
    let (done, asked, _) = applied(model, &prior, &Value::Null, |what, before| match what {
        "GET buckets/main" if before == 0 => Some((200, ready())),
        "GET buckets/main" if before < 4 => Some((200, terminating())),
        "DELETE buckets/main" => Some((200, json!({"kind": "Status", "status": "Success"}))),
        _ => None,
    })
    .await;
    assert!(!done.diagnostics.has_errors(), "{:?}", done.diagnostics);
    assert!(done.state.is_null());
    assert_eq!(asked.count("DELETE buckets/main"), 1);
    assert_eq!(asked.count("GET buckets/main"), 5, "{:?}", asked.all());
}

/// If a DELETE returns 404 but a read returns the object, its label is damaged, and a write repairs it.
#[tokio::test(start_paused = true)]
async fn a_destroy_does_not_end_because_the_deletion_finds_nothing() {
    let (model, prior) = state("hikube_bucket", "{}");
    let (done, asked, _) = applied(model, &prior, &Value::Null, |what, before| match what {
        "DELETE buckets/main" if before == 0 => Some(missing("main")),
        "DELETE buckets/main" => Some((200, json!({"kind": "Status", "status": "Success"}))),
        "PUT buckets/main" => Some((200, object(&json!({}), 13, &["Ready"]))),
        "GET buckets/main" if before < 2 => Some((200, ready())),
        "GET buckets/main" if before < 6 => {
            let mut taken_up = object(&json!({}), 20 + before as u32, &READY);
            taken_up["status"]["conditions"][0]["lastTransitionTime"] = json!(before.to_string());
            Some((200, taken_up))
        }
        _ => None,
    })
    .await;
    assert!(!done.diagnostics.has_errors(), "{:?}", done.diagnostics);
    assert!(asked.count("PUT buckets/main") >= 1, "{:?}", asked.all());
    assert!(asked.count("DELETE buckets/main") >= 2, "{:?}", asked.all());
}

/// A read can lag behind the write that created the object.
#[tokio::test(start_paused = true)]
async fn what_reads_do_not_show_yet_is_not_gone() {
    let (done, asked, took) = made("hikube_bucket", "{}", |what, before| match what {
        "POST buckets" => Some((201, object(&json!({}), 10, &[]))),
        "GET buckets/main" if before >= 1 => Some((200, ready())),
        _ => None,
    })
    .await;
    assert_eq!(done.diagnostics.iter().count(), 0, "{:?}", done.diagnostics);
    assert_eq!(done.state.attribute("ready"), &Value::Bool(true));
    assert_eq!(asked.count("GET buckets/main"), 2);
    assert!(took < Duration::from_secs(15), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_reads_do_not_show_for_ten_seconds_was_deleted() {
    let (done, asked, took) = made("hikube_bucket", "{}", |what, _| {
        (what == "POST buckets").then(|| (201, object(&json!({}), 10, &[])))
    })
    .await;
    let detail = said(
        &done.diagnostics,
        "was deleted during the apply",
        Severity::Error,
    );
    assert!(
        detail.contains("It was written, and then deleted"),
        "{detail}"
    );
    assert!((10..20).contains(&took.as_secs()), "{took:?}");
    assert!(asked.count("GET buckets/main") >= 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_looks_once() {
    let state = state(
        "hikube_postgres",
        r#"{"resources_preset": "nano", "users": {"app": {}}}"#,
    );
    let (read, asked, _) = refreshed(&state, |what, _| match what {
        "GET postgreses/main" => {
            let spec = json!({"users": {"app": {}}, "resourcesPreset": "nano"});
            Some((200, object(&spec, 12, &READY)))
        }
        _ => None,
    })
    .await;
    assert!(!read.state.is_null(), "{:?}", read.diagnostics);
    let mut all = asked.all();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), asked.all().len(), "{:?}", asked.all());
    assert_eq!(asked.count("GET postgreses/main"), 1);
}

/// A read right after a create may return 404 for less than a second.
#[tokio::test(start_paused = true)]
async fn what_is_gone_is_not_waited_for() {
    let state = state("hikube_bucket", "{}");
    let (read, asked, took) = refreshed(&state, |_, _| None).await;
    assert!(read.state.is_null());
    assert!(took < Duration::from_millis(1500), "{took:?}");
    let looks = asked.count("GET buckets/main");
    assert!((2..=5).contains(&looks), "{:?}", asked.all());
}

/// No dependents are read if nothing is waited for, or if the change does not affect the outputs.
#[tokio::test(start_paused = true)]
async fn dependents_that_are_not_required_are_not_read() {
    let spec = json!({"users": {"app": {}}});
    let answer = move |what: &str, _| match what {
        "POST buckets" | "GET buckets/main" | "PUT buckets/main" => {
            Some((200, object(&spec, 10, &READY)))
        }
        _ => None,
    };
    let given = |more: &str| format!(r#"{{"users": {{"app": {{}}}}, {more}}}"#);
    let unwaited = given(r#""wait_for": "none""#);
    let first = made("hikube_bucket", &unwaited, answer.clone()).await;

    let (model, prior) = state("hikube_bucket", &given(r#""labels": {}"#));
    let config = config(model, &given(r#""labels": {"a": "b"}"#));
    let second = applied(model, &prior, &config, answer).await;
    assert_eq!(second.1.count("PUT buckets/main"), 1);
    for (done, asked, took) in [first, second] {
        assert_eq!(done.diagnostics.iter().count(), 0, "{:?}", done.diagnostics);
        let all = asked.all();
        assert!(
            !all.iter().any(|asked| asked.contains("secrets")),
            "{all:?}"
        );
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_being_deleted_is_taken_as_gone_and_not_written() {
    let bucket = state("hikube_bucket", "{}");
    let answer = |what: &str, _| (what == "GET buckets/main").then(|| (200, terminating()));
    let (read, ..) = refreshed(&bucket, answer).await;
    assert!(read.state.is_null());
    let detail = said(&read.diagnostics, "is being deleted", Severity::Warning);
    assert!(detail.contains("removed from the state"), "{detail}");

    let (model, prior) = bucket;
    let config = config(model, r#"{"users": {"app": {}}}"#);
    let (done, asked, _) = applied(model, &prior, &config, answer).await;
    let detail = said(&done.diagnostics, "is being deleted", Severity::Error);
    assert!(detail.contains("Wait until it is gone"), "{detail}");
    assert_eq!(asked.count("PUT buckets/main"), 0);
    assert_eq!(done.state, prior);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_without_the_schema_says_that_defaults_are_not_compared() {
    let disk = state("hikube_vm_disk", "{}");
    let answer = |what: &str, _| match what {
        "GET vmdisks/main" => Some((200, object(&json!({"storage": "77Gi"}), 12, &READY))),
        _ if what.contains("/openapi") => Some(forbidden()),
        _ => None,
    };
    let (read, ..) = refreshed(&disk, answer).await;
    let detail = said(
        &read.diagnostics,
        "Defaults not compared",
        Severity::Warning,
    );
    assert!(
        detail.contains("These fields are taken as defaults"),
        "{detail}"
    );
}

/// A value of another type is null, and a warning says so.
#[tokio::test(start_paused = true)]
async fn an_unreadable_value_is_warned_of() {
    let bucket = state("hikube_bucket", r#"{"users": {"app": {}}}"#);
    let answer = |what: &str, _| match what {
        "GET buckets/main" => Some((200, object(&json!({"users": "none"}), 12, &READY))),
        "LIST buckets" => Some(list(&[])),
        _ => None,
    };
    let (read, ..) = refreshed(&bucket, answer).await;
    assert!(read.state.attribute("users").is_null());
    let summary = "Unreadable Value on the Platform";
    let detail = said(&read.diagnostics, summary, Severity::Warning);
    assert!(detail.contains("at `users`"), "{detail}");
    assert!(detail.contains("the next apply replaces it"), "{detail}");
}
