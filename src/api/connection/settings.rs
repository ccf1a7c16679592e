use std::collections::BTreeMap;
use std::time::Duration;

use super::environment::Environment;
use super::settings_error::SettingsError;

/// The default time limit of an operation that only reads.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The configured settings of a connection. Those that are not set come from the environment.
///
/// The first of these that is set determines the API: `host`; `kubeconfig`; `kubeconfig_path`;
/// `HIKUBE_HOST`; `HIKUBE_KUBECONFIG`; `HIKUBE_KUBECONFIG_PATH`; `KUBECONFIG`; `~/.kube/config`; the
/// service account of a pod. The other settings, or their variables, override what it has.
#[derive(Clone, Default)]
pub struct Settings {
    /// The content of a kubeconfig.
    pub kubeconfig: Option<String>,
    /// The path of a kubeconfig.
    pub kubeconfig_path: Option<String>,
    /// The context in the kubeconfig.
    pub context: Option<String>,
    /// The address of the API, `https://…`.
    pub host: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The certificate authority of the API, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// The client certificate, in PEM.
    pub client_certificate: Option<String>,
    /// The key of the client certificate, in PEM.
    pub client_key: Option<String>,
    /// The name that the certificate of the API must have, if it is not the host.
    pub tls_server_name: Option<String>,
    /// Whether to skip the verification of the certificate.
    pub insecure: Option<bool>,
    /// A proxy: `http://…`, `https://…` or `socks5://…`.
    pub proxy_url: Option<String>,
    /// A credential program.
    pub exec: Option<Exec>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// The time limit of an operation that only reads. Defaults to one minute.
    pub request_timeout: Option<Duration>,
}

/// A credential program with the protocol `client.authentication.k8s.io`.
#[derive(Clone, Default)]
pub struct Exec {
    /// The version of the protocol.
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

    /// These settings, with defaults from `HIKUBE_…`. They are trimmed, as values read from a file end with a line
    /// break, and an empty one counts as unset.
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
