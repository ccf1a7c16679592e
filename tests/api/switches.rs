//! The switches of a stand-in that is running: its faults, and what it has counted.

use hikube_standin::Running;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;

/// Other faults from now on; none where `spec` is empty.
pub(crate) async fn fault(running: &Running, spec: &str) {
    let spec = spec.replace('=', "%3D");
    let path = format!("/__standin/fault?spec={spec}");
    switch(running, "POST", &path).await;
}

/// Counts from nothing again.
pub(crate) async fn reset(running: &Running) {
    switch(running, "POST", "/__standin/reset").await;
}

/// What came since the start or the last reset.
pub(crate) async fn stats(running: &Running) -> Value {
    let stats = switch(running, "GET", "/__standin/stats").await;
    stats.parse().unwrap()
}

async fn switch(running: &Running, method: &str, path: &str) -> String {
    request(running, method, path, Vec::new()).await.unwrap()
}

/// Asks it anything, as its kubeconfig allows.
pub(crate) async fn request(
    running: &Running,
    method: &str,
    path: &str,
    body: Vec<u8>,
) -> kube::Result<String> {
    let kubeconfig = Kubeconfig::from_yaml(&running.kubeconfig()).unwrap();
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options);
    let client = kube::Client::try_from(config.await.unwrap())?;
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    client.request_text(request).await
}
