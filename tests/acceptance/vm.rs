//! `hikube_vm`: its addresses, and `run_strategy`, which platform 0.41 supports only in part.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    is_halted_and_started,
    needs_a_platform_that_knows_the_strategy,
    reports_its_addresses,
    warns_of_changes_that_require_a_restart
);

fn vm(attributes: &str) -> String {
    format!("resource \"hikube_vm\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

/// One attribute for `running` of release 0.41 and `runStrategy` of later ones.
fn is_halted_and_started(platform: &Platform) {
    let space = Workspace::on(platform);
    let field = if platform.release == Release::V0_41 {
        "running"
    } else {
        "runStrategy"
    };
    let said = |space: &Workspace| platform.api.spec("vminstances", &space.name)[field].clone();
    let (halted, always) = if platform.release == Release::V0_41 {
        (json!(false), json!(true))
    } else {
        (json!("Halted"), json!("Always"))
    };
    space.write(&vm("run_strategy = \"Halted\"")).apply().ok();
    assert_eq!(said(&space), halted);
    space.assert_settled();
    space
        .write(&vm(""))
        .plan()
        .updates("hikube_vm.it", &["run_strategy"]);
    space.apply_plan().ok();
    assert_eq!(said(&space), always);
    space.assert_settled();
    // Halting it outside of Terraform is drift, with the current name of the attribute.
    platform.api.edit("vminstances", &space.name, |object| {
        object["spec"][field] = halted.clone()
    });
    space.plan().updates("hikube_vm.it", &["run_strategy"]);
    space.apply_plan().ok();
    assert_eq!(said(&space), always);
    space.destroy().ok();
    platform.assert_clean();
}

fn needs_a_platform_that_knows_the_strategy(platform: &Platform) {
    let space = Workspace::on(platform);
    let ran = space.write(&vm("run_strategy = \"Manual\"")).try_plan();
    if platform.release == Release::V0_41 {
        let ran = ran.fails().says("Unsupported value for");
        ran.says("has `running` instead of `runStrategy`")
            .says("`Always` or `Halted`");
    } else {
        ran.ok().says("1 to add");
    }
    let ran = space
        .write(&vm("networks = [{ name = \"subnet-1a2b3c4d\" }]"))
        .try_plan();
    if platform.release == Release::V0_41 {
        ran.fails().says("It requires platform 1.3 or later");
    } else {
        ran.ok();
    }
    let ran = space.write(&vm("external_allow_icmp = false")).try_plan();
    if platform.release == Release::V1_6 {
        ran.ok();
    } else {
        ran.fails().says("It requires platform 1.6 or later");
    }
}

fn reports_its_addresses(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&vm("external = true")).apply().ok();
    let private_ip = space.state("hikube_vm.it", "private_ip");
    assert!(
        private_ip.as_str().is_some_and(|ip| ip.contains('.')),
        "{private_ip}"
    );
    let external_ip = space.state("hikube_vm.it", "external_ip");
    let command = format!("ssh ubuntu@{}", external_ip.as_str().expect("an address"));
    assert_eq!(space.state("hikube_vm.it", "ssh_command"), command);
    space.assert_settled();
    let stopped = vm("external = true\n  external_ports = [80]\n  run_strategy = \"Halted\"");
    space.write(&stopped).apply().ok();
    assert_eq!(space.state("hikube_vm.it", "private_ip"), json!(null));
    assert_eq!(space.state("hikube_vm.it", "ssh_command"), json!(null));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn warns_of_changes_that_require_a_restart(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&vm("")).apply().ok();
    let changed = vm("instance_type = \"u1.large\"\n  ssh_keys = [\"ssh-ed25519 AAAA a\"]");
    let ran = space.write(&changed).try_plan().ok();
    ran.says("No effect on the running machine yet")
        .says("`instance_type` will be stored now and takes effect when the machine is restarted")
        .says("`ssh_keys` is read on the first boot only");
    space.destroy().ok();
    platform.assert_clean();
}
