use std::time::Duration as Time;

use serde_json::{Value as Json, json};

use super::power::{PERMISSION, Power, change_power};
use super::rules::{grace_period_fits, vm_id_is_an_id};
use super::wait::Goal;
use crate::action::declaration::Action;
use crate::schema::{Duration, Spec, duration};
use crate::value::Value;

pub(in crate::action) const ACTION: Action = Action {
    type_name: "hikube_vm_stop",
    description: "Shuts down a virtual machine and waits until it has stopped. Does nothing if it does not run.",
    details: &[
        "Its disks are kept. A virtual machine with the `run_strategy` `Always` or `Once` becomes `Halted` on the \
              platform. The configuration stays as it is, the plan stays empty, and the next change of the `hikube_vm` can \
              start the virtual machine again. With `Manual` or `RerunOnFailure` the strategy stays. To declare whether a \
              virtual machine runs, set `run_strategy` instead.",
        PERMISSION,
    ],
    subcategory: "Virtual machines",
    schema: Stop::block,
    timeout: Time::from_mins(5),
    run: |invocation| {
        let options = options(invocation.config);
        Box::pin(change_power(
            invocation,
            Power {
                verb: "stop",
                started: "Stopping",
                done: "has stopped",
                goal: Goal::Stopped,
                options,
            },
        ))
    },
};

#[derive(Spec)]
#[spec(rules(vm_id_is_an_id, grace_period_fits))]
struct Stop {
    /// ID of the virtual machine, `namespace/name`: the `id` of a `hikube_vm`.
    vm_id: String,
    /// How long the guest may take to shut down before it is turned off, for example `30s`. `0s` turns it off at once,
    /// which can lose data that it has not written to its disks. Must be shorter than `timeout`. Defaults to that of the
    /// virtual machine, which the platform sets.
    grace_period: Option<Duration>,
    /// How long to wait until the virtual machine has stopped, for example `90s`.
    #[spec(default = "5m")]
    timeout: Option<Duration>,
}

/// KubeVirt's `StopOptions`.
fn options(config: &Value) -> Json {
    let grace_period = config.attribute("grace_period").as_str().and_then(duration);
    match grace_period {
        Some(period) => json!({ "gracePeriod": period.as_secs() }),
        None => json!({}),
    }
}
