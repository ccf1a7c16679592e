//! The stand-in, and its control.

use std::time::Duration;

use hikube_standin::{Options, Running, Standin, Subject};
use serde_json::Value as Json;

use crate::switches;

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

    /// A kubeconfig with the credentials of another subject.
    pub(crate) fn kubeconfig_of(&self, subject: &Subject) -> String {
        self.running.kubeconfig_of(subject)
    }

    /// Replaces the faults; none if `spec` is empty.
    pub(crate) async fn fault(&self, spec: &str) {
        switches::fault(&self.running, spec).await;
    }

    pub(crate) async fn reset(&self) {
        switches::reset(&self.running).await;
    }

    /// The number of requests since the start or the last reset.
    pub(crate) async fn requests(&self) -> u64 {
        self.stats().await["total"].as_u64().unwrap()
    }

    /// The number of watches of a kind.
    pub(crate) async fn watches(&self, plural: &str) -> u64 {
        let stats = self.stats().await;
        stats["requests"]["watch"][plural].as_u64().unwrap_or(0)
    }

    /// The number of lists of a kind.
    pub(crate) async fn lists(&self, plural: &str) -> u64 {
        let stats = self.stats().await;
        stats["requests"]["list"][plural].as_u64().unwrap_or(0)
    }

    /// Sends a request directly to the API; none if it was rejected.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Json) -> Option<String> {
        let path = format!("/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/{path}");
        switches::request(&self.running, method, &path, body.to_string().into_bytes())
            .await
            .ok()
    }

    /// The number of creates of a kind.
    pub(crate) async fn creates(&self, plural: &str) -> u64 {
        let stats = self.stats().await;
        stats["requests"]["create"][plural].as_u64().unwrap_or(0)
    }

    pub(crate) async fn stats(&self) -> Json {
        switches::stats(&self.running).await
    }
}
