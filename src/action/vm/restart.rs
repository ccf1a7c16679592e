use std::time::Duration as Time;

use serde_json::json;

use super::power::{PERMISSION, Power, change_power};
use super::rules::vm_id_is_an_id;
use super::wait::Goal;
use crate::action::declaration::Action;
use crate::schema::{Duration, Spec};
use crate::value::Value;

pub(in crate::action) const ACTION: Action = Action {
    type_name: "hikube_vm_restart",
    description: "Shuts down a running virtual machine, starts it again and waits until it runs.",
    details: &[
        "Changes of `instance_type`, `disks`, `networks` and other attributes of a `hikube_vm` take effect with a \
              restart. A virtual machine that does not run, or whose `run_strategy` is `Once`, cannot be restarted, which is \
              an error.",
        PERMISSION,
    ],
    subcategory: "Virtual machines",
    schema: Restart::block,
    timeout: Time::from_mins(5),
    run: |invocation| {
        // KubeVirt supports no other grace period of a restart.
        let options = if invocation.config.attribute("force") == &Value::Bool(true) {
            json!({ "gracePeriodSeconds": 0 })
        } else {
            json!({})
        };
        Box::pin(change_power(
            invocation,
            Power {
                verb: "restart",
                started: "Restarting",
                done: "is running again",
                goal: Goal::Restarted,
                options,
            },
        ))
    },
};

#[derive(Spec)]
#[spec(rules(vm_id_is_an_id))]
struct Restart {
    /// ID of the virtual machine, `namespace/name`: the `id` of a `hikube_vm`.
    vm_id: String,
    /// Whether to turn the guest off instead of shutting it down, which can lose data that it has not written to its
    /// disks.
    #[spec(default = false)]
    force: Option<bool>,
    /// How long to wait until the virtual machine runs again, for example `90s`.
    #[spec(default = "5m")]
    timeout: Option<Duration>,
}
