//! The stand-in, and its switches.

use std::time::Duration;

use hikube_standin::{Options, Running, Standin};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value as Json;

pub(crate) struct Platform {
    running: Running,
}

impl Platform {
    pub(crate) fn start() -> Platform {
        Platform::with(Platform::quick())
    }

    pub(crate) fn quick() -> Options {
        Options {
            ready_after: Duration::from_millis(50),
            delete_after: Duration::from_millis(50),
            lag: Duration::ZERO,
            ..Options::default()
        }
    }

    pub(crate) fn with(options: Options) -> Platform {
        let running = Standin::start(options).expect("the stand-in starts");
        Platform { running }
    }

    pub(crate) fn kubeconfig(&self) -> String {
        self.running.kubeconfig()
    }

    /// Other faults from now on; none where `spec` is empty.
    pub(crate) async fn fault(&self, spec: &str) {
        let spec = spec.replace('=', "%3D");
        let path = format!("/__standin/fault?spec={spec}");
        self.switch("POST", &path).await;
    }

    pub(crate) async fn reset(&self) {
        self.switch("POST", "/__standin/reset").await;
    }

    /// How many requests came since the start or the last reset.
    pub(crate) async fn requests(&self) -> u64 {
        self.stats().await["total"].as_u64().unwrap()
    }

    /// How many of them began to follow a kind.
    pub(crate) async fn watches(&self, plural: &str) -> u64 {
        let stats = self.stats().await;
        stats["requests"]["watch"][plural].as_u64().unwrap_or(0)
    }

    async fn stats(&self) -> Json {
        self.switch("GET", "/__standin/stats")
            .await
            .parse()
            .unwrap()
    }

    async fn switch(&self, method: &str, path: &str) -> String {
        let kubeconfig = Kubeconfig::from_yaml(&self.running.kubeconfig()).unwrap();
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options);
        let client = kube::Client::try_from(config.await.unwrap()).unwrap();
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .body(Vec::new())
            .unwrap();
        client.request_text(request).await.unwrap()
    }
}
