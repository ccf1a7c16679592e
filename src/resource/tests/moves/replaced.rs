//! A kind that an upgrade of the platform replaced is not moved; the message has the blocks to paste.
use crate::resource::move_state::request::MoveRequest;
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
fn a_kind_without_a_resource_is_forgotten() {
    let postgres = model("hikube_postgres");
    let detail = refusal(postgres, "MySQL");
    for phrase in [
        "replaced every `MySQL` by a `MariaDB` of the same name.",
        "The provider has no resource for a `MariaDB`",
        "import the new object as a `kubectl_manifest`:\n\nremoved {",
    ] {
        assert!(detail.contains(phrase), "no {phrase:?} in {detail}");
    }
    assert!(!detail.contains("import {"), "{detail}");
    let detail = refusal(postgres, "FerretDB");
    assert!(detail.contains("without a replacement"), "{detail}");
}

/// Once there is a resource for the new kind, the message names it.
#[test]
fn a_resource_for_the_new_kind_is_named() {
    let sample = Sample::named("alekc_kubectl_manifest", "bucket").with("kind", json!("MySQL"));
    let state = serde_json::Value::Object(sample.state.clone()).to_string();
    let type_for = |kind: &str| (kind == "MariaDB").then_some("hikube_mariadb");
    let moved = crate::resource::move_state(
        model("hikube_postgres"),
        &MoveRequest {
            provider: &sample.provider,
            type_name: &sample.type_name,
            state: state.as_bytes(),
            private: &[],
            type_for: &type_for,
        },
    );
    let details: String = moved
        .diagnostics
        .iter()
        .map(|one| one.detail.clone())
        .collect();
    let import = "import {\n  to = hikube_mariadb.NAME\n  id = \"tenant-demo/sample\"\n}";
    assert!(details.ends_with(import), "{details}");
}

/// The refusal does not mention kinds that the provider has.
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
