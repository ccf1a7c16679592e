use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::Kubeconfig;
use serde_json::Value as Json;

/// The address and the credentials of a Kubernetes cluster. `Debug` does not show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClusterAccess {
    /// The address of the cluster's API.
    pub host: String,
    /// The certificate authority of the cluster, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// The client certificate, in PEM.
    pub client_certificate: Option<String>,
    /// The key of the client certificate, in PEM.
    pub client_key: Option<String>,
    /// The bearer token.
    pub token: Option<String>,
    /// Whether certificates, the key or the token are in files, and so not here.
    pub refers_to_files: bool,
}

impl ClusterAccess {
    /// Reads the current context of a kubeconfig with inline certificates, as the platform writes them. None for any
    /// other text.
    pub fn of(kubeconfig: &str) -> Option<ClusterAccess> {
        let config = serde_json::to_value(Kubeconfig::from_yaml(kubeconfig).ok()?).ok()?;
        let named = |list: &str, part: &str, name: &Json| {
            let entries = config.get(list)?.as_array()?.iter();
            let entry = entries
                .into_iter()
                .find(|entry| entry.get("name") == Some(name))?;
            entry.get(part).cloned()
        };
        let context = named("contexts", "context", config.get("current-context")?)?;
        let cluster = named("clusters", "cluster", context.get("cluster")?)?;
        let user = named("users", "user", context.get("user")?).unwrap_or_default();
        let pem = |part: &Json, key: &str| {
            let bytes = STANDARD.decode(part.get(key)?.as_str()?).ok()?;
            String::from_utf8(bytes).ok()
        };
        let text = |part: &Json, key: &str| Some(part.get(key)?.as_str()?.to_owned());
        let is_file = |part: &Json, file: &str, inline: &str| {
            text(part, file).is_some() && text(part, inline).is_none()
        };
        let refers_to_files = is_file(
            &cluster,
            "certificate-authority",
            "certificate-authority-data",
        ) || is_file(&user, "client-certificate", "client-certificate-data")
            || is_file(&user, "client-key", "client-key-data")
            || is_file(&user, "tokenFile", "token");
        Some(ClusterAccess {
            host: cluster.get("server")?.as_str()?.to_owned(),
            cluster_ca_certificate: pem(&cluster, "certificate-authority-data"),
            client_certificate: pem(&user, "client-certificate-data"),
            client_key: pem(&user, "client-key-data"),
            token: text(&user, "token"),
            refers_to_files,
        })
    }
}

impl fmt::Debug for ClusterAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterAccess")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
