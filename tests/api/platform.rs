//! A stand-in, its clients, and its control.

use std::path::PathBuf;
use std::time::Duration;

use hikube::api::{ApiResource, Client, Environment, Settings};
use hikube_standin::{Options, Running, Standin};
use serde_json::Value;
use tokio::time::Instant;

use crate::switches;

pub(crate) static BUCKET: ApiResource = ApiResource::application("Bucket", "buckets");

pub(crate) struct Platform {
    running: Running,
}

impl Platform {
    pub(crate) fn start(faults: &[&str]) -> Platform {
        let faults = faults.iter().map(|spec| spec.parse().unwrap()).collect();
        Platform::with(Options {
            faults,
            ..Platform::quick()
        })
    }

    pub(crate) fn quick() -> Options {
        Options {
            ready_after: Duration::from_millis(100),
            delete_after: Duration::from_millis(100),
            ..Options::default()
        }
    }

    /// A port that was just released may not be available immediately.
    pub(crate) fn with(options: Options) -> Platform {
        for _ in 0..50 {
            if let Ok(running) = Standin::start(options.clone()) {
                return Platform { running };
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the stand-in does not start");
    }

    /// The options of a stand-in that replaces this one, including its objects.
    pub(crate) fn successor(&self, state: PathBuf) -> Options {
        let port = self
            .running
            .url
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        Options {
            port,
            state: Some(state),
            ..Platform::quick()
        }
    }

    pub(crate) fn address(&self) -> String {
        self.running.url.clone()
    }

    pub(crate) async fn client(&self) -> Client {
        self.client_with_token(&self.running.token).await
    }

    pub(crate) async fn client_with_token(&self, token: &str) -> Client {
        self.client_by(Settings {
            kubeconfig: Some(self.running.kubeconfig()),
            token: Some(token.to_owned()),
            ..Settings::default()
        })
        .await
    }

    /// Accepts any certificate, because each stand-in generates its own.
    pub(crate) async fn client_by(&self, settings: Settings) -> Client {
        let settings = Settings {
            insecure: Some(true),
            ..settings
        };
        let connection = settings.resolve(&Environment::default()).await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        Client::new(&connection, deadline).await.unwrap().0
    }

    pub(crate) fn kubeconfig(&self) -> String {
        self.running.kubeconfig()
    }

    pub(crate) fn token(&self) -> &str {
        &self.running.token
    }

    /// The number of requests since the start or the last reset.
    pub(crate) async fn total(&self) -> u64 {
        self.stats().await["total"].as_u64().unwrap()
    }

    pub(crate) async fn stats(&self) -> Value {
        switches::stats(&self.running).await
    }

    pub(crate) async fn reset(&self) {
        switches::reset(&self.running).await;
    }

    pub(crate) async fn fault(&self, spec: &str) {
        switches::fault(&self.running, spec).await;
    }
}
