//! What others do to an object with entries.

use serde_json::json;

use super::{DATABASE, ENTRIES, SERVER, annotations, has, server};
use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    a_foreign_entry_is_drift_of_the_object,
    a_lost_annotation_is_no_removal,
    a_replaced_object_gets_its_entries_again,
    entries_of_a_deleted_object_are_gone,
    an_existing_entry_is_not_taken,
    an_entry_has_one_owner,
    an_object_of_any_kind_leaves_entries_alone,
);

fn with_database(platform: &Platform) -> Workspace {
    let space = server(platform);
    space.write(&format!("{SERVER}{DATABASE}")).apply().ok();
    space.assert_settled();
    space
}

fn a_foreign_entry_is_drift_of_the_object(platform: &Platform) {
    let space = with_database(platform);
    let name = space.name.clone();
    platform.api.edit("postgreses", &name, |object| {
        object["spec"]["databases"]["theirs"] = json!({});
    });
    let plan = space.plan();
    plan.updates("hikube_postgres.it", &["databases"]);
    plan.touches_only(&["hikube_postgres.it"]);
    space.apply_plan().ok();
    assert!(has(platform, &name, "app") && !has(platform, &name, "theirs"));
    space.destroy().ok();
    platform.assert_clean();
}

fn a_lost_annotation_is_no_removal(platform: &Platform) {
    let space = with_database(platform);
    let name = space.name.clone();
    // The refresh of an apply is kept.
    space.apply().ok();
    platform.api.edit("postgreses", &name, |object| {
        let annotations = object["metadata"]["annotations"].as_object_mut();
        annotations.expect("annotations").remove(ENTRIES);
    });
    // The plan of the object alone leaves the database.
    let ran = space.run(&["plan", "-target=hikube_postgres.it"]).ok();
    ran.says("Owners of entries are missing")
        .says("No changes.");
    let plan = space.plan();
    plan.updates("hikube_postgres_database.app", &["managed_by"]);
    plan.touches_only(&["hikube_postgres_database.app"]);
    space.apply_plan().ok();
    assert!(annotations(platform, &name).get(ENTRIES).is_some());
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn a_replaced_object_gets_its_entries_again(platform: &Platform) {
    let space = with_database(platform);
    let name = space.name.clone();
    let replaced = format!("{SERVER}{DATABASE}").replace(
        "name = \"NAME\"",
        "name = \"NAME\"\n  storage_class = \"local\"",
    );
    let plan = space.write(&replaced).plan();
    plan.replaces("hikube_postgres.it");
    plan.replaces("hikube_postgres_database.app");
    space.apply_plan().ok();
    assert!(has(platform, &name, "app"));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn entries_of_a_deleted_object_are_gone(platform: &Platform) {
    let space = with_database(platform);
    let name = space.name.clone();
    platform.api.delete("postgreses", &name);
    platform.api.wait_until_gone("postgreses", &name);
    let plan = space.plan();
    plan.does("hikube_postgres.it", &["create"]);
    plan.does("hikube_postgres_database.app", &["create"]);
    platform
        .api
        .create("postgreses", "Postgres", &name, &json!({}));
    // Another object of the name is not the one of the entry.
    let theirs = space.run(&["plan", "-target=hikube_postgres_database.app"]);
    theirs.fails().says("is not the object in the state");
    platform.api.delete("postgreses", &name);
    platform.api.wait_until_gone("postgreses", &name);
    space.destroy().ok();
    platform.assert_clean();
}

fn an_existing_entry_is_not_taken(platform: &Platform) {
    let space = Workspace::on(platform);
    let inline = SERVER.replace(
        "name = \"NAME\"",
        "name = \"NAME\"\n  databases = { app = {} }",
    );
    space.write(&inline).apply().ok();
    space
        .write(&format!("{inline}{DATABASE}"))
        .try_plan()
        .fails()
        .says("/app already exists")
        .says("It is in `databases` of the `hikube_postgres`")
        .says("import {");
    space.write(&inline).assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn an_entry_has_one_owner(platform: &Platform) {
    let space = with_database(platform);
    let theirs = Workspace::named(platform, space.name.clone());
    let id = &space.ids()["hikube_postgres.it"];
    let database = DATABASE.replace("hikube_postgres.it.id", &format!("\"{id}\""));
    theirs
        .write(&database)
        .try_plan()
        .fails()
        .says("/app already exists")
        .says("It is managed by another `hikube_postgres_database`");
    let inline = SERVER.replace(
        "name = \"NAME\"",
        "name = \"NAME\"\n  databases = { app = {} }",
    );
    space
        .write(&inline)
        .try_plan()
        .fails()
        .says("has its own resource");
    let reader = Workspace::named(platform, space.name.clone());
    reader
        .write("data \"hikube_postgres\" \"it\" {\n  name = \"NAME\"\n}\n")
        .apply()
        .ok();
    let entries = reader.state("data.hikube_postgres.it", "entries");
    let expected = json!([
        {"attribute": "databases", "name": "app", "managed_by": "hikube_postgres_database"},
    ]);
    assert_eq!(entries, expected);
    space.write(&format!("{SERVER}{DATABASE}")).destroy().ok();
    platform.assert_clean();
}

fn an_object_of_any_kind_leaves_entries_alone(platform: &Platform) {
    let space = Workspace::on(platform);
    let app = |size: &str| {
        format!(
            "resource \"hikube_app\" \"it\" {{\n  kind = \"Postgres\"\n  name = \"NAME\"\n  spec = {{ size = \"{size}\" }}\n}}\n"
        )
    };
    space.write(&app("1Gi")).apply().ok();
    let id = space.ids()["hikube_app.it"].replace("/Postgres/", "/");
    let database = DATABASE.replace("hikube_postgres.it.id", &format!("\"{id}\""));
    space
        .write(&format!("{}{database}", app("1Gi")))
        .apply()
        .ok();
    space.assert_settled();
    let plan = space.write(&format!("{}{database}", app("2Gi"))).plan();
    plan.touches_only(&["hikube_app.it"]);
    space.apply_plan().ok();
    assert!(has(platform, &space.name, "app"));
    space.assert_settled();
    space.write(&app("2Gi")).apply().ok();
    assert!(!has(platform, &space.name, "app"));
    space.destroy().ok();
    platform.assert_clean();
}
