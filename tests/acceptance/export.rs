//! The command `export`: what it says and writes, beside [the walk over every kind](crate::every_kind).

use std::fs;

use hikube_standin::{Role, Subject};

use crate::harness::{Platform, Workspace, block, on_release};

mod on_a_release {
    use super::on_release;

    on_release!(writes_a_configuration_that_plans_nothing, on_0_41, V0_41);
    on_release!(names_what_may_not_be_read, on_1_6, V1_6);
    on_release!(says_what_is_wrong, with_wrong_arguments, V1_6);
}

/// A kind without a resource type, an entry with one, and a secret that the configuration must have.
fn writes_a_configuration_that_plans_nothing(platform: &Platform) {
    let ours = Workspace::on(platform);
    let text = block("app", "kind = \"FerretDB\"\n  spec = { replicas = 2 }")
        + &block(
            "mariadb",
            "users = { app = { password = \"one secret\", max_user_connections = 10 } }",
        )
        + &block("postgres", "databases = { inline = {} }")
        + "resource \"hikube_postgres_database\" \"it\" {\n  postgres_id = hikube_postgres.it.id\n  \
           name = \"apart\"\n}\n";
    ours.write(&text).apply().ok();
    let theirs = Workspace::named(platform, ours.name.clone());
    theirs.write("");
    let pattern = format!("*{}*", ours.name);
    let all = ["--name", &pattern, "--out", "."];
    theirs.export(&all).ok().says("4 objects of 4 types in .");
    let written = |name: &str| fs::read_to_string(theirs.path(name)).expect(name);
    assert!(!written("hikube_mariadb.tf").contains("one secret"));
    assert!(written("hikube_mariadb.tf").contains("users[\"app\"].password"));
    let plan = theirs.try_plan().ok();
    plan.says("4 to import, 0 to add, 0 to change, 0 to destroy");
    theirs.apply().ok();
    theirs.assert_settled();
    theirs
        .export(&all)
        .fails()
        .says("exists. Remove it, or choose another folder");
    // Without a folder, the same is printed.
    let printed = theirs
        .export(&["--name", &pattern, "--type", "hikube_app"])
        .ok();
    printed.says("kind = \"FerretDB\"").omits("hikube_mariadb");
    ours.destroy().ok();
    platform.assert_clean();
}

fn names_what_may_not_be_read(platform: &Platform) {
    let ours = Workspace::on(platform);
    ours.write(&block("bucket", "")).apply().ok();
    let theirs = Workspace::named(platform, ours.name.clone());
    let other = Subject::new(Role::View, "tenant-other");
    theirs.log_in(platform, &other);
    let ran = theirs.export(&["--namespace", "tenant-demo", "--type", "hikube_bucket"]);
    ran.ok()
        .says("Permission denied: cannot list")
        .omits("resource \"hikube_bucket\"");
    ours.destroy().ok();
}

fn says_what_is_wrong(platform: &Platform) {
    let space = Workspace::on(platform);
    let unknown = space.export(&["--type", "hikube_nonsense"]).fails();
    unknown
        .says("There is no resource type hikube_nonsense")
        .says("hikube_postgres");
    let ran = space.export(&["--nonsense"]);
    assert_eq!(ran.code, Some(2), "{}", ran.text);
    ran.says("unknown argument \"--nonsense\"");
    space
        .export(&["--help"])
        .ok()
        .says("Usage: terraform-provider-hikube export");
    fs::remove_file(space.path("kubeconfig")).expect("a kubeconfig");
    space.export(&[]).fails().says("kubeconfig");
}
