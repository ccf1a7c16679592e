//! Start, stop and restart of virtual machines.
use crate::client::{Api, named};
use hikube_standin::{Release, Role, Subject};
use serde_json::json;

const MACHINES: &str =
    "/apis/subresources.kubevirt.io/v1/namespaces/tenant-demo/virtualmachines/vm-instance-";
const ACTIONS: [&str; 3] = ["start", "stop", "restart"];

#[tokio::test]
async fn tenants_have_the_right_on_1_6_only() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.post("vminstances", &named("a", json!({})))
            .await
            .expect(201);
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
            for action in ACTIONS {
                let answer = mine.put(&format!("{MACHINES}a/{action}"), &json!({})).await;
                assert_eq!(answer.code, code, "{release} {role:?} {action}");
                if code == 202 {
                    assert_eq!(answer.text, "");
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
    api.make("vminstances", "a", json!({})).await;
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
