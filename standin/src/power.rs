//! Start, stop and restart of virtual machines, which KubeVirt serves.
use crate::failure::{Failure, no_such_resource};
use crate::platform::Shared;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};

/// The actions that tenants can be permitted to use.
pub(crate) const ACTIONS: [&str; 3] = ["restart", "start", "stop"];

/// The prefix of a virtual machine's name before the name of its VMInstance.
const PREFIX: &str = "vm-instance-";

/// `/apis/subresources.kubevirt.io/v1/namespaces/{namespace}/virtualmachines/{name}/{action}`: accepted without a body,
/// in any state of the machine.
pub(crate) async fn act(
    State(platform): State<Shared>,
    Path((namespace, name, action)): Path<(String, String, String)>,
    method: Method,
) -> Result<StatusCode, Failure> {
    if !ACTIONS.contains(&action.as_str()) {
        return Err(no_such_resource());
    }
    if method != Method::PUT {
        return Err(Failure::no_method());
    }
    let world = platform.world();
    let machine = world.objects.get(&(namespace, name.clone()));
    if machine.is_some_and(|object| object.kind == "VMInstance") && name.starts_with(PREFIX) {
        return Ok(StatusCode::ACCEPTED);
    }
    let mut failure = Failure::not_found("kubevirt.io", "virtualmachines", &name);
    failure.message = format!("virtualmachine.kubevirt.io \"{name}\" not found");
    Err(failure)
}
