//! Start, stop and restart of virtual machines, which KubeVirt serves. What each does depends on the run strategy (read
//! in the source of KubeVirt 1.6).
use crate::call::Call;
use crate::failure::{Failure, no_such_resource};
use crate::machines::{self, Phase};
use crate::object::Object;
use crate::platform::Shared;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use serde_json::Value;

/// The actions that tenants can be permitted to use.
pub(crate) const ACTIONS: [&str; 3] = ["restart", "start", "stop"];

/// The prefix of a virtual machine's name before the name of its VMInstance.
const PREFIX: &str = "vm-instance-";

/// `/apis/subresources.kubevirt.io/v1/namespaces/{namespace}/virtualmachines/{name}/{action}`: 202 without a body.
pub(crate) async fn act(
    State(platform): State<Shared>,
    Path((namespace, name, action)): Path<(String, String, String)>,
    call: Call,
) -> Result<StatusCode, Failure> {
    if !ACTIONS.contains(&action.as_str()) {
        return Err(no_such_resource());
    }
    if call.method != Method::PUT {
        return Err(Failure::no_method());
    }
    let sent = if call.body.is_empty() {
        Value::Null
    } else {
        call.json()?
    };
    let is_forced = restart_is_forced(&action, &sent)?;
    let key = (namespace, name);
    let mut world = platform.world();
    let object = world.objects.get(&key).cloned();
    let is_machine = |object: &Object| object.kind == "VMInstance" && key.1.starts_with(PREFIX);
    let Some(object) = object.filter(is_machine) else {
        return Err(not_found(&key.1));
    };
    let Some(machine) = machines::find(&mut world, &object, &key.1) else {
        return Err(not_found(&key.1));
    };
    let strategy = machine.strategy.clone();
    let phase = machine.phase;
    let refuse = |why: String| Err(conflict(&key.1, &why));
    let not_running = || refuse("VM is not running".to_owned());
    let manual = || {
        refuse(format!(
            "{strategy} does not support manual {action} requests"
        ))
    };
    match (action.as_str(), strategy.as_str()) {
        ("start", _) if machine.is_alive() => return refuse("VM is already running".to_owned()),
        ("start", "Always" | "Once") => return manual(),
        ("start", "Halted") => machine.strategy = "Always".to_owned(),
        ("stop", "Always" | "Once") => machine.strategy = "Halted".to_owned(),
        ("stop", _) if !machine.is_alive() => return not_running(),
        ("stop", "Halted") if sent["gracePeriod"].is_null() => {
            return refuse(
                "Halted only supports manual stop requests with a shorter graceperiod".to_owned(),
            );
        }
        ("restart", "Halted" | "Once") => {
            return refuse(format!(
                "RunStategy {strategy} does not support manual restart requests"
            ));
        }
        ("restart", _) if !machine.is_alive() => {
            return refuse("VM is not running: Halted".to_owned());
        }
        ("restart", _) if phase == Phase::Stopping => {
            return Err(Failure::new(
                500,
                "InternalError",
                "Internal error occurred: unable to complete request: stop/start already underway",
            ));
        }
        _ => {}
    }
    let at_once = is_forced || sent["gracePeriod"] == 0;
    match action.as_str() {
        "start" => machines::start(&mut world, &platform.options, &key, &object),
        "stop" if phase == Phase::Stopped => {}
        _ => {
            let restarts = action == "restart";
            machines::stop(
                &mut world,
                &platform.options,
                &key,
                &object,
                restarts,
                at_once,
            );
        }
    }
    drop(world);
    platform.wake.notify_one();
    Ok(StatusCode::ACCEPTED)
}

/// Whether the guest of a restart gets no time to shut down. Other grace periods are not supported.
fn restart_is_forced(action: &str, sent: &Value) -> Result<bool, Failure> {
    if action != "restart" {
        return Ok(false);
    }
    match sent["gracePeriodSeconds"].as_i64() {
        None => Ok(false),
        Some(0) => Ok(true),
        Some(1..) => Err(Failure::bad_request(
            "For force restart, only gracePeriod=0 is supported for now",
        )),
        Some(_) => Err(Failure::bad_request(
            "gracePeriod has to be greater or equal to 0",
        )),
    }
}

fn not_found(name: &str) -> Failure {
    let mut failure = Failure::not_found("kubevirt.io", "virtualmachines", name);
    failure.message = format!("virtualmachine.kubevirt.io \"{name}\" not found");
    failure
}

fn conflict(name: &str, why: &str) -> Failure {
    Failure::conflict("kubevirt.io", "virtualmachine", name, why)
}
