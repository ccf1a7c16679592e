//! The executable with a memory limit, above which it is killed.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use hikube::protocol::wire::provider_client::ProviderClient;
use hikube::schema::Spec as _;
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tonic::transport::Endpoint;

use crate::process;
use crate::terraform::{Core, block_value};

/// The number of concurrent processes: most of the time they wait.
static PERMITS: Semaphore = Semaphore::const_new(8);

/// The maximum memory of a plugin in KiB.
pub(crate) const MOST_MEMORY: u64 = 100 << 10;

pub(crate) struct Plugin {
    pub(crate) core: Core,
    id: u32,
    /// The last measurement of a plugin that was killed or has ended.
    peak: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    guard: Option<JoinHandle<()>>,
    _process: process::Plugin,
    _home: TempDir,
    _permit: SemaphorePermit<'static>,
}

impl Plugin {
    /// Starts and configures the plugin.
    pub(crate) async fn start(block: &Json) -> Plugin {
        let permit = PERMITS.acquire().await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let path = home.path().to_str().unwrap();
        let variables = [
            ("HOME", path),
            ("XDG_CACHE_HOME", path),
            ("TF_DATA_DIR", path),
        ];
        let process = tokio::task::block_in_place(|| process::Plugin::start(&variables)).unwrap();
        let id = process.id();
        let is_over = Arc::new(AtomicBool::new(false));
        let peak = Arc::new(AtomicU64::new(0));
        let (guard, seen) = (Arc::clone(&is_over), Arc::clone(&peak));
        let guard = std::thread::spawn(move || {
            while !guard.load(Ordering::SeqCst) {
                let peak = memory(id, "VmHWM");
                seen.fetch_max(peak, Ordering::SeqCst);
                if peak > 3 * MOST_MEMORY {
                    let _ = Command::new("kill")
                        .args(["-KILL", &id.to_string()])
                        .status();
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let core = attached(process.socket().unwrap()).await;
        core.configure(&block_value(block)).await.assert_fine();
        Plugin {
            core,
            id,
            peak,
            is_over,
            guard: Some(guard),
            _process: process,
            _home: home,
            _permit: permit,
        }
    }

    /// The peak memory in KiB.
    pub(crate) fn peak(&self) -> u64 {
        memory(self.id, "VmHWM").max(self.peak.load(Ordering::SeqCst))
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // Before the process ID can be reused.
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(guard) = self.guard.take() {
            let _ = guard.join();
        }
    }
}

async fn attached(socket: &Path) -> Core {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
    });
    let endpoint = Endpoint::from_static("http://localhost");
    let channel = endpoint.connect_with_connector(connector);
    Core::over(ProviderClient::new(channel.await.unwrap()))
}

/// A line of `/proc/<pid>/status` in KiB; 0 if the process has ended.
fn memory(id: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let lines = status.lines().filter_map(|one| one.strip_prefix(line));
    let number = lines.flat_map(|rest| rest.split_whitespace().nth(1)).next();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Whether the provider block sets `request_timeout`.
pub(crate) fn has_request_timeout() -> bool {
    let block = hikube::provider::ProviderBlock::block();
    block.attribute("request_timeout").is_some()
}

/// The block with `request_timeout`, if it is set.
pub(crate) fn limited(mut block: Json, timeout: &str) -> Json {
    if has_request_timeout() {
        block["request_timeout"] = json!(timeout);
    }
    block
}
