use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use super::block::ProviderBlock;
use super::configuration::Configuration;
use super::registry::Registry;

use crate::api::Environment;
use crate::kinds::KINDS;
use crate::resource::{Namespace, Session};
use crate::schema::{Block, Diagnostics, Spec};
use crate::value::Value;

/// One provider process: configured by Terraform once or, under a debugger, again and again.
pub struct Provider {
    registry: Registry,
    block: Block,
    environment: Environment,
    configuration: RwLock<Configuration>,
    is_applying: AtomicBool,
    stop: RwLock<watch::Sender<bool>>,
}

impl Provider {
    /// A provider, not yet configured.
    pub fn new(environment: Environment) -> Provider {
        Provider {
            registry: Registry::new(KINDS),
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

    /// What it offers.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The resource for a kind of the platform, in capitals or not.
    pub fn type_for(&self, kind: &str) -> Option<&'static str> {
        let mut kinds = KINDS.iter();
        let found = kinds.find(|one| (one.api_resource)().kind.eq_ignore_ascii_case(kind));
        found.map(|kind| kind.type_name)
    }

    /// Checks a provider block, offline.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        crate::schema::check(&self.block, config, &mut diagnostics);
        diagnostics
    }

    /// Takes a provider block. Reads files where it names some; sends nothing.
    pub async fn configure(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = self.validate(config);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let configuration = Configuration::of(config, &self.environment, &mut diagnostics).await;
        if let Some(address) = configuration.exposed() {
            diagnostics.warn(
                "Credentials are sent without encryption",
                format!(
                    "The address of the API is {address}: whoever is on the way can read the credentials and change \
                     what is sent. Use an address with `https://`."
                ),
            );
        }
        *write(&self.configuration) = configuration;
        self.is_applying.store(false, Ordering::Relaxed);
        diagnostics
    }

    /// The namespace of objects that name none.
    pub fn namespace(&self) -> Namespace {
        read(&self.configuration).namespace()
    }

    /// Whether credentials are kept in the state where a resource does not say.
    pub fn stores_credentials(&self) -> bool {
        read(&self.configuration).stores_credentials()
    }

    /// Whether objects are protected from deletion where a resource does not say.
    pub fn protects_from_deletion(&self) -> bool {
        read(&self.configuration).protects_from_deletion()
    }

    /// Takes note that Terraform applies a plan: it configures the provider anew for each.
    pub fn begin_apply(&self) {
        self.is_applying.store(true, Ordering::Relaxed);
    }

    /// Whether Terraform applies a plan, all of which was approved.
    pub fn is_applying(&self) -> bool {
        self.is_applying.load(Ordering::Relaxed)
    }

    /// The attribute of the provider block that is known only after apply, if there is one.
    pub fn unknown(&self) -> Option<String> {
        read(&self.configuration).unknown()
    }

    /// The connection, for an operation that begins now and ends when the time for reading is up, or Terraform
    /// asks to stop. Where there is none the diagnostics say why.
    pub async fn session(&self, diagnostics: &mut Diagnostics) -> Option<Session> {
        // From now on: what is asked for while the connection is made counts as well.
        let stop = read(&self.stop).subscribe();
        let connecting = read(&self.configuration).connecting(diagnostics)?;
        let deadline = connecting.deadline();
        let client = connecting.client(deadline, stop.clone(), diagnostics);
        let session = Session {
            client: client.await?,
            on_wait_timeout: connecting.on_wait_timeout,
            stores_credentials: connecting.stores_credentials,
            journal: connecting.journal,
            owned: connecting.owned,
            stop,
        };
        Some(session.within(deadline))
    }

    /// The same, where the provider block is known: for what can be done without.
    pub async fn session_if_known(&self, diagnostics: &mut Diagnostics) -> Option<Session> {
        let is_known = matches!(&*read(&self.configuration), Configuration::Known(_));
        if is_known {
            self.session(diagnostics).await
        } else {
            None
        }
    }

    /// Terraform ended the run in order: it knows of all that was made.
    pub fn close(&self) {
        if let Configuration::Known(connecting) = &*read(&self.configuration) {
            connecting.journal.close();
        }
    }

    /// Ends all operations within a moment. What comes later is not stopped.
    pub fn stop(&self) {
        let ended = std::mem::replace(&mut *write(&self.stop), watch::Sender::new(false));
        ended.send_replace(true);
    }
}

/// A panic while the lock was held leaves a whole value behind: each is replaced at once.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
