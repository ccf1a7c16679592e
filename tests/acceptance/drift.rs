//! Changes made outside of Terraform: drift is shown only at the changed attribute and corrected by the next apply, and
//! unmanaged fields are kept.

use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    of_a_machine,
    of_a_database,
    of_labels,
    keeps_fields_of_other_clients,
    writes_nothing_where_nothing_changes,
);

/// Changes an object outside of Terraform. The plan shows only these paths, and the apply restores them.
#[track_caller]
fn repaired(
    platform: &Platform,
    space: &Workspace,
    (address, plural): (&str, &str),
    change: impl Fn(&mut Value),
    paths: &[&str],
) {
    let before = platform.api.spec(plural, &space.name);
    platform.api.edit(plural, &space.name, change);
    assert_ne!(
        platform.api.spec(plural, &space.name),
        before,
        "nothing was changed"
    );
    space
        .plan()
        .updates(address, paths)
        .touches_only(&[address]);
    space
        .apply_plan()
        .ok()
        .says("0 added, 1 changed, 0 destroyed");
    assert_eq!(platform.api.spec(plural, &space.name), before);
    space.assert_settled();
}

fn of_a_machine(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(
        "resource \"hikube_vm_disk\" \"a\" {\n  name = \"NAME-a\"\n}\n\
         resource \"hikube_vm_disk\" \"b\" {\n  name = \"NAME-b\"\n}\n\
         resource \"hikube_vm\" \"it\" {\n  name = \"NAME\"\n  instance_type = \"s1.large\"\n  \
         external = true\n  external_ports = [22, 80, 443]\n  \
         disks = [{ name = hikube_vm_disk.a.name }, { name = hikube_vm_disk.b.name }]\n}\n",
    );
    space.apply().ok();
    let vm = ("hikube_vm.it", "vminstances");
    // A field.
    let change = |object: &mut Value| object["spec"]["instanceType"] = json!("u1.large");
    repaired(platform, &space, vm, change, &["instance_type"]);
    // A list whose order is the boot order.
    let change = |object: &mut Value| {
        object["spec"]["disks"]
            .as_array_mut()
            .expect("disks")
            .reverse();
    };
    repaired(
        platform,
        &space,
        vm,
        change,
        &["disks[0].name", "disks[1].name"],
    );
    // An unset field.
    let change = |object: &mut Value| object["spec"]["instanceProfile"] = json!("windows.10");
    repaired(platform, &space, vm, change, &["instance_profile"]);
    let change = |object: &mut Value| object["spec"]["sshKeys"] = json!(["ssh-ed25519 AAAA them"]);
    repaired(platform, &space, vm, change, &["ssh_keys"]);
    // A set in another order is equal.
    platform.api.edit("vminstances", &space.name, |object| {
        object["spec"]["externalPorts"] = json!([443, 22, 80]);
    });
    space.assert_settled();
    // A set with another element is not.
    let change = |object: &mut Value| object["spec"]["externalPorts"] = json!([443, 22, 81]);
    platform.api.edit("vminstances", &space.name, change);
    space.plan().updates("hikube_vm.it", &["external_ports"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn of_a_database(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(
        "resource \"hikube_postgres\" \"it\" {\n  name = \"NAME\"\n  size = \"10Gi\"\n  \
         users = {\n    app = {}\n    ops = {}\n  }\n  databases = {\n    shop = {\n      \
         extensions = [\"hstore\", \"pgcrypto\"]\n      roles = { admin = [\"app\", \"ops\"] }\n    }\n  }\n}\n",
    );
    space.apply().ok();
    let postgres = ("hikube_postgres.it", "postgreses");
    // An added entry, a removed entry, and a changed field of an entry.
    let change = |object: &mut Value| object["spec"]["users"]["intruder"] = json!({});
    repaired(platform, &space, postgres, change, &["users.intruder"]);
    let change = |object: &mut Value| {
        object["spec"]["users"]
            .as_object_mut()
            .expect("users")
            .remove("ops");
    };
    repaired(platform, &space, postgres, change, &["users.ops"]);
    let change = |object: &mut Value| object["spec"]["users"]["app"]["replication"] = json!(true);
    repaired(
        platform,
        &space,
        postgres,
        change,
        &["users.app.replication"],
    );
    let change = |object: &mut Value| {
        object["spec"]["databases"]["shop"]["roles"]["readonly"] = json!(["ops"]);
    };
    repaired(
        platform,
        &space,
        postgres,
        change,
        &["databases.shop.roles.readonly"],
    );
    // Unset blocks.
    let change = |object: &mut Value| object["spec"]["backup"]["enabled"] = json!(true);
    repaired(platform, &space, postgres, change, &["backup"]);
    let change = |object: &mut Value| {
        object["spec"]["quorum"] = json!({"minSyncReplicas": 1, "maxSyncReplicas": 1});
    };
    repaired(platform, &space, postgres, change, &["quorum"]);
    // Another order, and equivalent values.
    platform.api.edit("postgreses", &space.name, |object| {
        let shop = &mut object["spec"]["databases"]["shop"];
        shop["extensions"] = json!(["pgcrypto", "hstore"]);
        shop["roles"]["admin"] = json!(["ops", "app"]);
        object["spec"]["size"] = json!("10240Mi");
    });
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn of_labels(platform: &Platform) {
    let space = Workspace::on(platform);
    let disk = |storage: &str| {
        format!(
            "resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  storage = \"{storage}\"\n  \
             labels = {{ team = \"shop\" }}\n}}\n"
        )
    };
    space.write(&disk("10Gi")).apply().ok();
    platform.api.edit("vmdisks", &space.name, |object| {
        object["metadata"]["labels"]["team"] = json!("them");
        object["metadata"]["labels"]["theirs"] = json!("yes");
    });
    // The configured label is managed, the other is not.
    space.plan().updates("hikube_vm_disk.it", &["labels.team"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.write(&disk("20Gi")).apply().ok();
    let labels = platform.api.get("vmdisks", &space.name).expect("the disk");
    let labels = labels["metadata"]["labels"].clone();
    assert_eq!(
        (&labels["team"], &labels["theirs"]),
        (&json!("shop"), &json!("yes"))
    );
    space.destroy().ok();
    platform.assert_clean();
}

/// Keys that no schema has, at the top level, in an object and in a list item, survive an update.
fn keeps_fields_of_other_clients(platform: &Platform) {
    let space = Workspace::on(platform);
    let vm = |kind: &str| {
        format!(
            "resource \"hikube_vm_disk\" \"a\" {{\n  name = \"NAME-a\"\n}}\n\
             resource \"hikube_vm\" \"it\" {{\n  name = \"NAME\"\n  instance_type = \"{kind}\"\n  \
             disks = [{{ name = hikube_vm_disk.a.name }}]\n}}\n"
        )
    };
    space.write(&vm("s1.large")).apply().ok();
    platform.api.edit("vminstances", &space.name, |object| {
        object["spec"]["theirs"] = json!({"a": [1, 2]});
        object["spec"]["resources"]["theirs"] = json!("kept");
        object["spec"]["disks"][0]["theirs"] = json!(7);
        object["metadata"]["annotations"]["example.org/theirs"] = json!("kept");
    });
    space.assert_settled();
    space
        .write(&vm("u1.large"))
        .plan()
        .updates("hikube_vm.it", &["instance_type"]);
    space.apply_plan().ok();
    let object = platform
        .api
        .get("vminstances", &space.name)
        .expect("the machine");
    let spec = &object["spec"];
    assert_eq!(spec["instanceType"], "u1.large");
    assert_eq!(spec["theirs"], json!({"a": [1, 2]}));
    assert_eq!(spec["resources"]["theirs"], "kept");
    assert_eq!(spec["disks"][0]["theirs"], 7);
    assert_eq!(
        object["metadata"]["annotations"]["example.org/theirs"],
        "kept"
    );
    space.destroy().ok();
    platform.assert_clean();
}

/// Setting a default explicitly has no effect. A write without an effect removes the platform's finalizer for minutes,
/// and waiting for a new `Ready` would time out.
fn writes_nothing_where_nothing_changes(platform: &Platform) {
    let ours = Workspace::on(platform);
    let disk = |more: &str| {
        format!(
            "resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  storage = \"5Gi\"\n  {more}\n}}\n"
        )
    };
    let quickly = |space: &Workspace| {
        let ran = space.apply().ok().says("1 changed");
        assert!(ran.took.as_secs() < 20, "it took {:?}", ran.took);
        space.assert_settled();
    };
    let version = || {
        let object = platform.api.get("vmdisks", &ours.name).expect("the disk");
        object["metadata"]["resourceVersion"].clone()
    };
    ours.write(&disk("")).apply().ok();
    let before = version();
    // Settings of the provider are not sent to the platform.
    ours.write(&disk("timeouts = { update = \"5m\" }"));
    quickly(&ours);
    assert_eq!(version(), before, "it was written");
    // A change of labels does not change `Ready`.
    ours.write(&disk("labels = { a = \"b\" }"));
    quickly(&ours);
    assert_ne!(version(), before, "it was not written");
    // After an import it is not known whether the default was set explicitly: it is written, and not waited for.
    let theirs = Workspace::named(platform, &*ours.name);
    let import = format!(
        "import {{\n  to = hikube_vm_disk.it\n  id = \"{}/NAME\"\n}}\n",
        platform.api.namespace
    );
    theirs.write(&format!("{}{import}", disk("labels = { a = \"b\" }")));
    quickly(&theirs);
    // A change of the spec restores the finalizer, without which a deletion would orphan workloads.
    ours.write(&disk("labels = { a = \"b\" }\n  optical = true"));
    quickly(&ours);
    ours.destroy().ok();
    platform.assert_clean();
}
