//! The modules of a tenant, which the platform creates and a resource adopts.

use crate::harness::{Platform, Workspace, on_each_release};
use serde_json::json;

on_each_release!(is_taken_over_and_left);

mod on_one_release {
    crate::harness::on_release!(is_missing_without_its_switch, missing, V1_6);
    crate::harness::on_release!(reports_the_hosts_of_a_tenant, tenant_info, V1_6);
}

const TENANT: &str = "resource \"hikube_tenant\" \"it\" {\n  name = \"NAME\"\n  etcd = true\n  ingress = true\n  \
                      monitoring = true\n  seaweedfs = true\n}\n";

/// The modules, each with a field that changes.
const MODULES: [(&str, &str, &str); 4] = [
    ("etcd", "etcds", "size = \"10Gi\""),
    ("ingress", "ingresses", "replicas = 3"),
    (
        "monitoring",
        "monitorings",
        "host = \"grafana.example.com\"",
    ),
    ("seaweedfs", "seaweedfses", "volume = { size = \"20Gi\" }"),
];

fn blocks(field: impl Fn(&str) -> String) -> String {
    let blocks = MODULES.map(|(kind, _, changed)| {
        let field = field(changed);
        format!(
            "resource \"hikube_{kind}\" \"it\" {{\n  namespace = hikube_tenant.it.status_namespace\n  {field}\n}}\n"
        )
    });
    blocks.concat()
}

/// A tenant with all modules, each with a setting.
pub(crate) fn configuration() -> String {
    format!("{TENANT}{}", blocks(str::to_owned))
}

fn is_taken_over_and_left(platform: &Platform) {
    let space = Workspace::on(platform);
    let least = format!("{TENANT}{}", blocks(|_| String::new()));
    space.write(&least).apply().ok().says("5 added");
    space.assert_settled();
    let namespace = space.state("hikube_tenant.it", "status_namespace");
    let namespace = namespace.as_str().expect("a namespace");
    for (kind, ..) in MODULES {
        let address = format!("hikube_{kind}.it");
        assert_eq!(space.state(&address, "id"), format!("{namespace}/{kind}"));
        assert_eq!(space.state(&address, "name"), kind);
        assert_eq!(space.state(&address, "ready"), true);
    }

    let full = format!("{TENANT}{}", blocks(str::to_owned));
    space.write(&full).apply().ok().says("4 changed");
    space.assert_settled();
    let stored = |plural: &str, kind: &str| platform.api.get_in(namespace, plural, kind);
    assert_eq!(
        stored("etcds", "etcd").expect("the etcd")["spec"]["size"],
        "10Gi"
    );

    // Another workspace imports them by their IDs.
    let imports = MODULES.map(|(kind, ..)| {
        format!("import {{\n  to = hikube_{kind}.it\n  id = \"{namespace}/{kind}\"\n}}\n")
    });
    let theirs = Workspace::named(platform, space.name.clone());
    let given = blocks(str::to_owned).replace(
        "hikube_tenant.it.status_namespace",
        &format!("\"{namespace}\""),
    );
    let imported = theirs
        .write(&format!("{given}{}", imports.concat()))
        .apply()
        .ok();
    imported.says("4 imported, 0 added, 0 changed, 0 destroyed");
    theirs.assert_settled();

    // A destroy removes them only from the state, with a warning.
    let plan = theirs.write("").apply().ok();
    plan.says("will be kept").says("set `etcd = false` on the");
    for (kind, plural, _) in MODULES {
        assert!(stored(plural, kind).is_some(), "{kind}");
    }
    assert_eq!(
        stored("ingresses", "ingress").expect("it")["spec"]["replicas"],
        json!(3)
    );
    space.destroy().ok();
    platform.assert_clean();
}

fn is_missing_without_its_switch(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = "resource \"hikube_etcd\" \"it\" {\n  timeouts = { create = \"2s\" }\n}\n";
    let ran = space.write(text).apply();
    ran.fails().says("No etcd in").says("`etcd = true`");
    platform.assert_clean();
}

fn reports_the_hosts_of_a_tenant(platform: &Platform) {
    let space = Workspace::on(platform);
    platform.api.create("infos", "Info", "info", &json!({}));
    let text = "data \"hikube_tenant_info\" \"it\" {}\n";
    space.write(text).apply().ok();
    let shown = space.instance("data.hikube_tenant_info.it")["attributes"].clone();
    for name in ["kubeconfig", "token", "ca_certificate"] {
        assert!(shown[name].is_string(), "{name}: {shown}");
    }
    platform.api.delete("infos", "info");
    platform.api.wait_until_gone("infos", "info");
    platform.assert_clean();
}
