//! A destroy ends when the object is gone, and leaves no workloads, on any release, after any last write by any client.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::harness::{Api, Platform, Workspace, block, on_each_release, standin_only};

on_each_release!(
    right_after_a_change_of_labels_leaves_nothing_running,
    of_a_mislabelled_object_repairs_it,
    waits_for_what_follows_by_itself,
);

/// The platform does not process a change of labels for minutes. Until then the object has no finalizer and would be
/// removed without being uninstalled.
fn right_after_a_change_of_labels_leaves_nothing_running(platform: &Platform) {
    let space = Workspace::on(platform);
    // Including kinds with an empty spec: only an unknown field can be changed.
    let kinds = ["bucket", "tenant", "vm_disk", "postgres"];
    let labelled = |team: &str| {
        let label = format!("labels = {{ team = \"{team}\" }}");
        kinds.map(|kind| block(kind, &label)).concat()
    };
    space.write(&labelled("a")).apply().ok();
    space.write(&labelled("b")).apply().ok().says("4 changed");
    let ran = space.destroy().ok().says("4 destroyed");
    ran.omits("are still running");
    platform.assert_clean();
}

/// Concurrent writes without labels mislabel the objects: DELETE then returns 404 although GET returns the object
/// (measured).
fn of_a_mislabelled_object_repairs_it(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    // The writes may not overlap.
    let damaged = (0..20).find_map(|round| {
        let names = ["a", "b"].map(|one| format!("{}-{round}{one}", space.name));
        write_at_once(platform, &names);
        let is_damaged = |name: &String| !platform.api.can_delete("vmdisks", name);
        names.iter().any(is_damaged).then_some(names)
    });
    let names = damaged.expect("nothing was mislabelled");
    let left: Vec<&String> = names
        .iter()
        .filter(|name| platform.api.get("vmdisks", name).is_some())
        .collect();
    let blocks = left.iter().enumerate().map(|(index, name)| {
        format!(
            "resource \"hikube_vm_disk\" \"d{index}\" {{\n  name = \"{name}\"\n}}\n\
             import {{\n  to = hikube_vm_disk.d{index}\n  id = \"{name}\"\n}}\n"
        )
    });
    space.write(&blocks.collect::<String>()).apply().ok();
    space.destroy().ok();
    for name in &names {
        platform.api.wait_until_gone("vmdisks", name);
    }
}

/// Creates objects without labels concurrently.
fn write_at_once(platform: &Platform, names: &[String; 2]) {
    let start = Barrier::new(names.len());
    thread::scope(|scope| {
        for name in names {
            let (kubeconfig, start) = (&platform.kubeconfig, &start);
            scope.spawn(move || {
                let api = Api::new(kubeconfig, Duration::from_millis(100));
                // The connection is opened before.
                api.list("vmdisks");
                start.wait();
                api.create_bare("vmdisks", "VMDisk", name);
            });
        }
    });
}

/// Storage that is released shortly after does not cause a warning.
fn waits_for_what_follows_by_itself(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    space.write(&block("postgres", "")).apply().ok();
    platform.api.leave(&format!("{}=1", space.name));
    space.destroy().ok().omits("are still running");
    platform.assert_clean();
}

/// Orphaned workloads are named in a warning.
#[test]
fn names_what_is_left() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Platform::quick());
    let space = Workspace::on(&platform);
    space.write(&block("postgres", "")).apply().ok();
    platform.api.leave(&space.name);
    let ran = space.destroy().ok().says("are still running");
    let left = platform.api.stats()["left"][0].clone();
    let left = left.as_str().expect("a workload");
    ran.says(&format!(
        "Workloads of PostgreSQL database tenant-demo/{} are still running",
        space.name
    ))
    .says(left)
    .says("contact the support of the platform");
    assert_eq!(space.objects(), 0);
}

/// After a timeout the object is still in the state, and the next destroy continues.
#[test]
fn continues_after_a_timeout() {
    if !standin_only() {
        return;
    }
    for release in [Release::V0_41, Release::V1_6] {
        let platform = Platform::with(Options {
            platform: release,
            delete_after: Duration::from_secs(4),
            ..Platform::quick()
        });
        let space = Workspace::on(&platform);
        let disk = block("vm_disk", "timeouts = { delete = \"1s\" }");
        space.write(&disk).apply().ok();
        let ran = space.destroy().fails().says("Deletion timed out");
        ran.says("raise `timeouts.delete`");
        assert_eq!(space.state("hikube_vm_disk.it", "name"), json!(space.name));
        platform.api.wait_until_gone("vmdisks", &space.name);
        space.destroy().ok();
        assert_eq!(space.objects(), 0);
        platform.assert_clean();
    }
}
