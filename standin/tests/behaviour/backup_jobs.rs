//! Jobs that back applications up and restore them. Read in the platform's source, not measured.
use crate::client::{Api, DEMO};
use hikube_standin::{Release, Role, Subject};
use serde_json::{Value, json};

const OF_TENANT: &str = "/apis/backups.cozystack.io/v1alpha1/namespaces/tenant-demo";
const LATER: [Release; 4] = [Release::V1_1, Release::V1_3, Release::V1_6, Release::Main];

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "backups.cozystack.io/v1alpha1", "kind": kind,
        "metadata": {"name": name}, "spec": spec,
    })
}

fn backup_job(name: &str, class: &str, kind: &str, of: &str) -> Value {
    let spec = json!({
        "applicationRef": {"kind": kind, "name": of}, "backupClassName": class,
    });
    object("BackupJob", name, &spec)
}

/// Posts a job, and returns it when its phase is final.
async fn ended(api: &Api, plural: &str, body: &Value) -> Value {
    let path = format!("{OF_TENANT}/{plural}");
    api.post(&path, body).await.expect(201);
    let name = body["metadata"]["name"].as_str().expect("a name");
    let is_final = |job: &Value| {
        let phase = &job["status"]["phase"];
        phase == "Succeeded" || phase == "Failed"
    };
    let job = api
        .until(&format!("{path}/{name}"), |a| is_final(&a.json()))
        .await;
    job.json()
}

#[tokio::test]
async fn a_job_leaves_a_backup_of_its_name_that_is_deleted_with_it_only_on_1_1() {
    for release in LATER {
        let api = Api::start(release);
        api.make("vmdisks", "shop", json!({})).await;
        let job = ended(
            &api,
            "backupjobs",
            &backup_job("a", "daily", "VMDisk", "shop"),
        )
        .await;
        assert_eq!(job["status"]["phase"], "Succeeded", "{job}");
        assert_eq!(job["status"]["backupRef"]["name"], "a");
        let path = format!("{OF_TENANT}/backups/a");
        let backup = api.get(&path).await.expect(200);
        assert_eq!(backup["spec"]["strategyRef"]["kind"], "Velero");
        assert_eq!(backup["spec"]["applicationRef"]["name"], "shop");
        // No tenant may delete a backup.
        let tenant = api.of(&Subject::new(Role::ServiceAccount, "tenant-demo"));
        tenant.delete(&path).await.expect(403);
        tenant
            .delete(&format!("{OF_TENANT}/backupjobs/a"))
            .await
            .expect(200);
        let is_owned = release == Release::V1_1;
        let code = if is_owned { 404 } else { 200 };
        assert_eq!(api.get(&path).await.code, code, "{release}");
        // Velero cannot store another backup of that name.
        let again = ended(
            &api,
            "backupjobs",
            &backup_job("a", "daily", "VMDisk", "shop"),
        )
        .await;
        let phase = if is_owned { "Succeeded" } else { "Failed" };
        assert_eq!(again["status"]["phase"], phase, "{again}");
    }
}

#[tokio::test]
async fn a_class_without_a_strategy_is_reported_from_1_6_on() {
    for release in [Release::V1_6, Release::Main] {
        let api = Api::start(release);
        let job = ended(
            &api,
            "backupjobs",
            &backup_job("a", "daily", "Kafka", "shop"),
        )
        .await;
        let message = job["status"]["message"].as_str().expect("a message");
        assert!(
            message.contains("does not bind a strategy for Kind \"Kafka\""),
            "{message}"
        );
    }
    for release in [Release::V1_1, Release::V1_3] {
        let api = Api::start(release);
        let path = format!("{OF_TENANT}/backupjobs");
        api.post(&path, &backup_job("a", "daily", "Kafka", "shop"))
            .await
            .expect(201);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let job = api.get(&format!("{path}/a")).await.expect(200);
        assert_eq!(job.get("status"), None, "{job}");
    }
}

#[tokio::test]
async fn options_of_a_restore_are_dropped_on_1_1() {
    for release in LATER {
        let api = Api::start(release);
        let spec = json!({"backupRef": {"name": "none"}, "options": {"recoveryTime": "x"}});
        let job = ended(&api, "restorejobs", &object("RestoreJob", "a", &spec)).await;
        assert_eq!(
            job["spec"].get("options").is_some(),
            release > Release::V1_1
        );
        let message = job["status"]["message"].as_str().expect("a message");
        assert!(message.starts_with("failed to get Backup"), "{message}");
    }
}

#[tokio::test]
async fn a_restore_of_postgres_changes_bootstrap_of_the_application() {
    let api = Api::start(Release::V1_6);
    for name in ["shop", "copy"] {
        api.make("postgreses", name, json!({})).await;
    }
    ended(
        &api,
        "backupjobs",
        &backup_job("a", "cozy-default", "Postgres", "shop"),
    )
    .await;
    let restore = |name: &str, target: &str| {
        let target = json!({"kind": "Postgres", "name": target});
        let spec = json!({"backupRef": {"name": "a"}, "targetApplicationRef": target});
        object("RestoreJob", name, &spec)
    };
    for target in ["shop", "copy"] {
        let job = ended(&api, "restorejobs", &restore(target, target)).await;
        assert_eq!(job["status"]["phase"], "Succeeded", "{job}");
        let changed = api
            .get(&format!("{DEMO}/postgreses/{target}"))
            .await
            .expect(200);
        let bootstrap = &changed["spec"]["bootstrap"];
        assert_eq!(bootstrap["enabled"], true);
        assert_eq!(bootstrap["oldName"], "postgres-shop");
    }
    let job = ended(&api, "restorejobs", &restore("none", "none")).await;
    assert_eq!(job["status"]["phase"], "Failed");
}

#[tokio::test]
async fn a_machine_is_not_restored_beside_itself() {
    let api = Api::start(Release::V1_3);
    for name in ["shop", "copy"] {
        api.make("vmdisks", name, json!({})).await;
    }
    ended(
        &api,
        "backupjobs",
        &backup_job("a", "daily", "VMDisk", "shop"),
    )
    .await;
    let spec = json!({
        "backupRef": {"name": "a"}, "targetApplicationRef": {"kind": "VMDisk", "name": "copy"},
    });
    let job = ended(&api, "restorejobs", &object("RestoreJob", "a", &spec)).await;
    let message = job["status"]["message"].as_str().expect("a message");
    assert!(
        message.contains("different application name is not supported"),
        "{message}"
    );
}
