use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::block::{on_wait_timeout, protects_from_deletion, settings, stores_credentials};
use crate::api::{Client, Connection, Environment, SettingsError};
use crate::resource::{Journal, Namespace, OnWaitTimeout, Owned};
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// What is known of where the API is.
#[derive(Clone, Default)]
pub(super) enum Configuration {
    /// Terraform has not configured the provider: it asks for schemas, upgrades and moves only.
    #[default]
    Missing,
    /// Some of the block is known only after apply. Nothing is taken from elsewhere in its place.
    Unknown {
        namespace: Namespace,
        stores_credentials: bool,
        protects_from_deletion: bool,
        attribute: String,
    },
    /// All is known; a connection is made when it is first needed.
    Known(Connecting),
}

/// A connection to be made, or made.
#[derive(Clone)]
pub(super) struct Connecting {
    connection: Arc<Connection>,
    pub(super) on_wait_timeout: OnWaitTimeout,
    pub(super) stores_credentials: bool,
    protects_from_deletion: bool,
    pub(super) journal: Arc<Journal>,
    pub(super) owned: Arc<Owned>,
    client: Arc<OnceCell<Client>>,
}

impl Configuration {
    pub(super) async fn of(
        config: &Value,
        environment: &Environment,
        diagnostics: &mut Diagnostics,
    ) -> Configuration {
        if !config.is_wholly_known() {
            let unknown = config
                .as_map()
                .into_iter()
                .flatten()
                .find(|(_, value)| !value.is_wholly_known());
            let namespace = match config.attribute("namespace") {
                Value::String(namespace) => Namespace::Known(namespace.clone()),
                // Another attribute may bring a context with a namespace.
                _ => Namespace::Unknown,
            };
            let attribute = unknown.map(|(name, _)| name.clone()).unwrap_or_default();
            return Configuration::Unknown {
                namespace,
                stores_credentials: stores_credentials(config),
                protects_from_deletion: protects_from_deletion(config),
                attribute,
            };
        }
        match settings(config).resolve(environment).await {
            Ok(connection) => Configuration::Known(Connecting {
                connection: Arc::new(connection),
                on_wait_timeout: on_wait_timeout(config),
                stores_credentials: stores_credentials(config),
                protects_from_deletion: protects_from_deletion(config),
                journal: Arc::new(Journal::open(&terraform_folder(environment))),
                owned: Arc::default(),
                client: Arc::default(),
            }),
            Err(error) => {
                report(&error, diagnostics);
                Configuration::Missing
            }
        }
    }

    pub(super) fn namespace(&self) -> Namespace {
        match self {
            Configuration::Missing => Namespace::None,
            Configuration::Unknown { namespace, .. } => namespace.clone(),
            Configuration::Known(connecting) => match connecting.connection.namespace() {
                Some(namespace) => Namespace::Known(namespace.to_owned()),
                None => Namespace::None,
            },
        }
    }

    pub(super) fn stores_credentials(&self) -> bool {
        match self {
            Configuration::Missing => true,
            Configuration::Unknown {
                stores_credentials, ..
            } => *stores_credentials,
            Configuration::Known(connecting) => connecting.stores_credentials,
        }
    }

    pub(super) fn protects_from_deletion(&self) -> bool {
        match self {
            Configuration::Missing => false,
            Configuration::Unknown {
                protects_from_deletion,
                ..
            } => *protects_from_deletion,
            Configuration::Known(connecting) => connecting.protects_from_deletion,
        }
    }

    /// The attribute of the block that is known only after apply, if there is one.
    pub(super) fn unknown(&self) -> Option<String> {
        match self {
            Configuration::Unknown { attribute, .. } => Some(attribute.clone()),
            Configuration::Missing | Configuration::Known(_) => None,
        }
    }

    pub(super) fn connecting(&self, diagnostics: &mut Diagnostics) -> Option<Connecting> {
        match self {
            Configuration::Known(connecting) => Some(connecting.clone()),
            Configuration::Unknown { attribute, .. } => {
                diagnostics.error(
                    "Provider Configuration Not Known Yet",
                    format!(
                        "This needs the API, and the provider's `{attribute}` is known only after apply. Apply what \
                         it comes from first, for example with -target."
                    ),
                );
                None
            }
            Configuration::Missing => {
                diagnostics.error(
                    "Provider Not Configured",
                    "This needs the API, and Terraform has not configured the provider.",
                );
                None
            }
        }
    }
}

impl Connecting {
    pub(super) async fn client(&self, diagnostics: &mut Diagnostics) -> Option<Client> {
        let made = self.client.get_or_try_init(|| async {
            let connection = Arc::clone(&self.connection);
            // A program that provides credentials may take its time.
            let made = tokio::task::spawn_blocking(move || Client::new(&connection)).await;
            made.map_err(|error| error.to_string())?
                .map_err(|error| error.to_string())
        });
        match made.await {
            Ok(client) => Some(client.clone()),
            Err(detail) => {
                diagnostics.error("Invalid Provider Configuration", detail);
                None
            }
        }
    }
}

/// Where Terraform keeps what belongs to the working folder. It starts its providers in that folder.
fn terraform_folder(environment: &Environment) -> PathBuf {
    PathBuf::from(environment.get("TF_DATA_DIR").unwrap_or(".terraform"))
}

fn report(error: &SettingsError, diagnostics: &mut Diagnostics) {
    let summary = "Invalid Provider Configuration";
    if error.attribute.is_empty() {
        diagnostics.error(summary, error.detail.clone());
    } else {
        diagnostics.error_at(&Path::of(error.attribute), summary, error.detail.clone());
    }
}
