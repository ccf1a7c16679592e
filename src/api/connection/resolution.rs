//! The connection that the settings and the environment give.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::AuthInfo;

use super::cluster::Cluster;
use super::environment::Environment;
use super::files::Files;
use super::overrides;
use super::settings::Settings;
use super::settings_error::SettingsError;
use super::source::Source;
use super::{credentials, proxy};

/// The address of the API and the user, as resolved from the settings. Nothing has been sent.
#[derive(Clone)]
pub struct Connection {
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
    /// Where cluster and user come from, for messages.
    pub(super) source: String,
    /// The files that cluster and user were read from, and those that they name.
    pub(super) files: Files,
    /// What this was resolved from, to resolve it again. The context is the resolved one: another current context
    /// must not take effect in the middle of an apply.
    settings: Settings,
    environment: Environment,
    single_reads: bool,
    cache: Option<PathBuf>,
    namespace: Option<String>,
}

impl Connection {
    /// The address of the API.
    pub fn address(&self) -> String {
        self.cluster.url.to_string()
    }

    /// The default namespace: the setting, otherwise the one of the context.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The time limit of an operation that only reads.
    pub fn request_timeout(&self) -> Duration {
        self.settings.request_timeout()
    }

    /// Whether credentials would be sent over a network without encryption.
    pub fn is_exposed(&self) -> bool {
        self.cluster.is_plain_and_remote() && credentials::are_given(&self.user)
    }

    /// Whether objects are always read one by one and never watched. The benchmark compares with this.
    pub(crate) fn reads_singly(&self) -> bool {
        self.single_reads
    }

    /// The folder that keeps the platform's schemas.
    pub(crate) fn cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// Resolves the same settings again.
    ///
    /// # Errors
    /// Those of [`Settings::resolve`], and another address than before: the running operation was planned for the
    /// first one.
    pub(super) async fn resolve_again(&self) -> Result<Connection, SettingsError> {
        let again = self.settings.resolve(&self.environment).await?;
        let (old, new) = (self.address(), again.address());
        if old != new {
            return Err(SettingsError::new(
                "",
                format!(
                    "The address of the API in {} has changed from {old} to {new}. Plan and apply again to work \
                     with the new one.",
                    self.source
                ),
            ));
        }
        Ok(again)
    }
}

impl Settings {
    /// Finds the API and the user. Reads files and sends nothing.
    ///
    /// # Errors
    /// The attribute that cannot be used, with the variable or the file that its value comes from.
    pub async fn resolve(&self, environment: &Environment) -> Result<Connection, SettingsError> {
        let (settings, variables) = (self.clone(), environment.clone());
        // A file may be on a disk that does not respond, or be a pipe without a writer.
        let resolved = tokio::task::spawn_blocking(move || read(&settings, &variables));
        let resolved = tokio::time::timeout(self.request_timeout(), resolved).await;
        match resolved {
            Ok(Ok(resolved)) => resolved,
            Ok(Err(_)) => Err(SettingsError::new("", "The settings could not be read.")),
            Err(_) => Err(SettingsError::new(
                "kubeconfig_path",
                credentials::slow("the kubeconfig"),
            )),
        }
    }
}

fn read(given: &Settings, environment: &Environment) -> Result<Connection, SettingsError> {
    let settings = given.with_environment(environment)?;
    let source = Source::of(&settings, environment)?;
    let mut found = source.found(settings.context.as_deref())?;
    if let Some(token) = &settings.token
        && settings.exec.is_none()
    {
        let is_attribute = given
            .token
            .as_deref()
            .is_some_and(|given| given.trim() == token);
        credentials::check_token(
            token,
            if is_attribute {
                "the attribute `token`"
            } else {
                "the variable `HIKUBE_TOKEN`"
            },
        )?;
    }
    overrides::apply(&settings, &mut found.cluster, &mut found.user)?;
    if found.cluster.proxy.is_none() {
        found.cluster.proxy = proxy::of_environment(&found.cluster.url, environment)?;
    }
    let (user, mut files) = (&found.user, found.files);
    for named in [&user.token_file, &user.client_certificate, &user.client_key] {
        files.add(named.as_ref().map(PathBuf::from));
    }
    Ok(Connection {
        cluster: found.cluster,
        user: found.user,
        source: found.from,
        files,
        settings: Settings {
            context: found.context,
            ..given.clone()
        },
        environment: environment.clone(),
        single_reads: environment.get("HIKUBE_BENCH_SINGLE_READS").is_some(),
        cache: environment.cache(),
        namespace: settings.namespace.clone().or(found.namespace),
    })
}
