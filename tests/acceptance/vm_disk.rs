//! `hikube_vm_disk`: it can grow but not shrink, and changes that the platform ignores on an existing disk force
//! replacement.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    never_shrinks,
    is_replaced_for_what_cannot_change,
    has_one_source_of_each_kind
);

fn disk(attributes: &str) -> String {
    format!("resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

fn never_shrinks(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&disk("storage = \"10Gi\"")).apply().ok();
    for smaller in ["storage = \"9Gi\"", "storage = \"10G\"", ""] {
        let ran = space.write(&disk(smaller)).try_plan().fails();
        ran.says("Cannot shrink volume")
            .says("volumes only grow. Set it to 10Gi or more")
            .says("terraform destroy -refresh=false");
    }
    // An equivalent amount is not a change.
    space.write(&disk("storage = \"10240Mi\"")).assert_settled();
    space
        .write(&disk("storage = \"11Gi\""))
        .plan()
        .updates("hikube_vm_disk.it", &["storage"]);
    space.apply_plan().ok();
    assert_eq!(platform.api.spec("vmdisks", &space.name)["storage"], "11Gi");
    // A destroy plans the configuration first, and the error states what to do.
    space.write(&disk("storage = \"9Gi\"")).destroy().fails();
    let as_said = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
    space.run(&as_said).ok().says("1 destroyed");
    platform.assert_clean();
}

fn is_replaced_for_what_cannot_change(platform: &Platform) {
    let space = Workspace::on(platform);
    let image = "source = { image = { name = \"ubuntu-2404\" } }";
    space
        .write(&disk(&format!("storage = \"10Gi\"\n{image}")))
        .apply()
        .ok();
    let other = "source = { http = { url = \"https://example.org/disk.qcow2\" } }";
    let address = "hikube_vm_disk.it";
    space
        .write(&disk(&format!("storage = \"10Gi\"\n{other}")))
        .plan()
        .replaces(address);
    space
        .write(&disk("storage = \"10Gi\""))
        .plan()
        .replaces(address);
    // Setting the default explicitly is not a change.
    let same = format!("storage = \"10Gi\"\nstorage_class = \"replicated\"\n{image}");
    space
        .write(&disk(&same))
        .plan()
        .updates(address, &["storage_class"]);
    // A replaced disk can be smaller.
    let local = format!("storage = \"5Gi\"\nstorage_class = \"local\"\n{image}");
    space.write(&disk(&local)).plan().replaces(address);
    space
        .apply_plan()
        .ok()
        .says("1 added, 0 changed, 1 destroyed");
    space.assert_settled();
    let spec = platform.api.spec("vmdisks", &space.name);
    assert_eq!(
        (&spec["storageClass"], &spec["storage"]),
        (&json!("local"), &json!("5Gi"))
    );
    space.destroy().ok();
    platform.assert_clean();
}

fn has_one_source_of_each_kind(platform: &Platform) {
    let space = Workspace::on(platform);
    let has_copies = platform.release != Release::V0_41;
    let copy = if has_copies {
        "resource \"hikube_vm_disk\" \"copy\" {\n  name = \"NAME-copy\"\n  \
         source = { disk = { name = hikube_vm_disk.upload.name } }\n}\n"
    } else {
        ""
    };
    let text = format!(
        "resource \"hikube_vm_disk\" \"upload\" {{\n  name = \"NAME-upload\"\n  source = {{ upload = {{}} }}\n}}\n\
         resource \"hikube_vm_disk\" \"empty\" {{\n  name = \"NAME-empty\"\n}}\n\
         resource \"hikube_vm_disk\" \"http\" {{\n  name = \"NAME-http\"\n  \
         source = {{ http = {{ url = \"https://example.org/disk.qcow2\" }} }}\n}}\n{copy}"
    );
    space.write(&text).apply().ok();
    space.assert_settled();
    let source = |name: &str| {
        let spec = platform
            .api
            .spec("vmdisks", &format!("{}-{name}", space.name));
        spec["source"].clone()
    };
    assert_eq!(source("upload"), json!({"upload": {}}));
    assert_eq!(
        source("http"),
        json!({"http": {"url": "https://example.org/disk.qcow2"}})
    );
    if has_copies {
        let from = json!({"disk": {"name": format!("{}-upload", space.name)}});
        assert_eq!(source("copy"), from);
    }
    space.destroy().ok();
    platform.assert_clean();
    let copy = disk("source = { disk = { name = \"other\" } }");
    let ran = space.write(&copy).try_plan();
    if has_copies {
        ran.ok();
    } else {
        ran.fails().says("It requires platform 1.3 or later");
    }
}
