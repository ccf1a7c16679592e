//! `hikube_backup_plan`, a custom resource, on the releases that have it.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace};

mod is_recreated_after_a_deletion_outside_of_terraform {
    crate::harness::on_release!(
        is_recreated_after_a_deletion_outside_of_terraform,
        on_1_6,
        V1_6
    );
}
mod reports_an_existing_name {
    crate::harness::on_release!(reports_an_existing_name, on_1_6, V1_6);
}
mod is_refused_where_there_are_no_backups {
    crate::harness::on_release!(is_refused_where_there_are_no_backups, on_0_41, V0_41);
}

const PLAN: &str = "hikube_backup_plan";

fn plan(attributes: &str) -> String {
    format!(
        "resource \"{PLAN}\" \"it\" {{\n  name = \"NAME\"\n  backup_class = \"daily\"\n  \
         application = {{ kind = \"VMDisk\", name = \"shop\" }}\n  {attributes}\n}}\n"
    )
}

fn is_recreated_after_a_deletion_outside_of_terraform(platform: &Platform) {
    let space = Workspace::on(platform);
    let data = format!("data \"{PLAN}\" \"it\" {{\n  name = {PLAN}.it.name\n}}\n");
    let text = plan("schedule = { cron = \"0 3 * * *\" }");
    space.write(&format!("{text}{data}")).apply().ok();
    let stored = platform.api.spec("plans", &space.name);
    let schedule = json!({"cron": "0 3 * * *", "type": "cron"});
    assert_eq!(stored["schedule"], schedule);
    let shown = space.instance(&format!("data.{PLAN}.it"))["attributes"].clone();
    assert_eq!(shown["application"]["api_group"], "apps.cozystack.io");
    assert_eq!(
        shown["conditions"].as_object().map(serde_json::Map::len),
        Some(1)
    );
    platform.api.delete("plans", &space.name);
    space.apply().ok().says("1 added");
    // An invalid schedule is an error before any request is sent.
    let writes = platform.standin.as_ref().map(|_| platform.api.writes());
    let ran = space.write(&plan("schedule = { cron = \"0 3 * *\" }"));
    ran.try_plan().fails().says("schedule.cron");
    let now = platform.standin.as_ref().map(|_| platform.api.writes());
    assert_eq!(now, writes);
    space.write(&text).destroy().ok();
    platform.assert_clean();
}

/// Unlike the API of applications, Kubernetes returns a real conflict.
fn reports_an_existing_name(platform: &Platform) {
    let space = Workspace::on(platform);
    let spec = json!({
        "applicationRef": {"kind": "VMDisk", "name": "shop"}, "backupClassName": "daily",
        "schedule": {"cron": "0 3 * * *"},
    });
    platform.api.create("plans", "Plan", &space.name, &spec);
    space.write(&plan("schedule = { cron = \"0 3 * * *\" }"));
    space
        .apply()
        .fails()
        .says("already exists")
        .says("import {");
    platform.api.delete("plans", &space.name);
    space.apply().ok();
    space.destroy().ok();
    platform.assert_clean();
}

fn is_refused_where_there_are_no_backups(platform: &Platform) {
    assert_eq!(platform.release, Release::V0_41);
    let space = Workspace::on(platform);
    space.write(&plan("schedule = { cron = \"0 3 * * *\" }"));
    space
        .try_plan()
        .fails()
        .says("requires platform 1.1 or later")
        .says("set `backup` of `hikube_postgres`");
    platform.assert_clean();
}
