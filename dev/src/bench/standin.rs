//! The stand-in as a process, and its counts of requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::{Method, Request};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::process::Watchdog;

/// The simulated release.
pub(crate) const RELEASE: &str = "1.6";
/// The times for waits, long enough to measure how soon their end is noticed.
pub(crate) const SLOW: Pace = Pace {
    ready_after: "3",
    delete_after: "1",
};
/// The times without waits: a deletion takes no time, which would be the platform's and not the provider's.
pub(crate) const QUICK: Pace = Pace {
    ready_after: "0.1",
    delete_after: "0",
};
/// A timeout for starts and responses.
const LIMIT: Duration = Duration::from_secs(20);

/// The times of the platform.
pub(crate) struct Pace {
    /// Seconds from a write to ready.
    pub(crate) ready_after: &'static str,
    /// Seconds from a DELETE to the removal of the object.
    pub(crate) delete_after: &'static str,
}

/// A stand-in that runs until this is dropped.
pub(crate) struct Standin {
    child: Child,
    /// The kubeconfig.
    pub(crate) kubeconfig: PathBuf,
    runtime: Runtime,
    client: kube::Client,
}

/// The requests to the API.
#[derive(Clone, Default)]
pub(crate) struct Requests {
    pub(crate) total: u64,
    /// Counts of, for example, `list postgreses`, most frequent first.
    pub(crate) kinds: Vec<(String, u64)>,
}

impl Standin {
    /// Starts a stand-in that delays each response by `delay` seconds.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub(crate) fn start(binary: &Path, folder: &Path, delay: f64, pace: &Pace) -> Result<Standin> {
        let kubeconfig = folder.join(format!("kubeconfig-{}", pace.ready_after));
        let mut child = Command::new(binary)
            .args(["--platform", RELEASE, "--delay", &delay.to_string()])
            .args([
                "--ready-after",
                pace.ready_after,
                "--delete-after",
                pace.delete_after,
            ])
            .args(["--for", "14400", "--exit-with-stdin", "--kubeconfig"])
            .arg(&kubeconfig)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the stand-in")?;
        let watchdog = Watchdog::over(child.id(), LIMIT);
        let stdout = child.stdout.take().context("no stdout")?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        drop(watchdog);
        if !line.starts_with("listening") {
            let _ = child.kill();
        }
        ensure!(
            line.starts_with("listening"),
            "the stand-in did not start: {:?}",
            child.wait()?
        );
        let client = runtime.block_on(async {
            let options = KubeConfigOptions::default();
            let parsed = Kubeconfig::read_from(&kubeconfig)?;
            let config = Config::from_custom_kubeconfig(parsed, &options).await?;
            anyhow::Ok(kube::Client::try_from(config)?)
        })?;
        Ok(Standin {
            child,
            kubeconfig,
            runtime,
            client,
        })
    }

    /// Resets the counts.
    ///
    /// # Errors
    ///
    /// The stand-in has ended.
    pub(crate) fn reset(&self) -> Result<()> {
        self.ask(&Method::POST, "reset").map(|_| ())
    }

    /// The requests since the last reset.
    ///
    /// # Errors
    ///
    /// The stand-in has ended.
    pub(crate) fn requests(&self) -> Result<Requests> {
        let stats = self.ask(&Method::GET, "stats")?;
        let counts: BTreeMap<String, BTreeMap<String, u64>> =
            serde_json::from_value(stats["requests"].clone())?;
        let mut kinds: Vec<(String, u64)> = counts
            .iter()
            .flat_map(|(verb, counts)| {
                let kinds = counts.iter();
                kinds.map(move |(resource, &count)| (format!("{verb} {resource}"), count))
            })
            .collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(Requests {
            total: stats["total"].as_u64().context("no total")?,
            kinds,
        })
    }

    /// The number of objects.
    ///
    /// # Errors
    ///
    /// The stand-in has ended.
    pub(crate) fn objects(&self) -> Result<u64> {
        let stats = self.ask(&Method::GET, "stats")?;
        stats["objects"].as_u64().context("no count of objects")
    }

    fn ask(&self, method: &Method, what: &str) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(format!("/__standin/{what}"))
            .body(Vec::new())?;
        let answer = async { tokio::time::timeout(LIMIT, self.client.request(request)).await };
        let answer = self.runtime.block_on(answer);
        answer
            .context("the stand-in does not answer")?
            .context("the stand-in has ended before its time")
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
