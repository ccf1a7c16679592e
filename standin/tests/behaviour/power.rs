//! Start, stop and restart of virtual machines.
use crate::client::{Api, DEMO, quick};
use hikube_standin::{Options, Release, Role, Subject};
use serde_json::{Value, json};
use std::time::Duration;

const MACHINES: &str =
    "/apis/subresources.kubevirt.io/v1/namespaces/tenant-demo/virtualmachines/vm-instance-";
#[tokio::test]
async fn tenants_have_the_right_on_1_6_only() {
    for release in Release::ALL {
        let api = Api::start(release);
        installed(&api, "a", json!({})).await;
        for (role, later) in [
            (Role::View, 403),
            (Role::Use, 202),
            (Role::Admin, 202),
            (Role::ServiceAccount, 202),
            (Role::Platform, 202),
        ] {
            let mine = api.of(&Subject::new(role, "tenant-demo"));
            let has_right = release >= Release::V1_6 || role == Role::Platform;
            let code = if has_right { later } else { 403 };
            for action in ["restart", "stop", "start"] {
                if code == 403 || action != "start" {
                    until(&api, "a", "Running").await;
                }
                let answer = mine.put(&format!("{MACHINES}a/{action}"), &json!({})).await;
                assert_eq!(answer.code, code, "{release} {role:?} {action}");
                if code == 202 {
                    assert_eq!(answer.text, "");
                }
                if code == 202 && action == "stop" {
                    until(&api, "a", "").await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_missing_permission_names_the_subresource() {
    let api = Api::start(Release::V1_3);
    let body = api
        .put(&format!("{MACHINES}a/restart"), &json!({}))
        .await
        .expect(403);
    assert_eq!(
        body["message"],
        "virtualmachines.subresources.kubevirt.io \"vm-instance-a\" is forbidden: User \
         \"system:serviceaccount:tenant-demo:tenant-demo\" cannot update resource \
         \"virtualmachines/restart\" in API group \"subresources.kubevirt.io\" in the namespace \
         \"tenant-demo\""
    );
}

#[tokio::test]
async fn other_machines_actions_and_methods_are_refused() {
    let api = Api::start(Release::V1_6);
    let restart = format!("{MACHINES}a/restart");
    let body = api.put(&restart, &json!({})).await.expect(404);
    assert_eq!(body["reason"], "NotFound");
    let message = "virtualmachine.kubevirt.io \"vm-instance-a\" not found";
    assert_eq!(body["message"], message);
    installed(&api, "a", json!({})).await;
    assert_eq!(api.put(&restart, &json!({})).await.code, 202);
    let all = api.of_platform();
    all.post(&restart, &json!({})).await.expect(405);
    all.put(&format!("{MACHINES}a/melt"), &json!({}))
        .await
        .expect(404);
    api.put(&format!("{MACHINES}a/pause"), &json!({}))
        .await
        .expect(403);
}

/// Creates a machine and waits until its chart is installed.
async fn installed(api: &Api, name: &str, spec: Value) {
    api.make("vminstances", name, spec).await;
    api.until_ready(&format!("{DEMO}/vminstances/{name}")).await;
}

/// The phase and uid of a machine's pod; empty without one.
async fn pod(api: &Api, name: &str) -> [String; 2] {
    let path = format!(
        "/api/v1/namespaces/tenant-demo/pods?labelSelector=vm.kubevirt.io%2Fname%3Dvm-instance-{name}"
    );
    let list = api.of_platform().get(&path).await.expect(200);
    let pods = list["items"].as_array().cloned().unwrap_or_default();
    assert!(pods.len() < 2, "{pods:?}");
    let pod = pods.into_iter().next().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [text(&pod["status"]["phase"]), text(&pod["metadata"]["uid"])]
}

/// Waits until a machine's pod has a phase, and returns its uid.
async fn until(api: &Api, name: &str, phase: &str) -> String {
    for _ in 0..500 {
        let [now, uid] = pod(api, name).await;
        if now == phase {
            return uid;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the pod of {name} does not become {phase:?}");
}

async fn machines(strategies: &[&str]) -> Api {
    let api = Api::with(Options {
        power_after: Duration::from_millis(60),
        ..quick(Release::V1_6)
    });
    for strategy in strategies {
        let name = strategy.to_lowercase();
        installed(&api, &name, json!({"runStrategy": strategy})).await;
    }
    api
}

#[tokio::test]
async fn what_a_strategy_does_not_permit_is_a_conflict() {
    let api = machines(&["Always", "Halted", "Manual", "RerunOnFailure", "Once"]).await;
    for (name, action, why) in [
        ("always", "start", "VM is already running"),
        ("once", "start", "VM is already running"),
        (
            "once",
            "restart",
            "RunStategy Once does not support manual restart requests",
        ),
        ("halted", "stop", "VM is not running"),
        (
            "halted",
            "restart",
            "RunStategy Halted does not support manual restart requests",
        ),
        ("manual", "stop", "VM is not running"),
        ("manual", "restart", "VM is not running: Halted"),
    ] {
        let path = format!("{MACHINES}{name}/{action}");
        let body = api.put(&path, &json!({})).await.expect(409);
        assert_eq!(body["reason"], "Conflict");
        let message = body["message"].as_str().unwrap_or_default();
        assert_eq!(
            message,
            format!(
                "Operation cannot be fulfilled on virtualmachine.kubevirt.io \"vm-instance-{name}\": {why}"
            )
        );
    }
    for (name, phase) in [("always", "Running"), ("halted", ""), ("manual", "")] {
        assert_eq!(pod(&api, name).await[0], phase, "{name}");
    }
}

#[tokio::test]
async fn a_stop_and_a_start_change_the_machine_and_not_the_application() {
    let api = machines(&["Always", "Manual"]).await;
    let accept = async |name: &str, action: &str| {
        let answer = api
            .put(&format!("{MACHINES}{name}/{action}"), &json!({}))
            .await;
        assert_eq!(answer.code, 202, "{name} {action}: {}", answer.text);
    };
    accept("always", "stop").await;
    until(&api, "always", "").await;
    // It is halted now, so a second stop is a conflict, and a start makes it `Always` again.
    let again = api.put(&format!("{MACHINES}always/stop"), &json!({})).await;
    assert_eq!(again.code, 409);
    let application = format!("{DEMO}/vminstances/always");
    let spec = api.get(&application).await.expect(200);
    assert_ne!(spec["spec"]["runStrategy"], "Halted");
    accept("always", "start").await;
    until(&api, "always", "Pending").await;
    until(&api, "always", "Running").await;
    accept("manual", "start").await;
    until(&api, "manual", "Running").await;
    accept("manual", "stop").await;
    until(&api, "manual", "").await;
}

#[tokio::test]
async fn a_restart_replaces_the_pod() {
    let api = machines(&["Always"]).await;
    let restart = format!("{MACHINES}always/restart");
    let first = until(&api, "always", "Running").await;
    assert_eq!(api.put(&restart, &json!({})).await.code, 202);
    let underway = api.put(&restart, &json!({})).await;
    assert_eq!(underway.code, 500, "{}", underway.text);
    until(&api, "always", "Pending").await;
    let second = until(&api, "always", "Running").await;
    assert_ne!(first, second);
    let later = api.put(&restart, &json!({"gracePeriodSeconds": 5})).await;
    assert_eq!(later.code, 400);
    let forced = api.put(&restart, &json!({"gracePeriodSeconds": 0})).await;
    assert_eq!(forced.code, 202);
    until(&api, "always", "Pending").await;
    assert_ne!(until(&api, "always", "Running").await, second);
}
