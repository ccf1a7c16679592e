use kube::api::DynamicObject;
use serde_json::Value as Json;

use crate::redaction::redacted_beginning;

/// The maximum length of the reason of a pod.
const MAX_REASON: usize = 300;

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// Its phase, such as `Pending` or `Running`; empty before it has one.
    pub phase: String,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// Why it does not run, as reported by the platform; empty if nothing is reported.
    pub reason: String,
}

impl Pod {
    /// Whether it runs, and will continue to.
    pub fn is_running(&self) -> bool {
        self.phase == "Running" && !self.is_terminating
    }

    /// Whether all of its containers have ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase.as_str(), "Succeeded" | "Failed")
    }

    pub(super) fn from_object(pod: DynamicObject) -> Pod {
        let text = |name: &str| pod.data["status"][name].as_str().unwrap_or_default();
        Pod {
            phase: text("phase").to_owned(),
            is_terminating: pod.metadata.deletion_timestamp.is_some(),
            reason: reason(&pod.data["status"]),
            name: pod.metadata.name.unwrap_or_default(),
            uid: pod.metadata.uid.unwrap_or_default(),
        }
    }
}

/// Why a pod does not run: its own reason, that of the scheduler, or that of a container.
fn reason(status: &Json) -> String {
    let elements = |name: &str| status[name].as_array().into_iter().flatten();
    let unscheduled = elements("conditions")
        .find(|condition| condition["type"] == "PodScheduled" && condition["status"] == "False");
    let containers = elements("initContainerStatuses").chain(elements("containerStatuses"));
    let waiting = containers.map(|container| &container["state"]["waiting"]);
    let mut sources = [status]
        .into_iter()
        .chain(unscheduled)
        .chain(waiting)
        .map(|source| ["reason", "message"].map(|name| source[name].as_str().unwrap_or_default()));
    let found = sources.find(|[reason, message]| !reason.is_empty() || !message.is_empty());
    let text = match found {
        Some([reason, ""]) => reason.to_owned(),
        Some(["", message]) => message.to_owned(),
        Some([reason, message]) => format!("{reason}: {message}"),
        None => String::new(),
    };
    redacted_beginning(&text, MAX_REASON)
}

/// The address of a pod inside the platform, once it runs.
pub(super) fn address(pod: &DynamicObject) -> Option<String> {
    let text = |path: &str| pod.data.pointer(path).and_then(Json::as_str);
    let is_ending = pod.metadata.deletion_timestamp.is_some();
    (text("/status/phase") == Some("Running") && !is_ending)
        .then(|| text("/status/podIP"))?
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_reports_why_it_does_not_run() {
        let pod = |status: Json| {
            let pod = json!({ "metadata": { "name": "a", "uid": "u" }, "status": status });
            Pod::from_object(serde_json::from_value(pod).unwrap())
        };
        let unscheduled = json!({ "phase": "Pending", "conditions": [
            { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes" },
        ] });
        let unscheduled = pod(unscheduled);
        assert_eq!(unscheduled.reason, "Unschedulable: 0/3 nodes");
        assert!(!unscheduled.is_running() && !unscheduled.has_ended());
        let waiting = json!({ "phase": "Pending", "containerStatuses": [
            { "state": { "running": {} } },
            { "state": { "waiting": { "reason": "ContainerCreating" } } },
        ] });
        assert_eq!(pod(waiting).reason, "ContainerCreating");
        let evicted = json!({ "phase": "Failed", "reason": "Evicted", "message": "low on memory" });
        assert_eq!(pod(evicted.clone()).reason, "Evicted: low on memory");
        assert!(pod(evicted).has_ended());
        let running = pod(json!({ "phase": "Running" }));
        assert!(running.is_running() && running.reason.is_empty());
        assert_eq!(pod(json!(null)).phase, "");
    }

    #[test]
    fn only_a_running_pod_has_an_address() {
        let address_of = |status: Json, is_ending: bool| {
            let mut metadata = json!({ "name": "a" });
            if is_ending {
                metadata["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
            }
            let pod = json!({ "metadata": metadata, "status": status });
            address(&serde_json::from_value(pod).unwrap())
        };
        let running = json!({ "phase": "Running", "podIP": "10.0.0.7" });
        assert_eq!(
            address_of(running.clone(), false).as_deref(),
            Some("10.0.0.7")
        );
        assert_eq!(address_of(running, true), None);
        let done = json!({ "phase": "Succeeded", "podIP": "10.0.0.7" });
        assert_eq!(address_of(done, false), None);
        assert_eq!(address_of(json!({ "phase": "Running" }), false), None);
    }
}
