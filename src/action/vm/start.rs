use std::time::Duration as Time;

use serde_json::json;

use super::power::{PERMISSION, Power, change_power};
use super::rules::vm_id_is_an_id;
use super::wait::Goal;
use crate::action::declaration::Action;
use crate::schema::{Duration, Spec};

pub(in crate::action) const ACTION: Action = Action {
    type_name: "hikube_vm_start",
    description: "Starts a virtual machine and waits until it runs. Does nothing if it runs.",
    details: &[
        "A virtual machine that is `Halted` on the platform becomes `Always` there. The configuration stays as it is, the \
              plan stays empty, and the next change of the `hikube_vm` can stop the virtual machine again. With the \
              `run_strategy` `Manual` or `RerunOnFailure` the strategy stays. One that has ended with `Once` cannot be \
              started, which is an error. To declare whether a virtual machine runs, set `run_strategy` instead.",
        PERMISSION,
    ],
    subcategory: "Virtual machines",
    schema: Start::block,
    timeout: Time::from_mins(5),
    run: |invocation| {
        Box::pin(change_power(
            invocation,
            Power {
                verb: "start",
                started: "Starting",
                done: "is running",
                goal: Goal::Running,
                options: json!({}),
            },
        ))
    },
};

#[derive(Spec)]
#[spec(rules(vm_id_is_an_id))]
struct Start {
    /// ID of the virtual machine, `namespace/name`: the `id` of a `hikube_vm`.
    vm_id: String,
    /// How long to wait until the virtual machine runs, for example `90s`.
    #[spec(default = "5m")]
    timeout: Option<Duration>,
}
