use kube::api::DynamicObject;
use serde_json::Value as Json;

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
