//! Actions: triggered by a change, and invoked with `-invoke`.

use std::time::{Duration, Instant};

use hikube_standin::{Options, Release, Role, Subject};

use crate::harness::{Platform, Workspace, minor_version, on_each_release, with_actions};

on_each_release!(a_restart_follows_a_change_of_the_keys);

const ACTIONS: &str = r#"
action "hikube_vm_restart" "it" {
  config {
    vm_id   = hikube_vm.it.id
    timeout = var.timeout
  }
}

action "hikube_vm_stop" "it" {
  config {
    vm_id        = hikube_vm.it.id
    grace_period = "1s"
  }
}

action "hikube_vm_start" "it" {
  config {
    vm_id = hikube_vm.it.id
  }
}

variable "timeout" {
  default = "1m"
}

resource "terraform_data" "keys" {
  input = hikube_vm.it.ssh_keys

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.hikube_vm_restart.it]
    }
  }
}
"#;

fn with_key(key: &str) -> String {
    let vm = format!(
        "resource \"hikube_vm\" \"it\" {{\n  name = \"NAME\"\n  ssh_keys = [\"ssh-ed25519 {key} a\"]\n}}\n"
    );
    vm + ACTIONS
}

/// A workspace with a machine and its actions.
fn made(platform: &Platform) -> Workspace {
    let space = Workspace::on(platform);
    let ran = space.write(&with_key("AAAA")).apply().ok();
    ran.says("2 added, 0 changed, 0 destroyed")
        .omits("Restarting");
    space.assert_settled();
    space
}

fn a_restart_follows_a_change_of_the_keys(platform: &Platform) {
    if !with_actions() {
        return;
    }
    let space = made(platform);
    space
        .write(&with_key("BBBB"))
        .try_plan()
        .ok()
        .says("Actions: 1 to invoke");
    let ran = space.apply_plan();
    let id = format!("{}/{}", platform.api.namespace, space.name);
    if platform.release == Release::V1_6 {
        ran.ok()
            .says("Action action.hikube_vm_restart.it")
            .says(&format!("Restarting virtual machine {id}"))
            .says(&format!("Virtual machine {id} is running again after"));
    } else {
        ran.fails()
            .says(&format!(
                "Permission denied: cannot restart virtual machine {id}"
            ))
            .says("since platform 1.5")
            .says("On earlier platforms no role of a tenant permits it: set `run_strategy`");
    }
    // The state has the changes, and the action is not invoked again.
    space.assert_settled();
    space.apply().ok().omits("Restarting");
    space.destroy().ok();
    platform.assert_clean();
}

/// A stand-in whose machines take this long to stop or start.
fn platform(power_after: Duration) -> Option<Platform> {
    let options = Options {
        power_after,
        ..Platform::quick()
    };
    with_actions().then(|| Platform::with(options))
}

#[test]
fn a_machine_is_stopped_and_started_by_hand() {
    let Some(platform) = platform(Duration::from_millis(100)) else {
        return;
    };
    let space = made(&platform);
    let invoke = |name: &str| space.apply_with(&[&format!("-invoke=action.{name}.it")]);
    for _ in 0..2 {
        invoke("hikube_vm_stop").ok().says("has stopped after");
    }
    // The plan does not show it.
    space.assert_settled();
    invoke("hikube_vm_restart")
        .fails()
        .says("Could not restart virtual machine")
        .says("It is not running");
    for _ in 0..2 {
        invoke("hikube_vm_start").ok().says("is running after");
    }
    invoke("hikube_vm_restart")
        .ok()
        .says("is running again after");
    space.assert_settled();
    space.log_in(
        &platform,
        &Subject::new(Role::View, &platform.api.namespace),
    );
    invoke("hikube_vm_stop")
        .fails()
        .says("Permission denied: cannot stop virtual machine")
        .says("This requires the `use` role");
    let owner = Subject::new(Role::ServiceAccount, &platform.api.namespace);
    space.log_in(&platform, &owner);
    space.destroy().ok();
    platform.assert_clean();
}

#[test]
fn a_wrong_value_of_a_variable_is_an_error_at_plan() {
    let Some(platform) = platform(Duration::ZERO) else {
        return;
    };
    let space = made(&platform);
    // Terraform validates without the values of variables.
    let messages = space.validate();
    assert!(
        messages
            .iter()
            .all(|message| message["severity"] != "error"),
        "{messages:?}"
    );
    let invoke = ["-invoke=action.hikube_vm_restart.it", "-var=timeout=soon"];
    space
        .apply_with(&invoke)
        .fails()
        .says("`timeout` must be a duration");
    space.destroy().ok();
    platform.assert_clean();
}

/// Terraform 1.16 has `caller`, the resource that triggers the action.
#[test]
fn the_trigger_names_the_machine() {
    if minor_version() < 16 {
        return;
    }
    let Some(platform) = platform(Duration::ZERO) else {
        return;
    };
    let space = Workspace::on(&platform);
    let vm = |size: &str| {
        format!(
            r#"
resource "hikube_vm" "it" {{
  name          = "NAME"
  instance_type = "{size}"

  lifecycle {{
    action_trigger {{
      events  = [after_update]
      actions = [action.hikube_vm_restart.it]
    }}
  }}
}}

action "hikube_vm_restart" "it" {{
  config {{
    vm_id = caller.id
  }}
}}
"#
        )
    };
    space.write(&vm("u1.medium")).apply().ok();
    space
        .write(&vm("u1.large"))
        .apply()
        .ok()
        .says("is running again after");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

#[test]
fn an_interrupt_ends_an_action() {
    let Some(platform) = platform(Duration::from_secs(3600)) else {
        return;
    };
    let space = made(&platform);
    let pods = platform.api.requests("list", "pods");
    let run = space.start(&[
        "apply",
        "-auto-approve",
        "-input=false",
        "-no-color",
        "-invoke=action.hikube_vm_restart.it",
        "-var=timeout=10m",
    ]);
    let run = run.until(|| platform.api.requests("list", "pods") > pods + 4);
    let begun = Instant::now();
    run.interrupt();
    let ran = run.wait();
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    ran.fails().says("Restarting virtual machine");
    space.destroy().ok();
    platform.assert_clean();
}
