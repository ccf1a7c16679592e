//! Control of a running stand-in: its faults and counts.

use hikube_standin::Running;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;

/// Replaces the faults; none if `spec` is empty.
pub(crate) async fn fault(running: &Running, spec: &str) {
    let spec = spec.replace('=', "%3D");
    let path = format!("/__standin/fault?spec={spec}");
    switch(running, "POST", &path).await;
}

/// Resets the counts.
pub(crate) async fn reset(running: &Running) {
    switch(running, "POST", "/__standin/reset").await;
}

/// The counts since the start or the last reset.
pub(crate) async fn stats(running: &Running) -> Value {
    let stats = switch(running, "GET", "/__standin/stats").await;
    stats.parse().unwrap()
}

async fn switch(running: &Running, method: &str, path: &str) -> String {
    request(running, method, path, Vec::new()).await.unwrap()
}

/// Sends a request with the credentials of a kubeconfig.
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
