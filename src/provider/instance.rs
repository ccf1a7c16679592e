use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use super::block::ProviderBlock;
use super::configuration::Configuration;
use super::registry::Registry;

use crate::api::Environment;
use crate::catalogue::CATALOGUES;
use crate::kinds::{DATA_SOURCES, KINDS};
use crate::resource::{Namespace, Session};
use crate::schema::{Block, Diagnostics, Spec};
use crate::value::Value;

/// The provider of a process. Terraform configures it once, or repeatedly if it runs with `--debug`.
pub struct Provider {
    registry: Registry,
    block: Block,
    environment: Environment,
    configuration: RwLock<Configuration>,
    is_applying: AtomicBool,
    stop: RwLock<watch::Sender<bool>>,
}

impl Provider {
    /// A provider that is not configured yet.
    pub fn new(environment: Environment) -> Provider {
        Provider {
            registry: Registry::new(KINDS, DATA_SOURCES, CATALOGUES),
            block: ProviderBlock::block(),
            environment,
            configuration: RwLock::default(),
            is_applying: AtomicBool::new(false),
            stop: RwLock::new(watch::Sender::new(false)),
        }
    }

    /// The provider block.
    pub fn block(&self) -> &Block {
        &self.block
    }

    /// The registry of its types.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Validates a provider block, offline.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        crate::schema::check(&self.block, config, &mut diagnostics);
        diagnostics
    }

    /// Configures the provider. Reads the files of the configuration and sends no request.
    pub async fn configure(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = self.validate(config);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let configuration = Configuration::of(config, &self.environment, &mut diagnostics).await;
        if let Some(address) = configuration.unencrypted_address() {
            diagnostics.warn(
                "Credentials are sent without encryption",
                format!(
                    "The URL of the API is {address}: others on the network can read the credentials and change the \
                     traffic. Use an `https://` URL."
                ),
            );
        }
        *write(&self.configuration) = configuration;
        self.is_applying.store(false, Ordering::Relaxed);
        diagnostics
    }

    /// The default namespace.
    pub fn namespace(&self) -> Namespace {
        read(&self.configuration).namespace()
    }

    /// The default of `store_credentials`.
    pub fn stores_credentials(&self) -> bool {
        read(&self.configuration).stores_credentials()
    }

    /// The default of `deletion_protection`.
    pub fn protects_from_deletion(&self) -> bool {
        read(&self.configuration).protects_from_deletion()
    }

    /// Records that Terraform applies a plan. It configures the provider again for each plan and apply.
    pub fn begin_apply(&self) {
        self.is_applying.store(true, Ordering::Relaxed);
    }

    /// Whether Terraform applies a plan, so that all changes were approved.
    pub fn is_applying(&self) -> bool {
        self.is_applying.load(Ordering::Relaxed)
    }

    /// An unknown attribute of the provider block, if any.
    pub fn unknown(&self) -> Option<String> {
        read(&self.configuration).unknown()
    }

    /// A session for an operation that begins now and ends at `request_timeout` or when Terraform is interrupted.
    /// None if the API cannot be used, with diagnostics.
    pub async fn session(&self, diagnostics: &mut Diagnostics) -> Option<Session> {
        // Before the client is created: an interrupt during that time must not be lost.
        let stop = read(&self.stop).subscribe();
        let configured = read(&self.configuration).configured(diagnostics)?;
        let deadline = configured.deadline();
        let client = configured.client(deadline, stop.clone(), diagnostics);
        let session = Session {
            client: client.await?,
            on_wait_timeout: configured.on_wait_timeout,
            stores_credentials: configured.stores_credentials,
            journal: configured.journal,
            owned: configured.owned,
            stop,
        };
        Some(session.within(deadline))
    }

    /// The same, or None without a diagnostic if the configuration is unknown: for optional requests.
    pub async fn session_if_known(&self, diagnostics: &mut Diagnostics) -> Option<Session> {
        let is_known = matches!(&*read(&self.configuration), Configuration::Known(_));
        if is_known {
            self.session(diagnostics).await
        } else {
            None
        }
    }

    /// Ends the run: Terraform has saved all created objects.
    pub fn close(&self) {
        if let Configuration::Known(configured) = &*read(&self.configuration) {
            configured.journal.close();
        }
    }

    /// Stops all operations in progress. Later operations are not stopped.
    pub fn stop(&self) {
        let ended = std::mem::replace(&mut *write(&self.stop), watch::Sender::new(false));
        ended.send_replace(true);
    }
}

/// Ignores poisoning: values are replaced as a whole, so a panic cannot leave a partial one.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
