use std::time::Duration;

use serde_json::Value as Json;

use crate::api::{ApiResource, Error, ErrorKind, Object, Pod};
use crate::lifecycle::Application;
use crate::resource::{Lifecycle as _, Session};

/// What it is called in messages.
pub(super) const TITLE: &str = "virtual machine";

/// The application.
static VM_INSTANCES: ApiResource = ApiResource::application("VMInstance", "vminstances");

/// The virtual machine of KubeVirt, to which only the subresources are permitted.
static MACHINES: ApiResource = ApiResource::new(
    "subresources.kubevirt.io",
    "v1",
    "VirtualMachine",
    "virtualmachines",
);

/// The label of a pod with the name of its virtual machine.
const VM_NAME: &str = "vm.kubevirt.io/name";

/// A virtual machine.
pub(super) struct Machine<'a> {
    pub(super) session: &'a Session,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl Machine<'_> {
    /// Its name in KubeVirt.
    fn release(&self) -> String {
        format!("vm-instance-{}", self.name)
    }

    /// Its ID.
    pub(super) fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The application, or none.
    pub(super) async fn application(&self) -> Result<Option<Object>, Error> {
        let client = &self.session.client;
        client
            .get_opt(&VM_INSTANCES, self.namespace, self.name)
            .await
    }

    /// Its pods, or none if they cannot be listed.
    pub(super) async fn pods(&self) -> Option<Vec<Pod>> {
        let (client, release) = (&self.session.client, self.release());
        let label = (VM_NAME, release.as_str());
        let pods = client.pods(self.namespace, label, Duration::ZERO).await;
        pods.ok().flatten()
    }

    /// Its pods after a refused request, if they explain it.
    pub(super) async fn pods_after(&self, error: &Error) -> Option<Vec<Pod>> {
        if error.kind() == ErrorKind::Conflict {
            self.pods().await
        } else {
            None
        }
    }

    /// Requests a change of its power.
    pub(super) async fn put(&self, verb: &str, options: &Json) -> Result<(), Error> {
        let client = &self.session.client;
        let release = self.release();
        client
            .put_subresource(&MACHINES, self.namespace, &release, verb, options)
            .await
    }
}

/// The run strategy of an application; platforms before 1.0 have `running` instead.
pub(super) fn run_strategy(application: &Object) -> &str {
    let spec = &application.spec;
    match spec.get("runStrategy").and_then(Json::as_str) {
        Some(strategy) => strategy,
        None if spec.get("running").and_then(Json::as_bool) == Some(false) => "Halted",
        None => "Always",
    }
}

/// The pods in the platform's terms, or why there are none.
pub(super) fn pods_text(pods: &[Pod], application: Option<&Object>) -> String {
    let texts: Vec<String> = pods.iter().map(pod_text).collect();
    if !texts.is_empty() {
        return texts.join(", ");
    }
    let reason = application.and_then(|object| Application.not_ready_reason(object));
    match reason {
        Some(reason) => format!("No pod; {reason}"),
        None => "No pod".to_owned(),
    }
}

fn pod_text(pod: &Pod) -> String {
    let mut text = format!("Pod {}", pod.name);
    if !pod.phase.is_empty() {
        text.push_str(&format!(" is {}", pod.phase));
    }
    if pod.is_terminating {
        text.push_str(", terminating");
    }
    if !pod.reason.is_empty() {
        text.push_str(&format!(" ({})", pod.reason));
    }
    text
}
