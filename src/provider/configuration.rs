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

/// The provider's configuration, as far as it is known.
#[derive(Clone, Default)]
pub(super) enum Configuration {
    /// Terraform has not configured the provider. It can still request schemas, upgrades and moves.
    #[default]
    Missing,
    /// An attribute of the provider block is unknown. There is no fallback to another source.
    Unknown {
        namespace: Namespace,
        stores_credentials: bool,
        protects_from_deletion: bool,
        attribute: String,
    },
    /// Wholly known. The client is created when it is first needed.
    Known(Configured),
}

/// A client that exists, or can be created.
#[derive(Clone)]
pub(super) struct Configured {
    connection: Arc<Connection>,
    pub(super) on_wait_timeout: OnWaitTimeout,
    pub(super) stores_credentials: bool,
    protects_from_deletion: bool,
    pub(super) journal: Arc<Journal>,
    pub(super) owned: Arc<Owned>,
    /// The client, or the error of its creation, which is not retried for each resource.
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
                // An unknown attribute may select a context with a namespace.
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
            Ok(connection) => Configuration::Known(Configured {
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

    /// The URL of the API, if credentials would be sent without encryption.
    pub(super) fn unencrypted_address(&self) -> Option<String> {
        match self {
            Configuration::Known(configured) if configured.connection.is_exposed() => {
                Some(configured.connection.address())
            }
            _ => None,
        }
    }

    pub(super) fn namespace(&self) -> Namespace {
        match self {
            Configuration::Missing => Namespace::None,
            Configuration::Unknown { namespace, .. } => namespace.clone(),
            Configuration::Known(configured) => match configured.connection.namespace() {
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
            Configuration::Known(configured) => configured.stores_credentials,
        }
    }

    pub(super) fn protects_from_deletion(&self) -> bool {
        match self {
            Configuration::Missing => false,
            Configuration::Unknown {
                protects_from_deletion,
                ..
            } => *protects_from_deletion,
            Configuration::Known(configured) => configured.protects_from_deletion,
        }
    }

    /// An unknown attribute of the provider block, if any.
    pub(super) fn unknown(&self) -> Option<String> {
        match self {
            Configuration::Unknown { attribute, .. } => Some(attribute.clone()),
            Configuration::Missing | Configuration::Known(_) => None,
        }
    }

    pub(super) fn configured(&self, diagnostics: &mut Diagnostics) -> Option<Configured> {
        match self {
            Configuration::Known(configured) => Some(configured.clone()),
            Configuration::Unknown { attribute, .. } => {
                diagnostics.error(
                    "Unknown provider configuration",
                    format!(
                        "This operation requires the API, but the provider's `{attribute}` is known only after apply. \
                         Apply the resource that it refers to first, for example with `-target`."
                    ),
                );
                None
            }
            Configuration::Missing => {
                diagnostics.error(
                    "Provider is not configured",
                    "This operation requires the API, but Terraform has not configured the provider.",
                );
                None
            }
        }
    }
}

impl Configured {
    /// The deadline of a read that begins now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.connection.request_timeout()
    }

    /// The client, created by the first call. None if the creation failed, with diagnostics.
    pub(super) async fn client(
        &self,
        deadline: Instant,
        mut stop: watch::Receiver<bool>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Client> {
        let mut program_output = None;
        let created =
            self.client.get_or_init(
                async || match Client::new(&self.connection, deadline).await {
                    Ok((client, output)) => {
                        program_output = output;
                        Ok(client)
                    }
                    Err(Error::Settings(error)) => Err(error),
                    Err(error) => Err(SettingsError {
                        attribute: "",
                        detail: error.to_string(),
                    }),
                },
            );
        let created = tokio::select! {
            created = created => created,
            Ok(_) = stop.wait_for(|stop| *stop) => {
                diagnostics.error(
                    "Operation cancelled",
                    "Terraform was interrupted before the credentials were available. No request was sent.",
                );
                return None;
            }
        };
        if let Some(output) = program_output {
            diagnostics.warn(
                format!("Output of the credential program `{}`", output.program),
                output.text,
            );
        }
        match created {
            Ok(client) => Some(client.clone()),
            Err(error) => {
                let summary = match error.attribute {
                    "exec" => "Could not get credentials",
                    _ => "Invalid provider configuration",
                };
                diagnostics.error(summary, error.detail.clone());
                None
            }
        }
    }
}

/// The settings with `request_timeout` from the environment, if the provider block does not set it.
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
                    "The environment variable `{VARIABLE}` must be a duration of at least one second, such as `90s` or `2m`."
                ),
            });
        }
    }
    Ok(settings)
}

/// Terraform's data directory. Providers are started in the working directory.
fn terraform_folder(environment: &Environment) -> PathBuf {
    PathBuf::from(environment.get("TF_DATA_DIR").unwrap_or(".terraform"))
}

fn report(error: &SettingsError, diagnostics: &mut Diagnostics) {
    let summary = "Invalid provider configuration";
    if error.attribute.is_empty() {
        diagnostics.error(summary, error.detail.clone());
    } else {
        diagnostics.error_at(&Path::of(error.attribute), summary, error.detail.clone());
    }
}
