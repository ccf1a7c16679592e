//! Diagnostics for rare conditions. Each is reported once.

use hikube::value::Value;
use hikube_standin::{Options, Release};
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{Messages, resource, with};

// A part of each summary.
const DEFAULTS_NOT_COMPARED: &str = "Defaults not compared";
const BEING_DELETED: &str = "is being deleted";
const NOT_CHECKED: &str = "not checked against the platform";
const NOT_COMPARED: &str = "State not refreshed";
const UNREADABLE: &str = "Unreadable Value";

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";

/// Asserts that there is one such message, and no other.
#[track_caller]
fn assert_said(messages: &Messages, is_error: bool, sense: &str) {
    assert!(
        matches!(&messages.0[..], [one] if one.is_error == is_error && one.summary.contains(sense)),
        "no {sense:?}: {messages:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_platforms_schema_a_warning_names_what_was_not_checked() {
    let platform = Platform::with(Options {
        platform: Release::V1_3,
        ..Platform::quick()
    });
    let config = resource(POSTGRES, &json!({"name": "unchecked"}));
    let created = Core::on(&platform).await.create(POSTGRES, &config).await;
    platform.fault("status=403,path=/openapi").await;
    // A new process, which has not read the schema before.
    let core = Core::on(&platform).await;
    let other = resource(POSTGRES, &json!({"name": "other"}));
    let planned = core.plan(POSTGRES, &Stated::default(), &other).await;
    assert_said(&planned.messages, false, NOT_CHECKED);
    // The defaults of this release differ from the declared ones.
    let read = core.read(POSTGRES, &created).await;
    assert_said(&read.messages, false, DEFAULTS_NOT_COMPARED);
    assert_eq!(read.now.state, created.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_unknown_provider_a_warning_says_that_nothing_was_compared() {
    let platform = Platform::start();
    let config = resource(BUCKET, &json!({"name": "uncompared"}));
    let created = Core::on(&platform).await.create(BUCKET, &config).await;
    let core = Core::unconfigured().await;
    let unknown = with(
        &block_value(&block(&platform)),
        "kubeconfig",
        Value::Unknown,
    );
    core.configure(&unknown).await.assert_fine();
    platform.reset().await;
    let read = core.read(BUCKET, &created).await;
    assert_said(&read.messages, false, NOT_COMPARED);
    assert_eq!(read.now, created);
    assert_eq!(platform.requests().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_deleted_is_gone_for_a_read_and_an_error_for_an_update() {
    let platform = Platform::with(Options {
        slow_delete: vec!["leaving".to_owned()],
        ..Platform::quick()
    });
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "leaving"}));
    let created = core.create(BUCKET, &config).await;
    let changed = with(&config, "labels", Value::map([("a", Value::from("b"))]));
    let planned = core.plan(BUCKET, &created, &changed).await;
    platform
        .ask("DELETE", "buckets/leaving", &json!({}))
        .await
        .unwrap();
    let failed = core.apply(BUCKET, &created, &planned, &changed).await;
    assert_said(&failed.messages, true, BEING_DELETED);
    assert_eq!(failed.now.state, created.state);
    let read = Core::on(&platform).await.read(BUCKET, &created).await;
    assert_said(&read.messages, false, BEING_DELETED);
    assert!(read.now.state.is_null());
}

/// The platform stores invalid values.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_is_null_with_one_warning() {
    let platform = Platform::start();
    let body = json!({"apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket",
                      "metadata": {"name": "odd", "labels": {"a": "b"}}, "spec": {"locking": "maybe"}});
    platform.ask("POST", "buckets", &body).await.unwrap();
    let core = Core::on(&platform).await;
    let imported = core.import(BUCKET, "tenant-demo/odd", &Value::Null).await;
    let read = core.read(BUCKET, &imported.fine()).await;
    assert_said(&read.messages, false, UNREADABLE);
    assert_eq!(read.messages.0[0].path, "locking");
    assert!(read.now.state.attribute("locking").is_null());
}

/// The API returns a warning for a deprecated field.
#[tokio::test(flavor = "multi_thread")]
async fn warnings_of_the_api_are_warnings_of_plans_and_applies() {
    let platform = Platform::start();
    platform
        .fault("warning=locking-is-deprecated,every=1,path=buckets")
        .await;
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "warned"}));
    let planned = core.plan(BUCKET, &Stated::default(), &config).await;
    assert_eq!(planned.messages.0.len(), 0, "nothing is read for it");
    let created = core
        .apply(BUCKET, &Stated::default(), &planned, &config)
        .await;
    assert_warned(&created.messages);
    let read = core.read(BUCKET, &created.now).await;
    assert_warned(&read.messages);
}

#[track_caller]
fn assert_warned(messages: &Messages) {
    let warnings: Vec<_> = messages
        .0
        .iter()
        .filter(|message| message.summary == "Warning from the platform")
        .collect();
    assert!(
        matches!(&warnings[..], [one] if one.detail == "locking-is-deprecated" && !one.is_error),
        "{messages:?}"
    );
}
