//! Starts, stops and restarts of virtual machines, which KubeVirt serves.
use crate::failure::{Failure, no_such_resource};
use crate::platform::Shared;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};

/// The actions tenants may have a right to.
pub(crate) const ACTIONS: [&str; 3] = ["restart", "start", "stop"];

/// What stands before the name of a VMInstance in that of its machine.
const PREFIX: &str = "vm-instance-";

/// `/apis/subresources.kubevirt.io/v1/namespaces/{namespace}/virtualmachines/{name}/{action}`: taken
/// on without a body, whatever the machine does.
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
