//! Writes of custom resources.
use crate::client::{Api, DEMO, PLANS, plan};
use hikube_standin::Release;
use serde_json::{Value, json};

const MERGE: &str = "application/merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";
const STALE: &str = "Operation cannot be fulfilled on plans.backups.cozystack.io \"a\": the object \
                     has been modified; please apply your changes to the latest version and try \
                     again";

fn version(body: &Value) -> &Value {
    &body["metadata"]["resourceVersion"]
}

/// An object that the controller has processed.
async fn settled(api: &Api, name: &str) -> Value {
    api.post(PLANS, &plan(name)).await.expect(201);
    let path = format!("{PLANS}/{name}");
    let settled = api.until(&path, |a| a.json().get("status").is_some()).await;
    settled.json()
}

#[tokio::test]
async fn a_create_fills_in_defaults_and_metadata() {
    for release in [Release::V1_3, Release::V1_6] {
        let api = Api::start(release);
        let mut sent = plan("a");
        sent["status"] = json!({"conditions": []});
        sent["metadata"]["uid"] = json!("mine");
        sent["metadata"]["generation"] = json!(7);
        let body = api.post(PLANS, &sent).await.expect(201);
        assert_eq!(body["apiVersion"], "backups.cozystack.io/v1alpha1");
        assert_eq!(body["kind"], "Plan");
        assert_eq!(body.get("status"), None);
        let metadata = &body["metadata"];
        assert_eq!(metadata["generation"], 1);
        assert_eq!(metadata["namespace"], "tenant-demo");
        assert_eq!(metadata["labels"], json!({"made-by": "test"}));
        assert_ne!(metadata["uid"], "mine");
        let managed = &metadata["managedFields"][0];
        assert_eq!(managed["operation"], "Update");
        for field in ["creationTimestamp", "resourceVersion", "uid"] {
            assert!(metadata[field].is_string(), "{field}");
        }
        let spec = &body["spec"];
        assert_eq!(spec["applicationRef"]["apiGroup"], "apps.cozystack.io");
        assert_eq!(spec["schedule"]["type"], "cron");
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_409() {
    for release in [Release::V1_3, Release::V1_6] {
        let api = Api::start(release);
        api.post(PLANS, &plan("a")).await.expect(201);
        let body = api.post(PLANS, &plan("a")).await.expect(409);
        assert_eq!(body["reason"], "AlreadyExists");
        let message = "plans.backups.cozystack.io \"a\" already exists";
        assert_eq!(body["message"], message);
        assert_eq!(
            body["details"],
            json!({"name": "a", "group": "backups.cozystack.io", "kind": "plans"})
        );
    }
}

#[tokio::test]
async fn what_the_schema_refuses_is_a_422_with_causes() {
    let api = Api::start(Release::V1_6);
    let mut sent = plan("a");
    sent["spec"] = json!({"applicationRef": {"kind": 1}, "schedule": {"cron": "@daily"}});
    let body = api.post(PLANS, &sent).await.expect(422);
    assert_eq!(body["reason"], "Invalid");
    assert_eq!(body["details"]["kind"], "Plan");
    let causes = body["details"]["causes"].as_array().expect("causes");
    let mut causes: Vec<(&str, &str, &str)> = causes
        .iter()
        .map(|cause| {
            let text = |name: &str| cause[name].as_str().expect("text");
            (text("field"), text("reason"), text("message"))
        })
        .collect();
    causes.sort_unstable();
    assert_eq!(
        causes,
        [
            (
                "spec.applicationRef.kind",
                "FieldValueTypeInvalid",
                "Invalid value: \"integer\": spec.applicationRef.kind in body must be of type \
                 string: \"integer\""
            ),
            (
                "spec.applicationRef.name",
                "FieldValueRequired",
                "Required value"
            ),
            (
                "spec.backupClassName",
                "FieldValueRequired",
                "Required value"
            ),
        ]
    );
    let message = body["message"].as_str().expect("a message");
    let start = "Plan.backups.cozystack.io \"a\" is invalid: [";
    assert!(message.starts_with(start), "{message}");
    for (name, field) in [("A", "metadata.name"), ("", "metadata.name")] {
        let body = api.post(PLANS, &plan(name)).await.expect(422);
        assert_eq!(body["details"]["causes"][0]["field"], field);
    }
    let mut sent = plan("a");
    sent["metadata"]["labels"] = json!({"k": "a b"});
    let body = api.post(PLANS, &sent).await.expect(422);
    assert_eq!(body["details"]["causes"][0]["field"], "metadata.labels");
    // The maximum length of keys, because no prefix is added.
    sent["metadata"]["labels"] = json!({"k".repeat(63): "v"});
    api.post(PLANS, &sent).await.expect(201);
}

#[tokio::test]
async fn unknown_fields_are_pruned_with_a_warning_or_strictly_refused() {
    let api = Api::start(Release::V1_6);
    let mut sent = plan("a");
    sent["spec"]["retention"] = json!("7d");
    let strict = format!("{PLANS}?fieldValidation=Strict");
    let body = api.post(&strict, &sent).await.expect(400);
    let message = "strict decoding error: unknown field \"spec.retention\"";
    assert_eq!(body["message"], message);
    let answer = api.post(PLANS, &sent).await;
    let warning = "299 - \"unknown field \\\"spec.retention\\\"\"";
    assert_eq!(answer.header("warning"), warning);
    assert_eq!(answer.expect(201)["spec"].get("retention"), None);
    sent["metadata"]["name"] = json!("b");
    let answer = api
        .post(&format!("{PLANS}?fieldValidation=Ignore"), &sent)
        .await;
    assert_eq!(answer.header("warning"), "");
    answer.expect(201);
}

#[tokio::test]
async fn bodies_that_are_something_else_are_a_400() {
    let api = Api::start(Release::V1_6);
    let without = |field: &str| {
        let mut body = plan("a");
        body.as_object_mut().expect("a map").remove(field);
        body
    };
    let with = |field: &str, value: Value| {
        let mut body = plan("a");
        body[field] = value;
        body
    };
    let mut elsewhere = plan("a");
    elsewhere["metadata"]["namespace"] = json!("tenant-other");
    for body in [
        without("kind"),
        without("apiVersion"),
        with("apiVersion", json!("backups.cozystack.io/v1")),
        with("metadata", json!("a")),
        elsewhere,
        json!([]),
    ] {
        let answer = api.post(PLANS, &body).await;
        assert_eq!(answer.code, 400, "{body}: {}", answer.text);
    }
    api.post(PLANS, &with("kind", json!("BackupJob")))
        .await
        .expect(422);
}

#[tokio::test]
async fn a_generated_name_is_new_each_time() {
    let api = Api::start(Release::V1_6);
    let mut sent = plan("");
    sent["metadata"] = json!({"generateName": "nightly-"});
    let mut names = Vec::new();
    for _ in 0..3 {
        let body = api.post(PLANS, &sent).await.expect(201);
        let name = body["metadata"]["name"]
            .as_str()
            .expect("a name")
            .to_owned();
        assert!(name.len() == 13 && name.starts_with("nightly-"), "{name}");
        assert!(!names.contains(&name));
        names.push(name);
    }
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let api = Api::start(Release::V1_6);
    let create = format!("{PLANS}?dryRun=All");
    let body = api.post(&create, &plan("a")).await.expect(201);
    assert_eq!(body["spec"]["schedule"]["type"], "cron");
    api.get(&format!("{PLANS}/a")).await.expect(404);
    let live = settled(&api, "a").await;
    api.post(&create, &plan("a")).await.expect(409);
    let path = format!("{PLANS}/a?dryRun=All");
    let mut changed = live.clone();
    changed["spec"]["backupClassName"] = json!("other");
    let body = api.put(&path, &changed).await.expect(200);
    assert_eq!(body["spec"]["backupClassName"], "other");
    let patch = json!({"spec": {"backupClassName": "other"}});
    api.patch(&path, MERGE, &patch).await.expect(200);
    api.delete(&path).await.expect(200);
    let options = json!({"dryRun": ["All"]}).to_string();
    let path = format!("{PLANS}/a");
    api.send("DELETE", &path, &[], &options).await.expect(200);
    assert_eq!(api.get(&path).await.expect(200), live);
}

#[tokio::test]
async fn a_put_needs_the_current_version() {
    for release in [Release::V1_3, Release::V1_6] {
        let api = Api::start(release);
        let path = format!("{PLANS}/a");
        let live = settled(&api, "a").await;
        let mut body = live.clone();
        body["spec"]["backupClassName"] = json!("other");
        let changed = api.put(&path, &body).await.expect(200);
        assert_ne!(version(&changed), version(&live));
        let refused = api.put(&path, &body).await.expect(409);
        assert_eq!(refused["reason"], "Conflict");
        assert_eq!(refused["message"], STALE);
        body["metadata"]
            .as_object_mut()
            .expect("a map")
            .remove("resourceVersion");
        let refused = api.put(&path, &body).await.expect(422);
        let cause = &refused["details"]["causes"][0];
        assert_eq!(cause["field"], "metadata.resourceVersion");
        let mut other = changed.clone();
        other["metadata"]["uid"] = json!("00000000-0000-4000-8000-000000000000");
        let refused = api.put(&path, &other).await.expect(409);
        assert!(refused["message"].as_str().expect("text").contains("UID"));
        api.put(&format!("{PLANS}/none"), &plan("none"))
            .await
            .expect(404);
        api.put(&path, &plan("other")).await.expect(400);
    }
}

#[tokio::test]
async fn the_generation_counts_changes_of_the_spec() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a");
    let live = settled(&api, "a").await;
    assert_eq!(live["metadata"]["generation"], 1);
    let same = api.put(&path, &live).await.expect(200);
    assert_eq!(same, live, "a write without a change makes no version");
    let mut body = live;
    body["metadata"]["labels"] = json!({"k": "v"});
    let body = api.put(&path, &body).await.expect(200);
    assert_eq!(body["metadata"]["generation"], 1);
    assert_eq!(body["metadata"]["labels"], json!({"k": "v"}));
    let patch = json!({"spec": {"backupClassName": "other"}});
    let body = api.patch(&path, MERGE, &patch).await.expect(200);
    assert_eq!(body["metadata"]["generation"], 2);
}

#[tokio::test]
async fn each_kind_of_patch_works_but_the_strategic() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a");
    settled(&api, "a").await;
    let cron = |text: &str| json!({"spec": {"schedule": {"cron": text}}});
    let body = api.patch(&path, MERGE, &cron("@daily")).await.expect(200);
    assert_eq!(
        body["spec"]["schedule"],
        json!({"cron": "@daily", "type": "cron"})
    );
    let edit = json!([{"op": "replace", "path": "/spec/schedule/cron", "value": "@hourly"}]);
    let body = api.patch(&path, "application/json-patch+json", &edit).await;
    assert_eq!(body.expect(200)["spec"]["schedule"]["cron"], "@hourly");
    let strategic = "application/strategic-merge-patch+json";
    api.patch(&path, strategic, &cron("@daily"))
        .await
        .expect(415);
    let mut stale = cron("@daily");
    stale["metadata"] = json!({"resourceVersion": "1"});
    api.patch(&path, MERGE, &stale).await.expect(409);
    api.patch(&path, MERGE, &json!({"spec": {"schedule": null}}))
        .await
        .expect(422);
    let none = format!("{PLANS}/none");
    api.patch(&none, MERGE, &cron("@daily")).await.expect(404);
}

#[tokio::test]
async fn an_apply_creates_and_changes() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a?fieldManager=test");
    let mut sent = plan("a");
    api.patch(&format!("{PLANS}/a"), APPLY, &sent)
        .await
        .expect(422);
    api.patch(&path, APPLY, &sent).await.expect(201);
    sent["spec"]["backupClassName"] = json!("other");
    let body = api.patch(&path, APPLY, &sent).await.expect(200);
    assert_eq!(body["spec"]["backupClassName"], "other");
    assert_eq!(body["metadata"]["generation"], 2);
    let managed = &body["metadata"]["managedFields"][0];
    assert_eq!(
        (&managed["manager"], &managed["operation"]),
        (&json!("test"), &json!("Apply"))
    );
}

#[tokio::test]
async fn a_delete_checks_its_preconditions() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a");
    let live = settled(&api, "a").await;
    let delete = async |preconditions: Value| {
        let options = json!({"kind": "DeleteOptions", "preconditions": preconditions});
        api.send("DELETE", &path, &[], &options.to_string()).await
    };
    let uid = live["metadata"]["uid"].clone();
    for preconditions in [
        json!({"uid": "00000000-0000-4000-8000-000000000000"}),
        json!({"uid": uid, "resourceVersion": "1"}),
    ] {
        let refused = delete(preconditions).await.expect(409);
        assert_eq!(refused["reason"], "Conflict");
    }
    let right = json!({"uid": uid, "resourceVersion": version(&live)});
    let body = delete(right).await.expect(200);
    assert_eq!(body["status"], "Success");
    assert_eq!(body["details"]["uid"], uid);
    let gone = api.get(&path).await.expect(404);
    assert_eq!(
        gone["message"],
        "plans.backups.cozystack.io \"a\" not found"
    );
    api.delete(&path).await.expect(404);
}

#[tokio::test]
async fn finalizers_hold_an_object_back() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a");
    let mut sent = plan("a");
    sent["metadata"]["finalizers"] = json!(["example.org/hold"]);
    api.post(PLANS, &sent).await.expect(201);
    let body = api.delete(&path).await.expect(200);
    assert!(body["metadata"]["deletionTimestamp"].is_string());
    let refused = api.post(PLANS, &sent).await.expect(409);
    let message = refused["message"].as_str().expect("a message");
    assert!(
        message.starts_with("object is being deleted: "),
        "{message}"
    );
    let patch = json!({"metadata": {"finalizers": null}});
    api.patch(&path, MERGE, &patch).await.expect(200);
    api.get(&path).await.expect(404);
}

#[tokio::test]
async fn faults_act_on_them_too() {
    let api = Api::start(Release::V1_6);
    let fault = async |spec: &str| {
        let path = format!("/__standin/fault?spec={spec}");
        api.send("POST", &path, &[], "").await.expect(200);
    };
    fault("exists,every=1,verb=POST").await;
    let body = api.post(PLANS, &plan("a")).await.expect(409);
    assert_eq!(body["reason"], "AlreadyExists");
    let message = "plans.backups.cozystack.io \"a\" already exists";
    assert_eq!(body["message"], message);
    api.get(&format!("{PLANS}/a")).await.expect(404);
    fault("status=503,every=1,path=/plans").await;
    api.get(PLANS).await.expect(503);
    api.get(DEMO.trim_end_matches("/namespaces/tenant-demo"))
        .await
        .expect(200);
    fault("lost,every=1,verb=POST").await;
    let sent = plan("b").to_string();
    api.try_send("POST", PLANS, &[], &sent)
        .await
        .expect_err("no answer");
    fault("").await;
    api.get(&format!("{PLANS}/b")).await.expect(200);
    let stats = api.stats().await;
    assert_eq!(stats["requests"]["create"]["plans"], 2);
}
