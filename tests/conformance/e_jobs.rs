//! The actions that take and restore backups.

use std::time::{Duration, Instant};

use hikube_standin::{Options, Release};
use serde_json::{Value as Json, json};

use crate::e_actions::{Invoked, config, invoke};
use crate::platform::Platform;
use crate::terraform::Core;
use crate::wire::resource;

const BACKUP: &str = "hikube_backup";
const RESTORE: &str = "hikube_restore";

/// A platform with a disk.
async fn with_disk(options: Options) -> (Platform, Core) {
    let platform = Platform::with(options);
    let core = Core::on(&platform).await;
    let disk = resource("hikube_vm_disk", &json!({"name": "disk"}));
    core.create("hikube_vm_disk", &disk).await;
    (platform, core)
}

fn on(release: Release) -> Options {
    Options {
        platform: release,
        ..Platform::quick()
    }
}

async fn back_up(core: &Core, name: Option<&str>, class: &str, application: &str) -> Invoked {
    let given = json!({
        "namespace": "tenant-demo", "name": name, "backup_class": class,
        "application": {"kind": "VMDisk", "name": application},
    });
    invoke(core, BACKUP, &config(BACKUP, &given)).await
}

async fn restore(core: &Core, given: Json) -> Invoked {
    invoke(core, RESTORE, &config(RESTORE, &given)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_taken_and_restored() {
    for release in Release::ALL
        .into_iter()
        .filter(|one| *one != Release::V0_41)
    {
        let (_platform, core) = with_disk(on(release)).await;
        let taken = back_up(&core, Some("one"), "daily", "disk").await;
        assert_eq!(taken.progress[0], "Starting backup tenant-demo/one");
        taken.ends_with("Backup tenant-demo/one is stored as one after ");
        let given = json!({"namespace": "tenant-demo", "backup": {"name": "one"}});
        let restored = restore(&core, given).await;
        assert!(restored.progress[0].starts_with("Starting restore tenant-demo/restore-one-2"));
        restored.ends_with(" has succeeded after ");
        // A name with the time is another one.
        back_up(&core, None, "daily", "disk")
            .await
            .ends_with("is stored as disk-2");
        back_up(&core, Some("one"), "daily", "disk")
            .await
            .fails("Backup tenant-demo/one already exists", &["`name`"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_cannot_back_up_is_explained() {
    let (platform, core) = with_disk(on(Release::V1_6)).await;
    platform.reset().await;
    let unknown = back_up(&core, Some("a"), "hourly", "disk").await;
    unknown.fails("Backup class `hourly` not found", &["`daily`"]);
    assert_eq!(platform.creates("backupjobs").await, 0);
    let missing = back_up(&core, Some("b"), "daily", "absent").await;
    missing.fails(
        "Backup tenant-demo/b failed",
        &["VMDisk application not found"],
    );
    let given = json!({"namespace": "tenant-demo", "name": "c", "backup": {"name": "absent"}});
    let failed = restore(&core, given).await;
    failed.fails(
        "Restore tenant-demo/c failed",
        &["absent", "invoke the action again"],
    );
    let denied = json!({"namespace": "tenant-other", "name": "c", "backup": {"name": "x"}});
    let denied = restore(&core, denied).await;
    denied.fails(
        "Permission denied: cannot create restore tenant-other/c",
        &["`admin` role"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn platforms_without_backups_say_what_to_use() {
    let (_platform, core) = with_disk(on(Release::V0_41)).await;
    let taken = back_up(&core, Some("a"), "daily", "disk").await;
    assert!(taken.progress.is_empty(), "{:?}", taken.progress);
    assert!(taken.messages.fail());
    let told = format!("{:?}", taken.messages);
    assert!(
        told.contains("platform 1.1") && told.contains("set `backup` of"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_leaves_the_job_to_the_platform() {
    let (platform, core) = with_disk(on(Release::V1_6)).await;
    let slow = json!({
        "namespace": "tenant-demo", "name": "slow", "backup_class": "daily", "timeout": "1s",
        "application": {"kind": "VMDisk", "name": "disk"},
    });
    platform
        .fault("status=503,every=1,verb=GET,path=backupjobs/slow")
        .await;
    let late = invoke(&core, BACKUP, &config(BACKUP, &slow)).await;
    late.fails(
        "Backup tenant-demo/slow did not end within 1s",
        &["The job goes on"],
    );
    platform
        .fault("hang,every=1,verb=GET,path=backupjobs/stopped")
        .await;
    let running = tokio::spawn({
        let core = core.clone();
        async move { back_up(&core, Some("stopped"), "daily", "disk").await }
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!running.is_finished());
    let stopped = Instant::now();
    core.stop().await;
    let ended = running.await.unwrap();
    assert!(stopped.elapsed() < Duration::from_secs(2));
    ended.fails(
        "Interrupted while waiting for backup tenant-demo/stopped",
        &["The job goes on"],
    );
}
