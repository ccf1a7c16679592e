//! `hikube_backup`, `hikube_restore`, and the data sources of backups, on the releases that have them.

mod restores;

use hikube_standin::Release;
use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, on_release};

/// Makes each function a test on each release with backups.
macro_rules! on_each_release_with_backups {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            $crate::harness::on_release!($name, on_1_1, V1_1);
            $crate::harness::on_release!($name, on_1_3, V1_3);
            $crate::harness::on_release!($name, on_1_6, V1_6);
            $crate::harness::on_release!($name, on_main, Main);
        }
    )+};
}

pub(crate) use on_each_release_with_backups;

on_each_release_with_backups!(
    is_taken_shown_and_replaced,
    a_class_without_a_strategy_is_a_plan_error,
    a_failed_backup_is_an_error_and_taken_again,
);

mod is_not_taken_again_as_long_as_it_is_stored {
    use super::on_release;

    on_release!(is_not_taken_again_as_long_as_it_is_stored, on_1_3, V1_3);
    on_release!(is_not_taken_again_as_long_as_it_is_stored, on_1_6, V1_6);
}

mod what_to_use_instead_is_said_where_there_are_no_backups {
    use super::on_release;

    on_release!(
        what_to_use_instead_is_said_where_there_are_no_backups,
        on_0_41,
        V0_41
    );
}

pub(crate) const DISK: &str = "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n}\n";

/// A backup of the disk with this suffix in its name.
pub(crate) fn backup(suffix: &str) -> String {
    format!(
        "resource \"hikube_backup\" \"it\" {{\n  name = \"NAME-{suffix}\"\n  backup_class = \"daily\"\n  \
         application = {{ kind = \"VMDisk\", name = hikube_vm_disk.it.name }}\n}}\n"
    )
}

fn is_taken_shown_and_replaced(platform: &Platform) {
    let space = Workspace::on(platform);
    let data = "data \"hikube_backups\" \"it\" {\n  application = { kind = \"VMDisk\", name = \"NAME\" }\n  \
                depends_on = [hikube_backup.it]\n}\n\
                data \"hikube_backups\" \"other\" {\n  application = { kind = \"VMDisk\", name = \"NAME-other\" }\n  \
                depends_on = [hikube_backup.it]\n}\n\
                data \"hikube_backup_classes\" \"disks\" {\n  kind = \"VMDisk\"\n}\n\
                data \"hikube_backup_classes\" \"none\" {\n  kind = \"Kafka\"\n}\n";
    let text = |suffix: &str| format!("{DISK}{}{data}", backup(suffix));
    space.write(&text("a")).apply().ok();
    let it = "hikube_backup.it";
    let first = format!("{}-a", space.name);
    assert_eq!(space.state(it, "backup_name"), json!(first));
    assert_eq!(space.state(it, "ready"), true);
    assert!(space.state(it, "taken_at").is_string());
    assert_eq!(space.state(it, "size_bytes"), Value::Null);
    space.assert_settled();

    // Times are to the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let plan = space.write(&text("b")).plan();
    plan.replaces(it);
    space.apply_plan().ok();
    let second = format!("{}-b", space.name);
    let shown = space.instance("data.hikube_backups.it")["attributes"]["backups"].clone();
    let names = |list: &Value, of: &str| {
        let items = list.as_array().cloned().unwrap_or_default();
        items.iter().map(|one| one[of].clone()).collect::<Vec<_>>()
    };
    // Up to 1.2 a backup goes with its job.
    let is_kept = platform.release > Release::V1_1;
    let expected = if is_kept {
        vec![json!(second), json!(first)]
    } else {
        vec![json!(second)]
    };
    assert_eq!(names(&shown, "name"), expected);
    assert_eq!(shown[0]["application"]["api_group"], "apps.cozystack.io");
    assert_eq!(shown[0]["phase"], "Ready");
    let other = space.instance("data.hikube_backups.other");
    assert_eq!(other["attributes"]["backups"], json!([]));
    let disks = space.instance("data.hikube_backup_classes.disks")["attributes"]["classes"].clone();
    assert!(names(&disks, "name").contains(&json!("daily")), "{disks}");
    let none = space.instance("data.hikube_backup_classes.none");
    assert_eq!(none["attributes"]["classes"], json!([]));

    // A name is not used twice as long as its backup is stored.
    let ran = space.write(&text("a")).try_plan();
    if is_kept {
        ran.fails().says("already exists").says("name");
    } else {
        ran.ok();
    }
    space.write(&text("b")).destroy().ok();
    assert!(platform.api.get("backupjobs", &second).is_none());
    assert_eq!(platform.api.get("backups", &second).is_some(), is_kept);
    platform.assert_clean();
}

fn a_class_without_a_strategy_is_a_plan_error(platform: &Platform) {
    let space = Workspace::on(platform);
    let resources = |class: &str, kind: &str| {
        let common = format!(
            "  name = \"NAME\"\n  backup_class = \"{class}\"\n  application = {{ kind = \"{kind}\", name = \"x\" }}\n"
        );
        [
            format!("resource \"hikube_backup\" \"it\" {{\n{common}}}\n"),
            format!(
                "resource \"hikube_backup_plan\" \"it\" {{\n{common}  schedule = {{ cron = \"0 3 * * *\" }}\n}}\n"
            ),
        ]
    };
    let has_databases = platform.release >= Release::V1_6;
    for text in resources("daily", "Postgres") {
        let ran = space.write(&text).try_plan().fails();
        let ran = ran.says("Backup class `daily` has no strategy for Postgres");
        if has_databases {
            ran.says("Classes with a strategy for Postgres: `cozy-default`");
        } else {
            ran.says("No class of this platform has a strategy for Postgres");
        }
    }
    for text in resources("weekly", "VMDisk") {
        let ran = space.write(&text).try_plan().fails();
        ran.says("no backup class `weekly`").says("`daily`");
    }
    platform.assert_clean();
}

/// A failed job is an error with the message of the platform, and stays until the next apply.
fn a_failed_backup_is_an_error_and_taken_again(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = backup("a").replace("hikube_vm_disk.it.name", "\"NAME\"");
    space
        .write(&text)
        .apply()
        .fails()
        .says("failed")
        .says("VMDisk application not found")
        .says("tainted");
    let name = format!("{}-a", space.name);
    let failed = platform.api.get("backupjobs", &name).expect("the job");
    assert_eq!(failed["status"]["phase"], "Failed");
    assert_eq!(space.objects(), 1);
    let plan = space
        .write(&format!("{DISK}{text}").replace(
            "application =",
            "depends_on = [hikube_vm_disk.it]\n  application =",
        ))
        .plan();
    plan.replaces("hikube_backup.it");
    space.apply_plan().ok();
    assert_eq!(space.state("hikube_backup.it", "ready"), true);
    space.destroy().ok();
    platform.assert_clean();
}

fn is_not_taken_again_as_long_as_it_is_stored(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = format!("{DISK}{}", backup("a"));
    space.write(&text).apply().ok();
    platform
        .api
        .delete("backupjobs", &format!("{}-a", space.name));
    space.assert_settled();
    assert_eq!(space.objects(), 2);
    space.destroy().ok();
    platform.assert_clean();
}

fn what_to_use_instead_is_said_where_there_are_no_backups(platform: &Platform) {
    let space = Workspace::on(platform);
    let says = |text: &str, instead: &str| {
        let ran = space.write(text).try_plan().fails();
        ran.says("requires platform 1.1 or later").says(instead);
    };
    let backup = backup("a").replace("hikube_vm_disk.it.name", "\"NAME\"");
    says(&backup, "set `backup` of `hikube_postgres`");
    let restore =
        "resource \"hikube_restore\" \"it\" {\n  name = \"NAME\"\n  backup = { name = \"x\" }\n}\n";
    says(restore, "create an application with `bootstrap`");
    for list in ["backups", "backup_classes"] {
        let text = format!("data \"hikube_{list}\" \"it\" {{}}\n");
        says(&text, "set `backup` of `hikube_postgres`");
    }
    platform.assert_clean();
}
