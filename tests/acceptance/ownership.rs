//! Only the object in the state is changed or deleted, only planned values are written, and an object is gone only if
//! the API states it.

use std::fs;
use std::thread;
use std::time::Duration;

use hikube_standin::Release;
use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, block, on_each_release, standin_only};

on_each_release!(
    ignore_changes_survives_an_unrelated_update,
    another_object_of_the_same_name_is_not_touched,
    a_change_while_the_platform_works_is_waited_for,
    a_name_that_becomes_free_is_taken,
    what_was_in_a_deleted_tenant_is_gone,
);

/// Planned values can differ from configured ones, and the planned ones are written.
fn ignore_changes_survives_an_unrelated_update(platform: &Platform) {
    let space = Workspace::on(platform);
    let database = |size: &str| {
        format!(
            "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  size = \"{size}\"\n  replicas = 2\n  \
             users = {{ app = {{}} }}\n  databases = {{ shop = {{ roles = {{ admin = [\"app\"] }} }} }}\n  \
             lifecycle {{\n    ignore_changes = [replicas, databases, users]\n  }}\n}}\n"
        )
    };
    space.write(&database("10Gi")).apply().ok();
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["replicas"] = json!(3);
        object["spec"]["users"]["other"] = json!({});
        object["spec"]["databases"]["crm"] = json!({"roles": {}});
    });
    space.assert_settled();
    space
        .write(&database("20Gi"))
        .apply()
        .ok()
        .says("1 changed");
    let spec = platform.api.spec("postgreses", &space.name);
    assert_eq!(spec["size"], "20Gi");
    assert_eq!(spec["replicas"], 3);
    for (map, key) in [
        ("users", "other"),
        ("databases", "crm"),
        ("databases", "shop"),
    ] {
        assert!(
            spec[map].get(key).is_some(),
            "{map}.{key} was dropped: {spec}"
        );
    }
    assert_eq!(space.state("hikube_postgres.it", "replicas"), 3);
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Deletes the object and creates another one with its name.
fn another_object_of_the_same_name_is_not_touched(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&block("vm_disk", "")).apply().ok();
    let planned = ["plan", "-destroy", "-out=kept", "-input=false", "-no-color"];
    space.run(&planned).ok();
    platform.api.delete("vmdisks", &space.name);
    platform.api.wait_until_gone("vmdisks", &space.name);
    let theirs = json!({"storage": "7Gi"});
    platform
        .api
        .create("vmdisks", "VMDisk", &space.name, &theirs);
    let object = platform.api.get("vmdisks", &space.name);
    let message = format!(
        "{}/{} is not the object in the state",
        platform.api.namespace, space.name
    );
    space.try_plan().fails().says(&message);
    space.destroy().fails().says(&message);
    let kept = ["apply", "-input=false", "-no-color", "kept"];
    space.run(&kept).fails().says(&message);
    space.write(&block("vm_disk", "optical = true"));
    let ran = space.apply_with(&["-refresh=false"]).fails();
    ran.says(&message).says("terraform state rm");
    let uid = |object: &Option<Value>| object.as_ref().expect("it")["metadata"]["uid"].clone();
    let now = platform.api.get("vmdisks", &space.name);
    assert_eq!(uid(&now), uid(&object));
    assert_eq!(now.expect("it")["spec"]["storage"], "7Gi");
    assert_eq!(space.objects(), 1);
    // The parts of the message.
    space.run(&["state", "rm", "hikube_vm_disk.it"]).ok();
    let import = format!(
        "import {{\n  to = hikube_vm_disk.it\n  id = \"{}/NAME\"\n}}\n",
        platform.api.namespace
    );
    let taken_over = format!("{}{import}", block("vm_disk", "storage = \"7Gi\""));
    space.write(&taken_over).apply().ok().says("1 imported");
    space.destroy().ok();
    platform.assert_clean();
}

/// The controller is still installing the new object when it is changed, and first reports the end of that. The apply
/// must not end then, and no DELETE may be sent while the object has no finalizer.
fn a_change_while_the_platform_works_is_waited_for(platform: &Platform) {
    let Some(platform) = platform.altered(|options| {
        options.ready_after = Duration::from_millis(1500);
        options.serial = Some(Duration::from_millis(300));
    }) else {
        return;
    };
    let space = Workspace::on(&platform);
    let blocks = |wait: &str, replicas: u8| -> String {
        let one = |n: u8| {
            format!(
                "resource \"hikube_postgres\" \"d{n}\" {{\n  name = \"NAME-{n}\"\n  replicas = {replicas}\n  \
                 wait_for = \"{wait}\"\n}}\n"
            )
        };
        (0..4).map(one).collect()
    };
    space.write(&blocks("none", 2)).apply().ok();
    space
        .write(&blocks("none", 3))
        .apply()
        .ok()
        .says("4 changed");
    space.destroy().ok().says("4 destroyed");
    platform.assert_clean();
    // The same with an apply that waits.
    space.write(&blocks("none", 2)).apply().ok();
    space
        .write(&blocks("workloads", 3))
        .apply()
        .ok()
        .says("4 changed");
    let mut ready = Vec::new();
    for n in 0..4 {
        let name = format!("{}-{n}", space.name);
        let object = platform.api.get("postgreses", &name).expect("the object");
        ready.push(object["metadata"]["resourceVersion"].clone());
    }
    // There was no pending write.
    thread::sleep(Duration::from_secs(2));
    for (n, version) in ready.iter().enumerate() {
        let name = format!("{}-{n}", space.name);
        let object = platform.api.get("postgreses", &name).expect("the object");
        assert_eq!(object["metadata"]["resourceVersion"], *version, "{object}");
    }
    space.destroy().ok();
    platform.assert_clean();
}

/// The existing object of a failed create is gone when it is read.
fn a_name_that_becomes_free_is_taken(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    platform.api.faults("exists,verb=POST,path=vmdisks,times=2");
    space
        .write(&block("vm_disk", ""))
        .apply()
        .ok()
        .says("1 added");
    platform.api.faults("");
    space.destroy().ok();
    platform.assert_clean();
}

/// The permissions in a namespace are deleted with its tenant: requests then return 403, and the objects are gone.
fn what_was_in_a_deleted_tenant_is_gone(platform: &Platform) {
    let space = Workspace::on(platform);
    let name = space.name.replace('-', "");
    space.write(&format!(
        "resource \"hikube_tenant\" \"it\" {{\n  name = \"{name}\"\n}}\n\
         resource \"hikube_vm_disk\" \"it\" {{\n  name = \"data\"\n  \
         namespace = hikube_tenant.it.status_namespace\n}}\n"
    ));
    space.apply().ok();
    platform.api.delete("tenants", &name);
    platform.api.wait_until_gone("tenants", &name);
    let planned = space.plan();
    planned.touches_only(&["hikube_tenant.it", "hikube_vm_disk.it"]);
    space.apply_plan().ok().says("2 added");
    space.assert_settled();
    platform.api.delete("tenants", &name);
    platform.api.wait_until_gone("tenants", &name);
    space
        .run(&["destroy", "-auto-approve", "-refresh=false", "-no-color"])
        .ok();
    platform.assert_clean();
}

/// A server without this API, or without this kind, does not show whether an object exists.
#[test]
fn a_404_that_names_no_object_keeps_the_state() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Platform::quick());
    let others = [
        Platform::with(hikube_standin::Options {
            no_apps: true,
            ..Platform::quick()
        }),
        Platform::with(hikube_standin::Options {
            without_kinds: vec!["VMDisk".to_owned()],
            ..Platform::quick()
        }),
    ];
    let space = Workspace::on(&platform);
    let disk = block("vm_disk", "");
    space.write(&disk).apply().ok();
    let state = space.state_file();
    for other in &others {
        fs::write(space.path("kubeconfig"), &other.kubeconfig).expect("a kubeconfig");
        let message = "does not serve this kind";
        space.try_plan().fails().says(message);
        space.destroy().fails().says(message);
        space
            .run(&["apply", "-refresh-only", "-auto-approve", "-no-color"])
            .fails();
        assert_eq!(space.state_file()["resources"], state["resources"]);
        // A plan there is an error, because the object could not be created.
        let fresh = Workspace::on(other);
        fresh.write(&disk).try_plan().fails().says(message);
    }
    fs::write(space.path("kubeconfig"), &platform.kubeconfig).expect("a kubeconfig");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// On 0.41, a virtual machine has `running` instead of `runStrategy` of later releases, which is stored and ignored.
/// Terraform plans again before an apply, so the names in an earlier plan are not available.
#[test]
fn a_renamed_field_is_not_guessed() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(hikube_standin::Options {
        platform: Release::V0_41,
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    let machine = |strategy: &str| block("vm", &format!("run_strategy = \"{strategy}\""));
    space.write(&machine("Halted")).try_plan().ok();
    platform.api.faults("status=403,path=/openapi");
    let writes = platform.api.writes();
    let ran = space.apply_plan().fails();
    ran.says("Nothing was sent").says("`run_strategy`");
    assert_eq!(platform.api.writes(), writes);
    platform.api.faults("");
    space.apply().ok();
    // The stored object shows the name as well.
    platform.api.faults("status=403,path=/openapi");
    let ran = space.write(&machine("Always")).apply().ok();
    ran.says("Warning: Plan not checked against the platform")
        .says("the platform may still refuse it");
    let spec = platform.api.spec("vminstances", &space.name);
    assert_eq!(spec["running"], true);
    assert_eq!(spec.get("runStrategy"), None, "{spec}");
    space.destroy().ok();
    platform.assert_clean();
}
