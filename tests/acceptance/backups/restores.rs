//! `hikube_restore`: run once, and never again without a change of the configuration.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use hikube_standin::Release;
use serde_json::json;

use super::{DISK, backup, on_each_release_with_backups};
use crate::harness::{Platform, Workspace, on_release};

on_each_release_with_backups!(
    runs_once,
    a_vanished_restore_is_not_run_again,
    a_failed_restore_is_an_error,
);

mod a_restore_in_place_is_no_drift {
    use super::on_release;

    on_release!(a_restore_in_place_is_no_drift, on_1_6, V1_6);
    on_release!(a_restore_in_place_is_no_drift, on_main, Main);
}

mod the_example_restores_into_a_copy {
    use super::on_release;

    on_release!(the_example_restores_into_a_copy, on_1_6, V1_6);
    on_release!(the_example_restores_into_a_copy, on_main, Main);
}

const IT: &str = "hikube_restore.it";

fn restore(attributes: &str) -> String {
    format!(
        "resource \"hikube_restore\" \"it\" {{\n  name = \"NAME\"\n  \
         backup = {{ name = hikube_backup.it.backup_name }}\n  {attributes}\n}}\n"
    )
}

fn disk_with(attributes: &str) -> String {
    format!("{DISK}{}{}", backup("a"), restore(attributes))
}

fn runs_once(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&disk_with("")).apply().ok();
    assert_eq!(space.state(IT, "ready"), true);
    assert!(space.state(IT, "completed_at").is_string());
    space.assert_settled();
    // Labels are changed in place, everything else restores again.
    let labelled = disk_with("labels = { team = \"shop\" }");
    space.write(&labelled).plan().updates(IT, &["labels"]);
    space.apply_plan().ok();
    let target = disk_with("target = { kind = \"VMDisk\", name = hikube_vm_disk.it.name }");
    space.write(&target).plan().replaces(IT);
    if platform.release > Release::V1_1 {
        let options = disk_with("options = { keep_original_pvc = false }");
        space.write(&options).plan().replaces(IT);
        space.apply_plan().ok();
        let stored = platform.api.spec("restorejobs", &space.name);
        assert_eq!(stored["options"], json!({"keepOriginalPVC": false}));
        space.assert_settled();
    }
    // The protection of the provider is for data, and a restore has none.
    let alone = format!("{DISK}{}", backup("a"));
    let provider = format!(
        "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n  deletion_protection = true\n}}\n",
        space.path("kubeconfig").display()
    );
    space.write_with(&provider, &alone).apply().ok();
    assert!(platform.api.get("restorejobs", &space.name).is_none());
    assert!(platform.api.get("vmdisks", &space.name).is_some());
    space.write(&alone).destroy().ok();
    platform.assert_clean();
}

fn a_vanished_restore_is_not_run_again(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&disk_with("")).apply().ok();
    platform.api.delete("restorejobs", &space.name);
    space.assert_settled();
    // It can still be changed and destroyed.
    let labelled = disk_with("labels = { team = \"shop\" }");
    space.write(&labelled).apply().ok();
    space.assert_settled();
    assert!(platform.api.get("restorejobs", &space.name).is_none());
    space.destroy().ok();
    platform.assert_clean();
}

/// A restore that failed, and then vanished, is run again only with a warning.
fn a_failed_restore_is_an_error(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = restore("").replace("hikube_backup.it.backup_name", "\"missing\"");
    let ran = space.write(&text).apply().fails();
    ran.says("failed to get Backup").says("tainted");
    space.plan().replaces(IT);
    platform.api.delete("restorejobs", &space.name);
    let ran = space.try_plan().ok();
    ran.says("not known to have succeeded").says("1 to add");
    space.write("").apply().ok();
    assert_eq!(space.objects(), 0);
    platform.assert_clean();
}

fn postgres(attributes: &str) -> String {
    format!(
        "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n\
         resource \"hikube_backup\" \"it\" {{\n  name = \"NAME\"\n  backup_class = \"cozy-default\"\n  \
         application = {{ kind = \"Postgres\", name = hikube_postgres.it.name }}\n}}\n"
    )
}

/// The platform sets `bootstrap` of the database. The plan stays empty, and updates keep it.
fn a_restore_in_place_is_no_drift(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = |attributes: &str| format!("{}{}", postgres(attributes), restore(""));
    space.write(&text("")).apply().ok();
    let bootstrap = || platform.api.spec("postgreses", &space.name)["bootstrap"].clone();
    let restored = bootstrap();
    assert_eq!(restored["enabled"], true, "{restored}");
    space.assert_settled();
    assert_eq!(space.state("hikube_postgres.it", "bootstrap"), json!(null));
    let plan = space.write(&text("replicas = 3")).plan();
    plan.updates("hikube_postgres.it", &["replicas"]);
    space.apply_plan().ok();
    assert_eq!(bootstrap(), restored);
    space.assert_settled();
    // What the configuration sets is managed.
    let own = "replicas = 3\n  bootstrap = { enabled = false }";
    space.write(&text(own)).apply().ok();
    assert_eq!(bootstrap()["enabled"], false);
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["bootstrap"]["enabled"] = json!(true);
    });
    let plan = space.plan();
    plan.updates("hikube_postgres.it", &["bootstrap.enabled"]);
    space.destroy().ok();
    platform.assert_clean();
}

/// The example of the page, with a backup of this platform.
fn the_example_restores_into_a_copy(platform: &Platform) {
    let space = Workspace::on(platform);
    let path = "examples/resources/hikube_restore/resource-copy.tf";
    let example = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let example = example.expect("the example");
    let example = example
        .replace("\"shop-2026-03-01\"", "hikube_backup.it.backup_name")
        .replace("shop-copy", "NAME-copy");
    space
        .write(&format!("{}{example}", postgres("")))
        .apply()
        .ok();
    let copy = format!("{}-copy", space.name);
    let bootstrap = &platform.api.spec("postgreses", &copy)["bootstrap"];
    assert_eq!(bootstrap["oldName"], format!("postgres-{}", space.name));
    space.assert_settled();
    // A new backup of the original changes nothing.
    let job = json!({
        "applicationRef": {"kind": "Postgres", "name": space.name},
        "backupClassName": "cozy-default",
    });
    let newer = format!("{}-newer", space.name);
    platform.api.create("backupjobs", "BackupJob", &newer, &job);
    thread::sleep(Duration::from_millis(500));
    assert!(platform.api.get("backups", &newer).is_some());
    space.assert_settled();
    platform.api.delete("backupjobs", &newer);
    space.destroy().ok();
    platform.assert_clean();
}
