//! `hikube_kubernetes`: its life on each release, the disk of a node under both its names, and attributes
//! of single releases.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};
use crate::life::Life;

on_each_release!(
    lives,
    sends_disk_size_under_its_name,
    says_what_needs_another_release
);

fn lives(platform: &Platform) {
    let life = Life {
        kind: "hikube_kubernetes",
        plural: "kuberneteses",
        around: "",
        first: "version = \"v1.31\"\n host = \"k.example.org\"\n \
                node_groups = {\n web = { min_replicas = 1, max_replicas = 3, instance_type = \"s1.large\", \
                disk_size = \"50Gi\", roles = [\"ingress-nginx\"] }\n batch = {}\n }\n \
                addons = {\n cert_manager = { enabled = true }\n \
                ingress_nginx = { enabled = true, hosts = [\"b.example.org\", \"a.example.org\"] }\n }\n \
                control_plane = { replicas = 3 }",
        second: "version = \"v1.32\"\n host = \"k.example.org\"\n \
                 node_groups = {\n web = { min_replicas = 2, max_replicas = 3, instance_type = \"\", \
                 disk_size = \"60Gi\", roles = [\"ingress-nginx\"], \
                 resources = { cpu = 2, memory = \"4Gi\" } }\n \
                 gpu = { gpus = [{ name = \"nvidia.com/AD102GL_L40S\" }], disk_size = \"100Gi\" }\n }\n \
                 addons = {\n cert_manager = { enabled = true }\n gpu_operator = { enabled = true }\n \
                 ingress_nginx = { enabled = true, hosts = [\"a.example.org\", \"c.example.org\"], \
                 expose_method = \"LoadBalancer\", values_override = jsonencode({ a = { b = [1, 2.5] } }) }\n }\n \
                 control_plane = { replicas = 3, \
                 api_server = { resources = { cpu = \"2\", memory = \"4Gi\" } } }",
        changes: &[
            "version",
            "node_groups.web.min_replicas",
            "node_groups.web.instance_type",
            "node_groups.web.disk_size",
            "node_groups.web.resources",
            "node_groups.batch",
            "node_groups.gpu",
            "addons.gpu_operator",
            "addons.ingress_nginx.hosts",
            "addons.ingress_nginx.expose_method",
            "addons.ingress_nginx.values_override",
            "control_plane.api_server",
        ],
    };
    let lived = life.live(platform);
    // The platform fills nothing into a group: what it requires is sent.
    let batch = &lived.first["nodeGroups"]["batch"];
    assert_eq!(batch["minReplicas"], 0);
    assert_eq!(batch["maxReplicas"], 10);
    assert_eq!(batch["instanceType"], "u1.medium");
    let overrides = &lived.second["addons"]["ingressNginx"]["valuesOverride"];
    assert_eq!(*overrides, json!({"a": {"b": [1, 2.5]}}));
    let groups = lived.second["nodeGroups"].as_object().expect("groups");
    assert_eq!(groups.keys().collect::<Vec<_>>(), ["gpu", "web"]);
    let shown = lived.effective;
    assert_eq!(shown["node_groups"]["web"]["disk_size"], "60Gi");
    assert_eq!(
        shown["node_groups"]["gpu"]["gpus"][0]["name"],
        "nvidia.com/AD102GL_L40S"
    );
    assert_eq!(shown["storage_class"], "replicated");
    assert_eq!(shown["addons"]["velero"]["enabled"], false);
    assert_eq!(shown["control_plane"]["replicas"], 3);
    assert_eq!(shown["ready"], true);
}

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
    // Left out, the default is sent in its place: the platform requires the field.
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

/// Each is an error of the plan that names the attribute and the release it needs.
fn says_what_needs_another_release(platform: &Platform) {
    let space = Workspace::on(platform);
    let is_new = platform.release == Release::V1_6;
    for (attributes, path) in [
        ("oidc = { mode = \"System\" }", "oidc"),
        ("talos = { version = \"v1.13.5\" }", "talos"),
        (
            "node_health_check = { max_unhealthy = \"30%\" }",
            "node_health_check",
        ),
        (
            "node_groups = { a = { kubelet = { kube_reserved_cpu = \"100m\" } } }",
            "kubelet",
        ),
        (
            "control_plane = { api_server = { extra_args = [\"--v=1\"] } }",
            "extra_args",
        ),
    ] {
        let ran = space.write(&cluster(attributes)).try_plan();
        if is_new {
            ran.ok().says("1 to add");
        } else {
            let ran = ran.fails().says("Unsupported attribute").says(path);
            ran.says("It requires platform 1.6 or later");
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
