//! How the API is reached: where it is, who we are to it, and what lies on the way.

mod cluster;
mod credentials;
mod environment;
mod exec;
mod files;
mod kubeconfig;
mod overrides;
mod path;
mod proxy;
mod renew;
mod route;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

use std::path::PathBuf;
use std::time::Duration;

pub use environment::Environment;
pub use exec::Notes;
pub(super) use proxy::ProxyError;
pub(super) use renew::lasting;
pub use settings::{Exec, Settings};
pub(super) use tls::{describe as describe_tls_error, is_about_client_certificate};
pub(super) use transport::Answer;

use cluster::Cluster;
use files::Files;
use kube::config::AuthInfo;

/// What is wrong with the settings, and which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SettingsError {
    /// The provider's attribute; empty where none was given at all.
    pub attribute: &'static str,
    /// What is wrong, where it came from, and what to do.
    pub detail: String,
}

fn wrong(attribute: &'static str, detail: impl Into<String>) -> SettingsError {
    SettingsError {
        attribute,
        detail: detail.into(),
    }
}

/// Where the API is and who we are to it, wholly decided; nothing has been sent.
#[derive(Clone)]
pub struct Connection {
    cluster: Cluster,
    user: AuthInfo,
    /// What decided it, for messages.
    source: String,
    /// The files it was read from and those it names.
    files: Files,
    /// What it was decided by, to decide it again. The context is that of the first time: another one
    /// must not come in the middle.
    settings: Settings,
    environment: Environment,
    /// Every read by itself and no stream of changes: what the benchmark compares with.
    pub(super) is_single: bool,
    /// Where to keep the platform's schema.
    pub(super) cache: Option<PathBuf>,
    namespace: Option<String>,
}

impl Connection {
    /// The API's address.
    pub fn address(&self) -> String {
        self.cluster.url.to_string()
    }

    /// The namespace of objects that name none: the setting, else the context's.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// How long an operation that only reads may take in all.
    pub fn request_timeout(&self) -> Duration {
        self.settings.request_timeout()
    }

    /// Whether credentials are to be sent over a network without encryption.
    pub fn is_exposed(&self) -> bool {
        self.cluster.is_plain_and_remote() && credentials::are_given(&self.user)
    }

    /// The same, read anew.
    ///
    /// # Errors
    /// Those of [`Settings::resolve`], and where the API is now said to be elsewhere: what is under way was
    /// planned for the one it began with.
    async fn again(&self) -> Result<Connection, SettingsError> {
        let again = self.settings.resolve(&self.environment).await?;
        let (old, new) = (self.address(), again.address());
        if old != new {
            return Err(wrong(
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
