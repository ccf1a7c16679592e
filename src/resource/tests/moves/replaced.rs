//! A move from a replaced kind is an error with the blocks to paste.
use crate::resource::resource_type::ResourceType;
use serde_json::json;

use super::super::bad_input::model;
use super::{Sample, moved};

fn refusal(model: &ResourceType, kind: &str) -> String {
    let sample = Sample::named("gavinbunney_kubectl_manifest", "bucket").with("kind", json!(kind));
    let moved = sample.moved_to(model);
    assert!(moved.state.is_null());
    let details: Vec<String> = moved
        .diagnostics
        .iter()
        .map(|one| one.detail.clone())
        .collect();
    assert_eq!(details.len(), 1, "{details:?}");
    details.concat()
}

#[test]
fn a_virtual_machine_is_imported_as_its_machine_and_disk() {
    for target in ["hikube_vm", "hikube_vm_disk", "hikube_bucket"] {
        let detail = refusal(model(target), "VirtualMachine");
        for phrase in [
            "This manifest is a `VirtualMachine`, a kind that platform 1.0 removed",
            "replaced every `VirtualMachine` by a `VMInstance` and a `VMDisk` of the same name.",
            "Before that upgrade, keep it a `kubectl_manifest`.",
            "\n\nremoved {\n  from = kubectl_manifest.NAME\n\n  lifecycle {\n    destroy = false\n  }\n}\n\n\
             import {\n  to = hikube_vm.NAME\n  id = \"tenant-demo/sample\"\n}\n\n\
             import {\n  to = hikube_vm_disk.NAME\n  id = \"tenant-demo/sample\"\n}",
        ] {
            assert!(detail.contains(phrase), "no {phrase:?} in {detail}");
        }
    }
}

#[test]
fn a_kind_without_a_successor_is_forgotten() {
    let detail = refusal(model("hikube_postgres"), "FerretDB");
    assert!(detail.contains("without a replacement"), "{detail}");
    assert!(!detail.contains("import {"), "{detail}");
}

/// A kind that was only renamed can be moved under both names.
#[test]
fn a_renamed_kind_is_moved() {
    for kind in ["MySQL", "MariaDB"] {
        let sample = Sample::named("alekc_kubectl_manifest", "bucket").with("kind", json!(kind));
        let moved = sample.moved_to(model("hikube_mariadb"));
        assert!(!moved.diagnostics.has_errors(), "{:?}", moved.diagnostics);
        assert_eq!(moved.state.attribute("id"), &"tenant-demo/sample".into());
    }
    let detail = refusal(model("hikube_postgres"), "MySQL");
    assert!(
        detail.contains("Move it to a `hikube_mariadb`."),
        "{detail}"
    );
}

/// The error does not mention kinds that the provider has.
#[test]
fn another_kind_is_not_taken_for_a_replaced_one() {
    let bucket = model("hikube_bucket");
    let detail = refusal(bucket, "VMInstance");
    assert!(detail.contains("Move it to a `hikube_vm`."), "{detail}");
    let ours = moved(
        bucket,
        "h/cozystack/cozystack",
        "cozystack_virtualmachine",
        b"{}",
    );
    assert!(ours.diagnostics.has_errors());
}
