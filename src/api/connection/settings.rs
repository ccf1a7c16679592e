use std::collections::BTreeMap;
use std::time::Duration;

use super::environment::Environment;
use super::settings_error::SettingsError;

/// How long an operation that only reads may take in all, unless the settings say otherwise.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// How to reach the API, as configured. What is left out comes from the environment.
///
/// The first of these that is given decides where the API is: `host`; `kubeconfig`; `kubeconfig_path`;
/// `HIKUBE_HOST`; `HIKUBE_KUBECONFIG`; `HIKUBE_KUBECONFIG_PATH`; `KUBECONFIG`; `~/.kube/config`; the
/// service account of a pod. The other settings, each or from its variable, then override what it says.
#[derive(Clone, Default)]
pub struct Settings {
    /// The content of a kubeconfig.
    pub kubeconfig: Option<String>,
    /// The path of one.
    pub kubeconfig_path: Option<String>,
    /// The context to use in it.
    pub context: Option<String>,
    /// The API's address, `https://…`.
    pub host: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The authority that signed the API's certificate, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// Our certificate, in PEM.
    pub client_certificate: Option<String>,
    /// Its key, in PEM.
    pub client_key: Option<String>,
    /// The name the API's certificate must bear, where it is not the host.
    pub tls_server_name: Option<String>,
    /// Whether to accept any certificate.
    pub insecure: Option<bool>,
    /// A proxy: `http://…`, `https://…` or `socks5://…`.
    pub proxy_url: Option<String>,
    /// A program that prints credentials.
    pub exec: Option<Exec>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// How long an operation that only reads may take in all; a minute where it is left out.
    pub request_timeout: Option<Duration>,
}

/// A program that prints credentials, in the protocol of `client.authentication.k8s.io`.
#[derive(Clone, Default)]
pub struct Exec {
    /// The protocol's version.
    pub api_version: String,
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables to set for it.
    pub env: BTreeMap<String, String>,
}

impl Settings {
    pub(super) fn request_timeout(&self) -> Duration {
        self.request_timeout.unwrap_or(REQUEST_TIMEOUT)
    }

    /// These settings, what is left out from `HIKUBE_…`. What is read from a file ends with a line break, which
    /// belongs to none of them; what is empty is left out.
    pub(super) fn with_environment(
        &self,
        environment: &Environment,
    ) -> Result<Settings, SettingsError> {
        let trimmed = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let or = |given: &Option<String>, name: &str| {
            given
                .as_deref()
                .and_then(trimmed)
                .or_else(|| environment.get(&format!("HIKUBE_{name}")).and_then(trimmed))
        };
        let insecure = match (self.insecure, environment.get("HIKUBE_INSECURE")) {
            (None, Some("1" | "true")) => Some(true),
            (None, Some("0" | "false")) => Some(false),
            (None, Some(_)) => {
                return Err(SettingsError::new(
                    "insecure",
                    "The variable `HIKUBE_INSECURE` must be `true` or `false`.",
                ));
            }
            (given, _) => given,
        };
        Ok(Settings {
            context: or(&self.context, "CONTEXT"),
            token: or(&self.token, "TOKEN"),
            cluster_ca_certificate: or(&self.cluster_ca_certificate, "CLUSTER_CA_CERTIFICATE"),
            client_certificate: or(&self.client_certificate, "CLIENT_CERTIFICATE"),
            client_key: or(&self.client_key, "CLIENT_KEY"),
            tls_server_name: or(&self.tls_server_name, "TLS_SERVER_NAME"),
            proxy_url: or(&self.proxy_url, "PROXY_URL"),
            namespace: or(&self.namespace, "NAMESPACE"),
            insecure,
            ..self.clone()
        })
    }
}
