//! `hikube_app`: objects of any kind that the platform serves.

use std::fs;

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::harness::{
    Platform, Workspace, block, minor_version, on_each_release, on_release, standin_only,
};

on_each_release!(
    is_created_changed_repaired_and_destroyed,
    is_imported_with_a_generated_configuration,
    says_what_the_platform_does_not_have,
    shows_values_in_effect,
    accepts_values_that_are_known_after_apply,
    protects_entries_and_objects,
    becomes_the_resource_of_its_kind
);

mod kinds_without_a_resource {
    use super::on_release;

    on_release!(kinds_without_a_resource_work, on_0_41, V0_41);
    on_release!(every_kind_of_the_newest_platform_works, on_main, Main);
}

fn app(kind: &str, attributes: &str) -> String {
    block("app", &format!("kind = \"{kind}\"\n  {attributes}"))
}

fn is_created_changed_repaired_and_destroyed(platform: &Platform) {
    let space = Workspace::on(platform);
    let created = space.write(&app("Postgres", "")).apply().ok();
    created.says("`hikube_postgres` is available");
    assert_eq!(space.state("hikube_app.it", "ready"), true);
    let id = format!("{}/Postgres/{}", platform.api.namespace, space.name);
    assert_eq!(space.state("hikube_app.it", "id"), id.as_str());
    space.assert_settled();
    let spec = "spec = {\n    replicas = 3\n    size = \"20Gi\"\n    resources = { cpu = 1, memory = \"1Gi\" }\n    \
                users = { app = { password = \"one\" }, ops = {} }\n  }";
    let labels = "labels = { team = \"shop\" }";
    let full = app("Postgres", &format!("{spec}\n  {labels}"));
    let plan = space.write(&full).plan();
    plan.updates("hikube_app.it", &["labels", "spec"]);
    space
        .apply_plan()
        .ok()
        .omits("`hikube_postgres` is available");
    space.assert_settled();
    let stored = platform.api.spec("postgreses", &space.name);
    assert_eq!(stored["replicas"], 3);
    assert_eq!(stored["resources"], json!({"cpu": "1", "memory": "1Gi"}));
    assert_eq!(
        stored["users"],
        json!({"app": {"password": "one"}, "ops": {}})
    );

    // Drift: a changed field, an added entry, and a field that is not configured. Another spelling is not drift.
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["replicas"] = json!(5);
        object["spec"]["size"] = json!("20480Mi");
        object["spec"]["users"]["new"] = json!({});
        object["spec"]["quorum"]["minSyncReplicas"] = json!(1);
    });
    let plan = space.plan();
    let changed = ["spec.quorum", "spec.replicas", "spec.users.new"];
    plan.updates("hikube_app.it", &changed);
    let removal = r#"Entry will be dropped"#;
    space.apply_plan().ok();
    space.try_plan().ok().omits(removal);
    space.assert_settled();
    let stored = platform.api.spec("postgreses", &space.name);
    assert_eq!(stored["replicas"], 3);
    assert_eq!(
        stored["users"],
        json!({"app": {"password": "one"}, "ops": {}})
    );
    assert_eq!(stored["quorum"]["minSyncReplicas"], 0);

    // A part of the spec can be ignored.
    let ignored = full.trim_end().trim_end_matches('}').to_owned()
        + "lifecycle {\n    ignore_changes = [spec.replicas]\n  }\n}\n";
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["replicas"] = json!(5);
    });
    space.write(&ignored).apply().ok();
    assert_eq!(platform.api.spec("postgreses", &space.name)["replicas"], 5);

    space.write(&app("Postgres", "")).apply().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn is_imported_with_a_generated_configuration(platform: &Platform) {
    let ours = Workspace::on(platform);
    let spec = "spec = {\n    replicas = 3\n    users = { app = { password = \"one\" } }\n    quorum = { maxSyncReplicas = 1 }\n  }";
    ours.write(&app("Postgres", spec)).apply().ok();
    let import = format!(
        "import {{\n  to = hikube_app.it\n  id = \"{}/Postgres/NAME\"\n}}\n",
        platform.api.namespace
    );
    let theirs = Workspace::named(platform, &ours.name);
    theirs.write(&import);
    let generate = "-generate-config-out=generated.tf";
    let ran = theirs.run(&["plan", "-input=false", "-no-color", "-out=plan", generate]);
    ran.ok()
        .says("1 to import, 0 to add, 0 to change, 0 to destroy");
    let text = fs::read_to_string(theirs.path("generated.tf")).expect("a configuration");
    for name in ["size", "version", "minSyncReplicas", "id ", "ready"] {
        assert!(!text.contains(name), "{name} in\n{text}");
    }
    theirs.apply_plan().ok();
    theirs.assert_settled();
    if minor_version() >= 12 {
        let identity = "identity = {\n    kind = \"Postgres\"\n    name = \"NAME\"\n  }";
        let import = format!("import {{\n  to = hikube_app.it\n  {identity}\n}}\n");
        let others = Workspace::named(platform, &ours.name);
        others
            .write(&(app("Postgres", spec) + &import))
            .apply()
            .ok();
        let state = others.instance("hikube_app.it");
        assert_eq!(state["identity"]["kind"], "Postgres", "{state}");
    }
    // The same configuration, with an ID without the namespace.
    let others = Workspace::named(platform, &ours.name);
    let import = "import {\n  to = hikube_app.it\n  id = \"Postgres/NAME\"\n}\n";
    let ran = others.write(&(app("Postgres", spec) + import)).apply().ok();
    ran.says("1 imported, 0 added, 0 changed, 0 destroyed");
    for id in ["NAME", "tenant-acme/postgres/NAME", "a/B/c/d"] {
        let import = format!("import {{\n  to = hikube_app.it\n  id = \"{id}\"\n}}\n");
        let none = Workspace::named(platform, &ours.name);
        let ran = none.write(&(app("Postgres", spec) + &import)).try_plan();
        ran.fails().says("Use `namespace/Kind/name`");
    }
    ours.destroy().ok();
    platform.assert_clean();
}

fn says_what_the_platform_does_not_have(platform: &Platform) {
    let space = Workspace::on(platform);
    let says = |configuration: &str, phrases: &[&str]| {
        let mut ran = space.write(configuration).try_plan().fails();
        for phrase in phrases {
            ran = ran.says(phrase);
        }
    };
    says(
        &app("Postgress", ""),
        &[
            "Unknown kind: Postgress",
            "Did you mean `Postgres`?",
            "`VMDisk`",
        ],
    );
    says(&app("postgres", ""), &["must be the name of a kind"]);
    says(
        &app(
            "Postgres",
            "spec = { replica = 2, users = { app = { pass = \"x\" } } }",
        ),
        &[
            "Unsupported attribute: spec.replica",
            "Did you mean `replicas`?",
            "Did you mean `password`?",
        ],
    );
    says(
        &app("Postgres", "spec = { replicas = \"two\" }"),
        &["`spec.replicas` must be a whole number"],
    );
    says(
        &app("Postgres", "spec = [1]"),
        &["`spec` must be an object"],
    );
    says(
        &app("Postgres", "spec = { resourcesPreset = \"none\" }"),
        &[
            "Unsupported value for spec.resourcesPreset",
            "Valid values:",
        ],
    );
    let missing = "data \"hikube_app\" \"it\" {\n  kind = \"Postgres\"\n  name = \"missing\"\n}\n";
    says(missing, &["Postgres", "missing not found"]);
    let unknown = "data \"hikube_app\" \"it\" {\n  kind = \"Widget\"\n  name = \"missing\"\n}\n";
    says(unknown, &["The platform does not serve the kind `Widget`"]);
    platform.assert_clean();
}

fn shows_values_in_effect(platform: &Platform) {
    let space = Workspace::on(platform);
    let data = "data \"hikube_app\" \"it\" {\n  kind = hikube_app.it.kind\n  name = hikube_app.it.name\n}\n\
                output \"size\" {\n  value = data.hikube_app.it.spec.size\n}\n";
    space
        .write(&(app("Postgres", "spec = { replicas = 1 }") + data))
        .apply()
        .ok();
    assert_eq!(space.output("size"), "10Gi");
    let shown = space.instance("data.hikube_app.it")["attributes"].clone();
    let spec = &shown["spec"]["value"];
    assert_eq!(spec["replicas"], 1);
    assert_eq!(
        spec["quorum"],
        json!({"minSyncReplicas": 0, "maxSyncReplicas": 0})
    );
    assert_eq!(shown["ready"], true);
    assert!(shown["conditions"]["Ready"].as_str().is_some(), "{shown}");
    assert!(shown["status_version"].as_str().is_some(), "{shown}");
    space.destroy().ok();
    platform.assert_clean();
}

fn accepts_values_that_are_known_after_apply(platform: &Platform) {
    let space = Workspace::on(platform);
    let first = "resource \"terraform_data\" \"it\" {\n  input = \"20Gi\"\n}\n";
    let size = "spec = { replicas = 2, size = terraform_data.it.output }";
    space
        .write(&(first.to_owned() + &app("Postgres", size)))
        .apply()
        .ok();
    space.assert_settled();
    let whole =
        "resource \"terraform_data\" \"it\" {\n  input = { replicas = 3, size = \"20Gi\" }\n}\n";
    let spec = "spec = terraform_data.it.output";
    space
        .write(&(whole.to_owned() + &app("Postgres", spec)))
        .apply()
        .ok();
    space.assert_settled();
    assert_eq!(platform.api.spec("postgreses", &space.name)["replicas"], 3);
    let kind = "resource \"terraform_data\" \"kind\" {\n  input = \"Redis\"\n}\n";
    let second = block("app", "kind = terraform_data.kind.output").replace("\"it\"", "\"other\"");
    let all = whole.to_owned() + &app("Postgres", spec) + kind + &second;
    let plan = space.write(&all).plan();
    plan.does("hikube_app.other", &["create"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn protects_entries_and_objects(platform: &Platform) {
    let space = Workspace::on(platform);
    let with = |kind: &str, users: &str| {
        app(
            kind,
            &format!("deletion_protection = true\n  spec = {{ users = {users} }}"),
        )
    };
    space
        .write(&with("Postgres", "{ app = {}, ops = {} }"))
        .apply()
        .ok();
    let ran = space
        .write(&with("Postgres", "{ app = {} }"))
        .try_plan()
        .fails();
    ran.says("delete the entry `ops` and its data, if it has any");
    let ran = space.write(&with("Redis", "{}")).try_plan().fails();
    drop(ran);
    let redis = app("Redis", "deletion_protection = true");
    let ran = space.write(&redis).try_plan().fails();
    ran.says("Changing `kind` forces replacement");
    space
        .write("")
        .try_plan()
        .fails()
        .says("Deletion protection: cannot destroy");
    space.write(&app("Postgres", "spec = { users = { app = {} } }"));
    let plan = space.plan();
    plan.updates("hikube_app.it", &["deletion_protection", "spec.users.ops"]);
    space.apply_plan().ok();
    space
        .write(&app("Redis", ""))
        .plan()
        .replaces("hikube_app.it");
    space.apply_plan().ok();
    let id = format!("{}/Redis/{}", platform.api.namespace, space.name);
    assert_eq!(space.state("hikube_app.it", "id"), id.as_str());
    space.destroy().ok();
    platform.assert_clean();
}

/// The provider has no resources for these kinds.
fn kinds_without_a_resource_work(platform: &Platform) {
    assert_eq!(platform.release, Release::V0_41);
    let space = Workspace::on(platform);
    let database = |attributes: &str| {
        app("FerretDB", attributes)
            + &app(
                "VirtualMachine",
                "spec = { running = true, externalPorts = [22, 80] }",
            )
            .replace("\"it\"", "\"vm\"")
    };
    let created = space
        .write(&database("spec = { replicas = 2 }"))
        .apply()
        .ok();
    created.omits("is available");
    space.assert_settled();
    let plan = space
        .write(&database("spec = { replicas = 3, users = { app = {} } }"))
        .plan();
    plan.updates("hikube_app.it", &["spec.replicas", "spec.users"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// The kinds of the newest platform that have no resource, and node pools as plain objects: created with the least,
/// repaired, imported and destroyed. Those of a module have a fixed name.
fn every_kind_of_the_newest_platform_works(platform: &Platform) {
    assert_eq!(platform.release, Release::Main);
    let space = Workspace::on(platform);
    let kinds = [
        ("BootBox", "bootboxes", "bootbox"),
        ("ComputePlane", "computeplanes", "computeplane"),
        ("KubernetesNodes", "kubernetesnodeses", &*space.name),
    ];
    let blocks = kinds.map(|(kind, _, name)| {
        let label = format!("\"{}\"", kind.to_lowercase());
        let block = app(kind, "labels = { team = \"shop\" }").replace("\"it\"", &label);
        block.replace("\"NAME\"", &format!("\"{name}\""))
    });
    let text = blocks.concat();
    space.write(&text).apply().ok();
    space.assert_settled();
    for (kind, plural, name) in kinds {
        assert!(platform.api.serves(plural), "{kind}");
        platform.api.edit(plural, name, |object| {
            object["metadata"]["labels"]["team"] = json!("other");
        });
    }
    let plan = space.plan();
    for (kind, ..) in kinds {
        let address = format!("hikube_app.{}", kind.to_lowercase());
        plan.updates(&address, &["labels.team"]);
    }
    space.apply_plan().ok();
    let imports = kinds.map(|(kind, _, name)| {
        let (label, namespace) = (kind.to_lowercase(), &platform.api.namespace);
        format!("import {{\n  to = hikube_app.{label}\n  id = \"{namespace}/{kind}/{name}\"\n}}\n")
    });
    let theirs = Workspace::named(platform, space.name.clone());
    theirs.write(&(text + &imports.concat()));
    theirs.apply().ok().says("3 imported, 0 added, 0 changed");
    theirs.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn becomes_the_resource_of_its_kind(platform: &Platform) {
    let space = Workspace::on(platform);
    let spec = "spec = { replicas = 3, users = { app = { password = \"one\" } } }";
    space.write(&app("Postgres", spec)).apply().ok();
    let writes = platform.api.writes();
    let moved = "moved {\n  from = hikube_app.it\n  to = hikube_postgres.it\n}\n";
    let typed = block(
        "postgres",
        "replicas = 3\n  users = { app = { password = \"one\" } }",
    );
    space
        .write(&(moved.to_owned() + &typed))
        .plan()
        .touches_only(&[]);
    space.apply_plan().ok();
    space.assert_settled();
    assert_eq!(platform.api.writes(), writes);
    space.destroy().ok();
    platform.assert_clean();
}

/// The platform's schema may be forbidden: only fields that are configured are compared then, and an update could not
/// tell defaults from values.
#[test]
fn works_without_the_platforms_schema() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        platform: Release::V0_41,
        ..Platform::quick()
    });
    platform.api.faults("status=403,path=/openapi");
    let space = Workspace::on(&platform);
    let spec = |replicas: i64| {
        let quorum = "quorum = { maxSyncReplicas = 1 }";
        app(
            "FerretDB",
            &format!("spec = {{ replicas = {replicas}, {quorum}, users = {{ app = {{}} }} }}"),
        )
    };
    let ran = space.write(&spec(2)).apply().ok();
    ran.says("Plan not checked against the platform");
    space.assert_settled();
    let ran = space.write(&spec(3)).apply().fails();
    ran.says("Could not update FerretDB")
        .says("Nothing was sent");
    platform.api.faults("");
    space.apply().ok();
    platform.api.faults("status=403,path=/openapi");
    space.assert_settled();
    let edited = |object: &mut serde_json::Value| object["spec"]["replicas"] = json!(5);
    platform.api.edit("ferretdbs", &space.name, edited);
    let plan = space.plan();
    plan.updates("hikube_app.it", &["spec.replicas"]);
    let theirs = Workspace::named(&platform, &space.name);
    let import = "import {\n  to = hikube_app.it\n  id = \"FerretDB/NAME\"\n}\n";
    let ran = theirs.write(&(spec(3) + import)).try_plan().fails();
    ran.says("Could not import FerretDB");
    space.destroy().ok();
    platform.assert_clean();
}

/// An upgrade can remove the kind. The state is kept.
#[test]
fn keeps_the_state_of_a_kind_that_is_not_served() {
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let Some(other) = platform.altered(|options| options.without_kinds = vec!["Redis".to_owned()])
    else {
        return;
    };
    let space = Workspace::on(&platform);
    let redis = app("Redis", "");
    space.write(&redis).apply().ok();
    let kubeconfig = fs::read_to_string(space.path("kubeconfig")).expect("a kubeconfig");
    fs::write(space.path("kubeconfig"), &other.kubeconfig).expect("a kubeconfig");
    let ran = space.try_plan().fails();
    ran.says("Could not read Redis")
        .says("The platform does not serve the kind `Redis`")
        .says("The state was not changed");
    space.destroy().fails();
    assert_eq!(space.objects(), 1);
    fs::write(space.path("kubeconfig"), kubeconfig).expect("a kubeconfig");
    space.assert_settled();
    // The import block of an existing object has the kind in its ID.
    let theirs = Workspace::named(&platform, &space.name);
    let ran = theirs.write(&redis).apply().fails();
    let id = format!("id = \"{}/Redis/{}\"", platform.api.namespace, space.name);
    ran.says("already exists").says(&id);
    space.destroy().ok();
    platform.assert_clean();
}
