use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{OnceCell, watch};
use tokio::time::Instant;

use super::block::{
    on_wait_timeout, protects_from_deletion, request_timeout, settings, stores_credentials,
};
use crate::api::{Client, Connection, Environment, Error, Settings, SettingsError};
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
    /// The client, or why there is none: what fails once is not tried again for each resource.
    client: Arc<OnceCell<Result<Client, SettingsError>>>,
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
        let resolved = match with_environment(settings(config), environment) {
            Ok(settings) => settings.resolve(environment).await,
            Err(error) => Err(error),
        };
        match resolved {
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

    /// Whether credentials would be sent for others to read, and the address they would be sent to.
    pub(super) fn exposed(&self) -> Option<String> {
        match self {
            Configuration::Known(connecting) if connecting.connection.is_exposed() => {
                Some(connecting.connection.address())
            }
            _ => None,
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
    /// When an operation that begins now and only reads must have ended.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.connection.request_timeout()
    }

    /// The client, made at the first call. Where there is none the diagnostics say why.
    pub(super) async fn client(
        &self,
        deadline: Instant,
        mut stop: watch::Receiver<bool>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Client> {
        let mut notes = None;
        let made =
            self.client.get_or_init(
                async || match Client::new(&self.connection, deadline).await {
                    Ok((client, noted)) => {
                        notes = noted;
                        Ok(client)
                    }
                    Err(Error::Settings(error)) => Err(error),
                    Err(error) => Err(SettingsError {
                        attribute: "",
                        detail: error.to_string(),
                    }),
                },
            );
        let made = tokio::select! {
            made = made => made,
            Ok(_) = stop.wait_for(|stop| *stop) => {
                diagnostics.error(
                    "Operation cancelled",
                    "Terraform was interrupted before the provider had its credentials. Nothing was sent.",
                );
                return None;
            }
        };
        if let Some(notes) = notes {
            diagnostics.warn(
                format!("Output of the credential program `{}`", notes.program),
                notes.text,
            );
        }
        match made {
            Ok(client) => Some(client.clone()),
            Err(error) => {
                let summary = match error.attribute {
                    "exec" => "Could not get credentials",
                    _ => "Invalid Provider Configuration",
                };
                diagnostics.error(summary, error.detail.clone());
                None
            }
        }
    }
}

/// The same settings, with the time for reading from the environment where the block does not say.
fn with_environment(
    mut settings: Settings,
    environment: &Environment,
) -> Result<Settings, SettingsError> {
    const VARIABLE: &str = "HIKUBE_REQUEST_TIMEOUT";
    if settings.request_timeout.is_none()
        && let Some(text) = environment.get(VARIABLE)
    {
        settings.request_timeout = request_timeout(text);
        if settings.request_timeout.is_none() {
            return Err(SettingsError {
                attribute: "request_timeout",
                detail: format!(
                    "The variable `{VARIABLE}` must be a duration of at least one second, such as `90s` or `2m`."
                ),
            });
        }
    }
    Ok(settings)
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
