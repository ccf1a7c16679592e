//! `hikube_kubernetes`: both names of a node's disk, and attributes of single releases.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    sends_disk_size_under_its_name,
    names_the_release_that_an_attribute_requires
);

fn cluster(attributes: &str) -> String {
    format!("resource \"hikube_kubernetes\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

/// `ephemeralStorage` on 0.41 and 1.3, `diskSize` on 1.6: one attribute.
fn sends_disk_size_under_its_name(platform: &Platform) {
    let space = Workspace::on(platform);
    let (name, other) = match platform.release {
        Release::V1_6 => ("diskSize", "ephemeralStorage"),
        _ => ("ephemeralStorage", "diskSize"),
    };
    let group = |size: &str| cluster(&format!("node_groups = {{ a = {{ {size} }} }}"));
    space.write(&group("disk_size = \"30Gi\"")).apply().ok();
    let stored = || platform.api.spec("kuberneteses", &space.name)["nodeGroups"]["a"].clone();
    assert_eq!(
        (&stored()[name], stored().get(other)),
        (&json!("30Gi"), None)
    );
    // The platform sets no defaults in a node group, so required fields are sent.
    let sent = stored();
    assert_eq!(sent["minReplicas"], 0);
    assert_eq!(sent["maxReplicas"], 10);
    assert_eq!(sent["instanceType"], "u1.medium");
    space.assert_settled();
    let path = "node_groups.a.disk_size";
    let address = "hikube_kubernetes.it";
    space
        .write(&group("disk_size = \"40Gi\""))
        .plan()
        .updates(address, &[path]);
    space.apply_plan().ok();
    assert_eq!(
        (&stored()[name], stored().get(other)),
        (&json!("40Gi"), None)
    );
    space.assert_settled();
    // If it is unset, the default is sent, because the platform requires the field.
    space.write(&group("")).plan().updates(address, &[path]);
    space.apply_plan().ok();
    assert_eq!(
        (&stored()[name], stored().get(other)),
        (&json!("20Gi"), None)
    );
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Each is an error at plan that names the attribute and the required release.
fn names_the_release_that_an_attribute_requires(platform: &Platform) {
    let space = Workspace::on(platform);
    let is_new = platform.release == Release::V1_6;
    let (newer, only) = ("platform 1.6 or later", "platform 1.6");
    for (attributes, path, requirement) in [
        ("oidc = { mode = \"System\" }", "oidc", newer),
        ("talos = { version = \"v1.13.5\" }", "talos", newer),
        (
            "node_health_check = { max_unhealthy = \"30%\" }",
            "node_health_check",
            only,
        ),
        (
            "node_groups = { a = { kubelet = { kube_reserved_cpu = \"100m\" } } }",
            "kubelet",
            only,
        ),
        (
            "control_plane = { api_server = { extra_args = [\"--v=1\"] } }",
            "extra_args",
            newer,
        ),
    ] {
        let ran = space.write(&cluster(attributes)).try_plan();
        if is_new {
            ran.ok().says("1 to add");
        } else {
            let ran = ran.fails().says("Unsupported attribute").says(path);
            ran.says(&format!("It requires {requirement}."));
        }
    }
    let ran = space.write(&cluster("version = \"v1.28\"")).try_plan();
    if platform.release == Release::V0_41 {
        ran.ok();
    } else {
        ran.fails()
            .says("Unsupported value for")
            .says("`version` does not support `v1.28`");
    }
}
