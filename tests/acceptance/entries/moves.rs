//! An entry moves from the attribute of its object to a resource and back, and is never dropped.

use super::{DATABASE, ENTRIES, annotations, has, server};
use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    moves_to_a_resource_and_back,
    the_last_entry_leaves_an_unset_attribute,
    lifecycle_settings_work_for_an_entry,
);

const INLINE: &str = r#"
resource "hikube_postgres" "it" {
  name      = "NAME"
  databases = {
    app  = {}
    shop = {}
  }
}
"#;

fn import(space: &Workspace) -> String {
    let id = &space.ids()["hikube_postgres.it"];
    format!("import {{\n  to = hikube_postgres_database.app\n  id = \"{id}/app\"\n}}\n")
}

fn moves_to_a_resource_and_back(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(INLINE).apply().ok();
    let name = space.name.clone();
    let import = import(&space);

    // Import it where the attribute still has it, then remove it there.
    space.write(&format!("{INLINE}{DATABASE}{import}"));
    let plan = space.plan();
    plan.updates("hikube_postgres_database.app", &["managed_by"]);
    plan.touches_only(&["hikube_postgres_database.app"]);
    space.apply_plan().ok();
    space
        .try_plan()
        .fails()
        .says("/app has its own resource")
        .says("managed by a `hikube_postgres_database`");
    let rest = INLINE.replace("    app  = {}\n", "");
    space.write(&format!("{rest}{DATABASE}")).assert_settled();
    assert!(has(platform, &name, "app"));

    // Without `keep`, removing the resource drops the database, and the plan says so.
    space
        .write(INLINE)
        .try_plan()
        .fails()
        .says("has its own resource");

    let kept = DATABASE.replace(
        "name        = \"app\"",
        "name = \"app\"\n  deletion_policy = \"keep\"",
    );
    space.write(&format!("{rest}{kept}")).apply().ok();
    space.assert_settled();
    space.write(INLINE).apply().ok();
    space.assert_settled();
    assert!(has(platform, &name, "app"));
    assert!(annotations(platform, &name).get(ENTRIES).is_none());
    space.destroy().ok();
    platform.assert_clean();
}

fn the_last_entry_leaves_an_unset_attribute(platform: &Platform) {
    let space = Workspace::on(platform);
    let inline = INLINE.replace("    shop = {}\n", "");
    space.write(&inline).apply().ok();
    let import = import(&space);
    space
        .write(&format!("{inline}{DATABASE}{import}"))
        .apply()
        .ok();
    space
        .write(&format!("{}{DATABASE}", super::SERVER))
        .assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn lifecycle_settings_work_for_an_entry(platform: &Platform) {
    let space = server(platform);
    let name = space.name.clone();
    let each = r#"
resource "hikube_postgres_database" "each" {
  for_each    = toset(["one", "two"])
  postgres_id = hikube_postgres.it.id
  name        = each.key
}
"#;
    space
        .write(&format!("{}{each}", super::SERVER))
        .apply()
        .ok();
    space.assert_settled();

    // `moved`, with `prevent_destroy`.
    let alone = r#"
resource "hikube_postgres_database" "one" {
  postgres_id = hikube_postgres.it.id
  name        = "one"

  lifecycle {
    prevent_destroy = true
  }
}

moved {
  from = hikube_postgres_database.each["one"]
  to   = hikube_postgres_database.one
}
"#;
    let rest = each.replace("\"one\", ", "");
    let moved = format!("{}{alone}{rest}", super::SERVER);
    space.write(&moved).plan().touches_only(&[]);
    space.apply().ok().says("0 added, 0 changed, 0 destroyed");
    space
        .run(&["plan", "-destroy"])
        .fails()
        .says("prevent_destroy");

    // `removed` forgets an entry, and `import` with `for_each` finds both again.
    let id = space.ids()["hikube_postgres.it"].clone();
    let removed = "removed {\n  from = hikube_postgres_database.each\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let one = alone.split("moved {").next().expect("a resource");
    space
        .write(&format!("{}{one}{removed}", super::SERVER))
        .apply()
        .ok();
    assert!(has(platform, &name, "two"));
    let both = format!(
        "import {{\n  for_each = toset([\"two\"])\n  to = hikube_postgres_database.each[each.key]\n  id = \"{id}/${{each.key}}\"\n}}\n"
    );
    let again = format!("{}{one}{rest}{both}", super::SERVER);
    space
        .write(&again)
        .apply()
        .ok()
        .says("1 imported, 0 added, 0 changed");
    space.assert_settled();

    let open = one.replace("prevent_destroy = true", "");
    space
        .write(&format!("{}{open}{rest}", super::SERVER))
        .assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}
