//! A failing API and concurrent changes: no object is lost or created twice, and the next apply continues.

use std::thread;
use std::time::{Duration, Instant};

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release, standin_only};

on_each_release!(
    refused_cut_and_lost_requests,
    an_object_with_the_name_exists,
    deleted_outside_of_terraform,
    changed_between_plan_and_apply,
);

/// Requests that are rejected, and connections that are closed before and after the request is served, all in one run.
fn refused_cut_and_lost_requests(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    space.write(
        "resource \"hikube_vm_disk\" \"it\" {\n  count = 20\n  name = \"NAME-${count.index}\"\n  \
         storage = \"10Gi\"\n}\n",
    );
    for faults in [
        "status=503,every=3;lost,every=4;reset,every=5",
        "lost,every=2",
    ] {
        platform.api.faults(faults);
        let ran = space.apply_with(&["-parallelism=10"]);
        platform.api.faults("");
        assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.text);
        ran.omits("panic").omits("already exists").omits("tainted");
        space.apply().ok().says("0 destroyed");
        assert_eq!(
            (
                space.objects(),
                platform.api.names_of("vmdisks", &space.name).len(),
            ),
            (20, 20)
        );
        space.assert_settled();
        // With further faults, the objects are destroyed and created again.
        platform.api.faults("lost,every=3");
        let ran = space.destroy().omits("panic");
        platform.api.faults("");
        if ran.code != Some(0) {
            space.destroy().ok();
        }
        assert_eq!(space.objects(), 0);
        platform.assert_clean();
    }
}

/// The error contains the import block, which imports the object.
fn an_object_with_the_name_exists(platform: &Platform) {
    let space = Workspace::on(platform);
    platform.api.create(
        "vmdisks",
        "VMDisk",
        &space.name,
        &json!({"storage": "10Gi"}),
    );
    let disk = "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n  storage = \"10Gi\"\n}\n";
    let id = format!("{}/{}", platform.api.namespace, space.name);
    let ran = space.write(disk).apply().fails().says("already exists");
    ran.says(&format!(
        "import {{ to = hikube_vm_disk.NAME id = \"{id}\" }}"
    ));
    assert_eq!(space.objects(), 0);
    let import = format!("import {{\n  to = hikube_vm_disk.it\n  id = \"{id}\"\n}}\n");
    space.write(&format!("{disk}  {import}")).plan();
    let ran = space.apply_plan().ok();
    ran.says("1 imported, 0 added, 1 changed, 0 destroyed");
    space.assert_settled();
    space.destroy().ok();
    assert_eq!(platform.api.get("vmdisks", &space.name), None);
}

fn deleted_outside_of_terraform(platform: &Platform) {
    let space = Workspace::on(platform);
    space
        .write("resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n}\n")
        .apply()
        .ok();
    platform.api.delete("vmdisks", &space.name);
    platform.api.wait_until_gone("vmdisks", &space.name);
    space.plan().does("hikube_vm_disk.it", &["create"]);
    space.apply_plan().ok().says("1 added");
    platform.api.delete("vmdisks", &space.name);
    platform.api.wait_until_gone("vmdisks", &space.name);
    space.destroy().ok();
    assert_eq!(space.objects(), 0);
    platform.assert_clean();
}

fn changed_between_plan_and_apply(platform: &Platform) {
    let space = Workspace::on(platform);
    let disk = |fields: &str| {
        format!("resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  {fields}\n}}\n")
    };
    space.write(&disk("storage = \"10Gi\"")).apply().ok();
    space
        .write(&disk("storage = \"20Gi\""))
        .plan()
        .updates("hikube_vm_disk.it", &["storage"]);
    platform.api.edit("vmdisks", &space.name, |object| {
        object["spec"]["optical"] = json!(true)
    });
    let before = platform.api.get("vmdisks", &space.name).expect("the disk");
    let ran = space.apply_plan().fails();
    ran.says("changed after this plan was made")
        .says("`optical` was changed outside of this configuration")
        .says("Nothing was written");
    let after = platform.api.get("vmdisks", &space.name).expect("the disk");
    assert_eq!(after["spec"], before["spec"]);
    // The next plan shows both changes, and the apply corrects them.
    space
        .plan()
        .updates("hikube_vm_disk.it", &["storage", "optical"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Waits until a condition is true, for at most a minute.
#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never was");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A create waits for the deletion of an object with the same name.
#[test]
fn a_terminating_object_with_the_name_is_waited_for() {
    if !standin_only() {
        return;
    }
    for release in Release::ALL {
        let delete_after = Duration::from_secs(3);
        let options = Options {
            platform: release,
            delete_after,
            ..Platform::quick()
        };
        let platform = Platform::with(options);
        let space = Workspace::on(&platform);
        platform.api.create(
            "vmdisks",
            "VMDisk",
            &space.name,
            &json!({"storage": "10Gi"}),
        );
        wait_until(|| {
            let object = platform.api.get("vmdisks", &space.name).unwrap_or_default();
            let conditions = object["status"]["conditions"].as_array().cloned();
            let mut conditions = conditions.unwrap_or_default().into_iter();
            conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
        });
        platform.api.delete("vmdisks", &space.name);
        let disk =
            "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n  storage = \"20Gi\"\n}\n";
        // The new object is created only after that: it has its own size.
        space.write(disk).apply().ok().says("1 added");
        assert_eq!(platform.api.spec("vmdisks", &space.name)["storage"], "20Gi");
        space.destroy().ok();
        platform.assert_clean();
    }
}

/// A timeout is a warning with the platform's message, and the next apply continues to wait.
#[test]
fn what_is_never_ready_is_kept() {
    if !standin_only() {
        return;
    }
    let never_ready = vec!["stuck".to_owned()];
    let platform = Platform::with(Options {
        never_ready,
        ..Platform::quick()
    });
    let space = Workspace::named(&platform, "stuck");
    let disk = "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n  \
                timeouts = { create = \"2s\", update = \"2s\" }\n}\n";
    let ran = space
        .write(disk)
        .apply()
        .ok()
        .says("is not ready after")
        .says("1 added");
    // Without `timeouts` it would exceed the timeout of a run.
    ran.says("timed out waiting for the condition");
    let address = "hikube_vm_disk.it";
    assert_eq!(space.state(address, "ready"), false);
    space
        .plan()
        .updates(address, &[])
        .will_learn(address, "ready");
    space
        .apply_plan()
        .ok()
        .says("is not ready after")
        .says("0 added, 1 changed");
    assert_eq!(
        platform.api.stats()["requests"]["update"],
        json!(null),
        "it wrote"
    );
    // Without waiting, the plan is empty.
    space.write(
        "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n  wait_for = \"none\"\n}\n",
    );
    space.apply().ok().omits("is not ready after");
    space.assert_settled();
    space.destroy().ok();
    assert_eq!(platform.api.get("vmdisks", "stuck"), None);
}

/// An interrupt ends a wait immediately, and the created object is in the state.
#[test]
fn an_interrupt_ends_a_wait() {
    if !standin_only() {
        return;
    }
    let ready_after = Duration::from_secs(90);
    let platform = Platform::with(Options {
        ready_after,
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    space.write("resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n}\n");
    // The kind is watched only while an apply waits for a new object.
    let run = space
        .start_apply()
        .until(|| platform.api.requests("watch", "vmdisks") > 0);
    run.interrupt();
    let ran = run.wait();
    let ran = ran.omits("panic").omits("tainted");
    ran.says("Interrupted while waiting for");
    assert_eq!(space.state("hikube_vm_disk.it", "ready"), false);
    let id = format!("{}/{}", platform.api.namespace, space.name);
    assert_eq!(space.state("hikube_vm_disk.it", "id"), id);
    space.destroy().ok();
    assert_eq!(platform.api.get("vmdisks", &space.name), None);
}
