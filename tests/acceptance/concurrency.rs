//! Concurrent runs on the same objects: each object is created once, no run undoes the changes of another without
//! showing it, and changes between plan and apply are not overwritten.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::{Platform, Ran, Workspace, on_each_release};

on_each_release!(
    made_at_once,
    one_field_changed_at_once,
    two_fields_changed_at_once,
    edited_between_plan_and_apply,
    kept_between_plan_and_apply,
    deleted_between_plan_and_apply,
);

const COUNT: usize = 20;
const ADDRESS: &str = "hikube_postgres.it";

/// Databases with these attributes.
fn databases(count: usize, attributes: &str) -> String {
    format!(
        "resource \"hikube_postgres\" \"it\" {{\n  count = {count}\n  name = \"NAME-${{count.index}}\"\n  \
         {attributes}\n}}\n"
    )
}

/// Runs both concurrently.
fn both(ours: &Workspace, theirs: &Workspace, arguments: &[&str]) -> [Ran; 2] {
    let runs = [ours.start(arguments), theirs.start(arguments)];
    runs.map(|run| run.wait().omits("panic"))
}

/// With equal configurations, the second run reports how to import the objects of the first.
fn made_at_once(platform: &Platform) {
    let ours = Workspace::on(platform);
    let theirs = Workspace::named(platform, &*ours.name);
    for space in [&ours, &theirs] {
        space.write(&databases(COUNT, ""));
    }
    let apply = ["apply", "-auto-approve", "-input=false", "-no-color"];
    let [first, second] = both(&ours, &theirs, &apply);
    let ids = |space: &Workspace| -> BTreeSet<String> { space.ids().into_values().collect() };
    let (mine, other) = (ids(&ours), ids(&theirs));
    assert!(
        mine.is_disjoint(&other),
        "both have made {mine:?} and {other:?}"
    );
    assert_eq!(mine.len() + other.len(), COUNT, "{mine:?} and {other:?}");
    assert_eq!(platform.api.names_of("postgreses", &ours.name).len(), COUNT);
    for (ran, lost) in [(first, &other), (second, &mine)] {
        let told = ran.flat.matches("already exists").count();
        assert_eq!(told, lost.len(), "{}", ran.text);
        for id in lost {
            let block = format!("import {{ to = hikube_postgres.NAME id = \"{id}\" }}");
            assert!(ran.flat.contains(&block), "no {block} in:\n{}", ran.text);
        }
    }
    // A failed create created nothing: a second apply reports the same errors.
    let again = theirs.apply();
    assert_eq!(again.flat.matches("already exists").count(), mine.len());
    ours.destroy().ok();
    theirs.destroy().ok();
    platform.assert_clean();
}

/// Two states with the same objects.
fn shared(platform: &Platform, attributes: &str) -> [Workspace; 2] {
    let ours = Workspace::on(platform);
    let theirs = Workspace::named(platform, &*ours.name);
    ours.write(&databases(COUNT, attributes)).apply().ok();
    let import = format!(
        "import {{\n  for_each = {{ for n in range({COUNT}) : n => n }}\n  to = {ADDRESS}[each.value]\n  \
         id = \"{}/NAME-${{each.value}}\"\n}}\n",
        platform.api.namespace
    );
    theirs.write(&format!("{}{import}", databases(COUNT, attributes)));
    theirs.apply().ok().says("20 imported, 0 added");
    [ours, theirs]
}

/// The planned changes by address.
fn changed(space: &Workspace) -> BTreeSet<String> {
    let plan = space.plan();
    let addresses = (0..COUNT).map(|index| format!("{ADDRESS}[{index}]"));
    addresses
        .filter(|address| plan.changes_anything(address))
        .collect()
}

/// The compared fields of the objects, by address.
fn fields(platform: &Platform, space: &Workspace) -> BTreeMap<String, (Value, Value)> {
    let field = |index: usize| {
        let spec = platform
            .api
            .spec("postgreses", &format!("{}-{index}", space.name));
        let fields = (spec["replicas"].clone(), spec["external"].clone());
        (format!("{ADDRESS}[{index}]"), fields)
    };
    (0..COUNT).map(field).collect()
}

/// Two runs with different changes. Each object then matches one of the configurations. The other run has failed, or
/// its next plan shows the difference. The last apply reaches its whole configuration.
fn changed_at_once(platform: &Platform, attributes: [&str; 2], wanted: [(Value, Value); 2]) {
    let spaces = shared(platform, "replicas = 2");
    for (space, attributes) in spaces.iter().zip(attributes) {
        space.write(&databases(COUNT, attributes)).plan();
    }
    let [ours, theirs] = &spaces;
    let apply = ["apply", "-input=false", "-no-color", "plan"];
    let runs = both(ours, theirs, &apply);
    let reached = fields(platform, ours);
    for (ran, (space, wanted)) in runs.iter().zip(spaces.iter().zip(&wanted)) {
        let told = ran.flat.matches("changed after this plan was made").count();
        assert_eq!(ran.code, Some(i32::from(told > 0)), "{}", ran.text);
        let others = reached.iter().filter(|(_, fields)| *fields != wanted);
        let others: BTreeSet<String> = others.map(|(address, _)| address.clone()).collect();
        assert!(
            told <= others.len(),
            "{told} told of {others:?}:\n{}",
            ran.text
        );
        assert_eq!(changed(space), others, "what the next plan shows");
    }
    for (address, fields) in &reached {
        assert!(wanted.contains(fields), "{address} is {fields:?}");
    }
    for (space, wanted) in spaces.iter().zip(&wanted) {
        space.apply().ok();
        space.assert_settled();
        let reached = fields(platform, space);
        assert!(
            reached.values().all(|fields| fields == wanted),
            "{reached:?}"
        );
    }
    assert_eq!(changed(ours).len(), COUNT, "all of ours is overwritten");
    ours.destroy().ok();
    theirs.destroy().ok();
    platform.assert_clean();
}

fn one_field_changed_at_once(platform: &Platform) {
    let wanted = [(json!(3), json!(false)), (json!(4), json!(false))];
    changed_at_once(platform, ["replicas = 3", "replicas = 4"], wanted);
}

fn two_fields_changed_at_once(platform: &Platform) {
    let wanted = [(json!(3), json!(false)), (json!(2), json!(true))];
    let attributes = ["replicas = 3", "replicas = 2\n  external = true"];
    changed_at_once(platform, attributes, wanted);
}

/// A database, and a plan that changes its number of replicas.
fn planned(platform: &Platform) -> Workspace {
    let space = Workspace::on(platform);
    let database = |replicas: u32| {
        format!(
            "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  replicas = {replicas}\n  \
             size = \"10Gi\"\n  users = {{ app = {{}} }}\n}}\n"
        )
    };
    space.write(&database(2)).apply().ok();
    space
        .write(&database(3))
        .plan()
        .updates(ADDRESS, &["replicas"]);
    space
}

/// If a managed field was changed since the plan, the error names it and nothing is written: the planned field, another
/// one, and a nested one.
fn edited_between_plan_and_apply(platform: &Platform) {
    type Edit = fn(&mut Value);
    let edits: [(&str, Edit); 3] = [
        ("replicas", |spec| spec["replicas"] = json!(5)),
        ("users", |spec| {
            spec["users"]["app"]["replication"] = json!(true)
        }),
        ("size", |spec| spec["size"] = json!("12Gi")),
    ];
    let space = planned(platform);
    for (attribute, edit) in edits {
        space.plan();
        let change = |object: &mut Value| edit(&mut object["spec"]);
        platform.api.edit("postgreses", &space.name, change);
        let before = platform.api.get("postgreses", &space.name).expect("it");
        let ran = space.apply_plan().fails();
        ran.says("changed after this plan was made")
            .says(&format!(
                "`{attribute}` was changed outside of this configuration"
            ))
            .says("Nothing was written");
        let after = platform.api.get("postgreses", &space.name).expect("it");
        assert_eq!(after["spec"], before["spec"]);
    }
    // A value that can only grow is not reduced by an old plan.
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["size"] = json!("10Gi")
    });
    space.apply().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Changes of unmanaged fields are kept, and changes that equal the plan are accepted.
fn kept_between_plan_and_apply(platform: &Platform) {
    let space = planned(platform);
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["theirs"] = json!({"a": [1, 2]});
        object["spec"]["users"]["app"]["theirs"] = json!("kept");
        object["spec"]["replicas"] = json!(3);
        object["metadata"]["labels"]["theirs"] = json!("kept");
        object["metadata"]["annotations"]["example.org/theirs"] = json!("kept");
    });
    space.apply_plan().ok().says("1 changed");
    let object = platform.api.get("postgreses", &space.name).expect("it");
    let spec = &object["spec"];
    assert_eq!(spec["replicas"], 3);
    assert_eq!(spec["theirs"], json!({"a": [1, 2]}));
    assert_eq!(spec["users"]["app"]["theirs"], "kept");
    let metadata = &object["metadata"];
    assert_eq!(metadata["labels"]["theirs"], "kept");
    assert_eq!(metadata["annotations"]["example.org/theirs"], "kept");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// An object that was deleted since the plan is not recreated by it, but by the next apply.
fn deleted_between_plan_and_apply(platform: &Platform) {
    let space = planned(platform);
    platform.api.delete("postgreses", &space.name);
    platform.api.wait_until_gone("postgreses", &space.name);
    let ran = space.apply_plan().fails();
    ran.says("no longer exists")
        .says("Run `terraform apply` again to create it");
    assert_eq!(platform.api.get("postgreses", &space.name), None);
    space.apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}
