//! The steps of an object to Ready, and failures.
use crate::client::{Api, condition, named, quick, ready};
use hikube_standin::{Options, Release};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn the_status_is_empty_then_unknown_then_true() {
    for release in Release::ALL {
        let api = Api::start(release);
        let body = api.make("redises", "a", json!({})).await;
        assert_eq!(body["status"], json!({}));
        let body = api
            .until("redises/a", |answer| answer.text.contains("conditions"))
            .await
            .json();
        assert_eq!(ready(&body)["status"], "Unknown");
        assert_eq!(ready(&body)["reason"], "Progressing");
        let body = api.until_ready("redises/a").await;
        assert_eq!(ready(&body)["reason"], "InstallSucceeded");
        assert_eq!(condition(&body, "Released")["status"], "True");
        assert_eq!(body["status"]["version"], "0.1.0+abcdef");
    }
}

#[tokio::test]
async fn workloads_are_ready_a_little_later_where_a_kind_has_any() {
    let api = Api::start(Release::V1_6);
    for plural in ["redises", "tenants", "kuberneteses"] {
        api.make(plural, "a", json!({})).await;
        api.until_ready(&format!("{plural}/a")).await;
    }
    let is_true = |body: &Value| condition(body, "WorkloadsReady")["status"] == "True";
    for path in ["redises/a", "kuberneteses/a"] {
        api.until(path, |answer| is_true(&answer.json())).await;
    }
    let tenant = api.get("tenants/a").await.json();
    assert_eq!(condition(&tenant, "WorkloadsReady"), Value::Null);
    let path = "/apis/cozystack.io/v1alpha1/namespaces/tenant-demo/workloadmonitors";
    let list = api.get(path).await.expect(200);
    for monitor in list["items"].as_array().expect("a list") {
        assert_eq!(monitor["status"]["operational"], true);
    }
    api.get(&format!("{path}/redis-a")).await.expect(200);
}

#[tokio::test]
async fn a_sealed_openbao_is_installed_and_does_not_run() {
    let api = Api::with(Options {
        sealed: true,
        ..quick(Release::V1_6)
    });
    api.make("openbaos", "a", json!({})).await;
    api.until_ready("openbaos/a").await;
    let body = api
        .until("openbaos/a", |answer| {
            answer.text.contains("not operational")
        })
        .await
        .json();
    assert_eq!(condition(&body, "WorkloadsReady")["status"], "False");
    api.make("redises", "a", json!({})).await;
    let runs = |body: &Value| condition(body, "WorkloadsReady")["status"] == "True";
    api.until("redises/a", |answer| runs(&answer.json())).await;
}

#[tokio::test]
async fn the_old_ready_outlives_a_put_for_a_while_then_flips() {
    let options = Options {
        ready_after: Duration::from_millis(400),
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let body = api
        .put("redises/a", &named("a", json!({"replicas": 3})))
        .await
        .expect(200);
    assert_eq!(ready(&body)["reason"], "InstallSucceeded");
    api.until("redises/a", |answer| {
        ready(&answer.json())["status"] == "Unknown"
    })
    .await;
    let body = api.until_ready("redises/a").await;
    assert_eq!(ready(&body)["reason"], "UpgradeSucceeded");
}

#[tokio::test]
async fn a_put_that_changes_nothing_in_the_spec_does_not_flip() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let before = api.until_ready("redises/a").await;
    let mut body = named("a", json!({}));
    body["metadata"]["labels"]["more"] = json!("1");
    api.put("redises/a", &body).await.expect(200);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let after = api.get("redises/a").await.json();
    assert_eq!(ready(&after), ready(&before));
    assert_ne!(
        after["metadata"]["resourceVersion"],
        before["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn transition_times_have_whole_seconds() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let body = api.until_ready("redises/a").await;
    let time = ready(&body)["lastTransitionTime"]
        .as_str()
        .expect("a time")
        .to_owned();
    assert_eq!(time.len(), "2026-01-01T00:00:00Z".len(), "{time}");
}

#[tokio::test]
async fn an_install_can_be_made_to_fail_and_is_tried_again() {
    let options = Options {
        never_ready: vec!["bad".to_owned()],
        ..quick(Release::V1_6)
    };
    let api = Api::with(options);
    api.make("redises", "bad", json!({})).await;
    let failed = |answer: &crate::client::Answer| ready(&answer.json())["status"] == "False";
    let body = api.until("redises/bad", failed).await.json();
    assert_eq!(ready(&body)["reason"], "InstallFailed");
    assert_eq!(condition(&body, "Released")["status"], "False");
    api.until("redises/bad", |answer| {
        ready(&answer.json())["status"] == "Unknown"
    })
    .await;
    api.until("redises/bad", failed).await;
}

#[tokio::test]
async fn values_that_do_not_meet_the_schema_fail_the_install() {
    for release in Release::ALL {
        let api = Api::start(release);
        for (plural, name, spec, expected) in [
            (
                "redises",
                "a",
                json!({"replicas": "x"}),
                "replicas: Invalid type",
            ),
            (
                "redises",
                "b",
                json!({"resourcesPreset": "giant"}),
                "resourcesPreset: must be one of",
            ),
            (
                "redises",
                "c",
                json!({"size": "much"}),
                "size: Does not match pattern",
            ),
            (
                "vminstances",
                "d",
                json!({"disks": [{"bus": "sata"}]}),
                "disks.0: name is required",
            ),
            (
                "rabbitmqs",
                "e",
                json!({"vhosts": {"shop": {}}}),
                "vhosts.shop: roles is required",
            ),
        ] {
            api.make(plural, name, spec).await;
            let path = format!("{plural}/{name}");
            let body = api
                .until(&path, |answer| ready(&answer.json())["status"] == "False")
                .await
                .json();
            let message = ready(&body)["message"]
                .as_str()
                .expect("a message")
                .to_owned();
            assert!(
                message.starts_with("Helm install failed for release tenant-demo/"),
                "{message}"
            );
            assert!(message.contains("values don't meet the specifications of the schema(s)"));
            assert!(message.contains(expected), "{message}");
        }
    }
}

#[tokio::test]
async fn a_failed_upgrade_is_reported_and_can_be_corrected() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    api.put("redises/a", &named("a", json!({"replicas": "x"})))
        .await
        .expect(200);
    let body = api
        .until("redises/a", |answer| {
            ready(&answer.json())["status"] == "False"
        })
        .await
        .json();
    assert_eq!(ready(&body)["reason"], "UpgradeFailed");
    api.put("redises/a", &named("a", json!({"replicas": 4})))
        .await
        .expect(200);
    api.until_ready("redises/a").await;
}

#[tokio::test]
async fn a_machine_waits_for_all_its_disks() {
    let api = Api::start(Release::V1_6);
    api.make(
        "vminstances",
        "vm",
        json!({"disks": [{"name": "one"}, {"name": "two"}]}),
    )
    .await;
    api.make("vmdisks", "one", json!({})).await;
    let failed = |answer: &crate::client::Answer| ready(&answer.json())["status"] == "False";
    let body = api.until("vminstances/vm", failed).await.json();
    assert!(
        ready(&body)["message"].to_string().contains("vm-disk-two"),
        "{body}"
    );
    api.make("vmdisks", "two", json!({})).await;
    api.until_ready("vminstances/vm").await;
}
