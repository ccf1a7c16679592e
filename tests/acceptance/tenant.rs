//! `hikube_tenant`: its namespace, and attributes of single releases.

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release, standin_only};

on_each_release!(
    brings_a_namespace,
    names_the_releases_that_have_an_attribute
);

/// Resources in a tenant are created after it and destroyed before it, in one apply each.
fn brings_a_namespace(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(
        "resource \"hikube_tenant\" \"it\" {\n  name = \"NAME\"\n  resource_quotas = { cpu = 8 }\n}\n\
         resource \"hikube_bucket\" \"inside\" {\n  name = \"inside\"\n  \
         namespace = hikube_tenant.it.status_namespace\n}\n",
    );
    let plan = space.plan();
    plan.knows("hikube_tenant.it", "status_namespace")
        .knows("hikube_bucket.inside", "namespace");
    space.apply_plan().ok().says("2 added");
    let quotas = &platform.api.spec("tenants", &space.name)["resourceQuotas"];
    assert_eq!(*quotas, json!({"cpu": "8"}));
    let namespace = space.state("hikube_tenant.it", "status_namespace");
    assert_eq!(namespace, platform.namespace_of(&space.name));
    assert_eq!(space.state("hikube_bucket.inside", "namespace"), namespace);
    let id = format!("{}/inside", namespace.as_str().expect("a namespace"));
    assert_eq!(space.state("hikube_bucket.inside", "id"), id);
    space.assert_settled();
    // A change of the tenant keeps its namespace, so the bucket is not replaced.
    let text = "resource \"hikube_tenant\" \"it\" {\n  name = \"NAME\"\n  resource_quotas = { cpu = 8 }\n  ingress = true\n}\n\
                resource \"hikube_bucket\" \"inside\" {\n  name = \"inside\"\n  \
                namespace = hikube_tenant.it.status_namespace\n}\n";
    let plan = space.write(text).plan();
    plan.updates("hikube_tenant.it", &["ingress"])
        .touches_only(&["hikube_tenant.it"]);
    space.destroy().ok().says("2 destroyed");
    platform.assert_clean();
}

/// An attribute that the release does not have is an error at plan that names the releases that have it.
fn names_the_releases_that_have_an_attribute(platform: &Platform) {
    let space = Workspace::on(platform);
    let tenant = |switch: &str| {
        format!("resource \"hikube_tenant\" \"it\" {{\n  name = \"NAME\"\n  {switch}\n}}\n")
    };
    let is_old = platform.release == Release::V0_41;
    let is_new = platform.release == Release::V1_6;
    for (switch, is_there, phrase) in [
        (
            "isolated = false",
            is_old,
            "It requires platform 0.41 or earlier",
        ),
        (
            "gateway = true",
            is_new,
            "It requires platform 1.6 or later",
        ),
        (
            "scheduling_class = \"fast\"",
            !is_old,
            "It requires platform 1.3 or later",
        ),
    ] {
        let ran = space.write(&tenant(switch)).try_plan();
        if is_there {
            ran.ok().says("1 to add");
        } else {
            ran.fails().says("Unsupported attribute").says(phrase);
        }
    }
}

/// For a missing namespace, the platform returns the same 403 as for missing permissions.
#[test]
fn is_not_reported_as_unreadable_before_its_namespace_exists() {
    if !standin_only() {
        return;
    }
    for release in Release::ALL {
        let platform = Platform::with(Options {
            platform: release,
            never_ready: vec!["stuck".to_owned()],
            ..Platform::quick()
        });
        let space = Workspace::on(&platform);
        let text = "resource \"hikube_tenant\" \"it\" {\n  name = \"stuck\"\n  \
                    timeouts = { create = \"2s\" }\n}\n";
        let made = space.write(text).apply().ok().says("is not ready after");
        made.omits("Permission denied: cannot read the credentials");
        let read = space.apply_with(&["-refresh-only"]).ok();
        read.omits("Permission denied: cannot read the credentials");
        assert_eq!(space.state("hikube_tenant.it", "status_host"), json!(null));
        // Resources in the tenant are not replaced, whether or not the namespace exists.
        let namespace = space.state("hikube_tenant.it", "status_namespace");
        assert_eq!(namespace, "tenant-demo-stuck");
    }
}
