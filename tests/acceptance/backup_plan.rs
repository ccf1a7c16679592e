//! `hikube_backup_plan`: an ordinary custom resource, on the releases that have it.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace};
use crate::life::Life;

mod lives {
    crate::harness::on_release!(lives, on_1_3, V1_3);
    crate::harness::on_release!(lives, on_1_6, V1_6);
}
mod tells_of_a_name_that_is_taken {
    crate::harness::on_release!(tells_of_a_name_that_is_taken, on_1_6, V1_6);
}
mod is_refused_where_there_are_no_backups {
    crate::harness::on_release!(is_refused_where_there_are_no_backups, on_0_41, V0_41);
}

const PLAN: &str = "hikube_backup_plan";

fn plan(attributes: &str) -> String {
    format!(
        "resource \"{PLAN}\" \"it\" {{\n  name = \"NAME\"\n  backup_class = \"daily\"\n  \
         application = {{ kind = \"Postgres\", name = \"shop\" }}\n  {attributes}\n}}\n"
    )
}

fn lives(platform: &Platform) {
    let life = Life {
        kind: PLAN,
        plural: "plans",
        around: "",
        first: "backup_class = \"daily\"\n  application = { kind = \"Postgres\", name = \"shop\" }\n  \
                schedule = { cron = \"0 3 * * *\" }",
        second: "backup_class = \"weekly\"\n  application = { kind = \"VMInstance\", name = \"web\" }\n  \
                 schedule = { cron = \"0 4 * * 0\" }\n  labels = { team = \"shop\" }",
        changes: &[
            "backup_class",
            "application.kind",
            "application.name",
            "schedule.cron",
            "labels",
        ],
    };
    let lived = life.live(platform);
    assert_eq!(lived.first["backupClassName"], "daily");
    assert_eq!(
        lived.second["schedule"],
        json!({"cron": "0 4 * * 0", "type": "cron"})
    );
    assert_eq!(
        lived.effective["application"]["api_group"],
        "apps.cozystack.io"
    );
    assert_eq!(
        lived.effective["conditions"]
            .as_object()
            .map(serde_json::Map::len),
        Some(1)
    );

    // What someone else changes is drift, and is put right.
    let space = Workspace::on(platform);
    space.write(&plan("schedule = { cron = \"0 3 * * *\" }"));
    space.apply().ok();
    platform.api.edit("plans", &space.name, |object| {
        object["spec"]["schedule"]["cron"] = json!("1 1 1 1 1");
    });
    let address = format!("{PLAN}.it");
    space.plan().updates(&address, &["schedule.cron"]);
    space.apply_plan().ok();
    space.assert_settled();
    // What someone else deletes is created again.
    platform.api.delete("plans", &space.name);
    space.apply().ok().says("1 added");
    // A schedule that cannot be read is refused before anything is sent.
    let writes = platform.api.writes();
    let ran = space.write(&plan("schedule = { cron = \"0 3 * *\" }"));
    ran.try_plan().fails().says("schedule.cron");
    assert_eq!(platform.api.writes(), writes);
    space.write(&plan("schedule = { cron = \"0 3 * * *\" }"));
    space.destroy().ok();
    platform.assert_clean();
}

/// Kubernetes answers with a real conflict, unlike the API of applications.
fn tells_of_a_name_that_is_taken(platform: &Platform) {
    let space = Workspace::on(platform);
    let spec = json!({
        "applicationRef": {"kind": "Postgres", "name": "shop"}, "backupClassName": "daily",
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
        .says("requires platform 1.1 or later");
    platform.assert_clean();
}
