//! From settings to a client: files, certificates and overrides.

use std::collections::HashMap;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kube::Config;
use kube::config::{ExecConfig, Kubeconfig, KubeconfigError, NamedContext};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::exec;
use super::files::Files;
use super::settings::{Connection, Settings, SettingsError, Source, wrong};

impl Connection {
    /// The client, and until when its credentials hold. Runs the `exec` program, if there is one: it may
    /// take its time.
    pub(super) fn login(&self) -> Result<(kube::Client, Option<Timestamp>), SettingsError> {
        let mut config = self.config.clone();
        let until = exec::login(&mut config.auth_info, &self.source)?;
        let client = kube::Client::try_from(config).map_err(|error| self.unusable(&error))?;
        Ok((client, until))
    }

    pub(super) fn unusable(&self, error: &kube::Error) -> SettingsError {
        use kube::client::AuthError;
        let from = &self.source;
        match error {
            kube::Error::Auth(AuthError::ReadTokenFile(error, path)) => wrong(
                "token",
                format!(
                    "The token file {} (from {from}) cannot be read: {error}.",
                    path.display()
                ),
            ),
            // What it says may hold a credential.
            kube::Error::Auth(_) => wrong(
                "",
                format!("The credentials named by {from} cannot be had. Check them with kubectl."),
            ),
            kube::Error::ProxyProtocolUnsupported { .. }
            | kube::Error::ProxyProtocolDisabled { .. } => wrong(
                "proxy_url",
                "The proxy must be an address that starts with `http://` or `https://`.",
            ),
            _ => wrong(
                "client_certificate",
                format!(
                    "The certificate or key from {from} cannot be used. Both must be in PEM and belong together."
                ),
            ),
        }
    }
}

impl Settings {
    /// Puts the single settings over what a kubeconfig or a pod said.
    pub(super) fn overrides(&self, config: &mut Config) -> Result<(), SettingsError> {
        if self.client_certificate.is_some() != self.client_key.is_some() {
            let (given, missing) = if self.client_key.is_none() {
                ("client_certificate", "client_key")
            } else {
                ("client_key", "client_certificate")
            };
            return Err(wrong(
                given,
                format!("`{given}` is given and `{missing}` is not. Give both or neither."),
            ));
        }
        let user = &mut config.auth_info;
        if let Some(token) = &self.token {
            user.token = Some(token.clone().into());
            (user.token_file, user.exec) = (None, None);
        }
        if let (Some(certificate), Some(key)) = (&self.client_certificate, &self.client_key) {
            certificates("client_certificate", certificate)?;
            user.client_certificate_data = Some(STANDARD.encode(certificate));
            user.client_key_data = Some(STANDARD.encode(key).into());
            (user.client_certificate, user.client_key) = (None, None);
        }
        if let Some(exec) = &self.exec {
            let variables = exec.env.iter().map(|(name, value)| {
                HashMap::from([
                    ("name".to_owned(), name.clone()),
                    ("value".to_owned(), value.clone()),
                ])
            });
            (user.token, user.token_file) = (None, None);
            user.exec = Some(ExecConfig {
                api_version: Some(exec.api_version.clone()),
                command: Some(exec.command.clone()),
                args: Some(exec.args.clone()),
                env: Some(variables.collect()),
                drop_env: None,
                install_hint: None,
                interactive_mode: None,
                provide_cluster_info: false,
                cluster: None,
                other: std::collections::BTreeMap::new(),
            });
        }
        if let Some(authority) = &self.cluster_ca_certificate {
            config.root_cert = Some(certificates("cluster_ca_certificate", authority)?);
            config.root_cert_file = None;
        }
        if let Some(name) = &self.tls_server_name {
            config.tls_server_name = Some(name.clone());
        }
        if let Some(insecure) = self.insecure {
            config.accept_invalid_certs = insecure;
        }
        if let Some(proxy) = &self.proxy_url {
            config.proxy_url = Some(parse_url("proxy_url", proxy)?);
        }
        Ok(())
    }
}

fn certificates(attribute: &'static str, pem: &str) -> Result<Vec<Vec<u8>>, SettingsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(|der| der.map(|der| der.to_vec()))
        .collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(wrong(
            attribute,
            format!(
                "`{attribute}` must hold a certificate in PEM: text from `-----BEGIN CERTIFICATE-----`. \
                 Use `file(\"…\")`, or `base64decode(…)` for the data of a kubeconfig."
            ),
        )),
    }
}

pub(super) fn parse_url(attribute: &'static str, text: &str) -> Result<http::Uri, SettingsError> {
    let url: Option<http::Uri> = text.parse().ok();
    url.filter(|url| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some())
        .ok_or_else(|| {
            wrong(
                attribute,
                format!("`{attribute}` must be an address such as `https://api.example.org:6443`."),
            )
        })
}

pub(super) fn read_files(paths: &[PathBuf], from: &str) -> Result<Source, SettingsError> {
    // Looked at before they are read: what is written meanwhile is noticed.
    let mut files = Files::default();
    for path in paths {
        files.add(Some(path.clone()));
    }
    let mut merged = Kubeconfig::default();
    let mut missing = Vec::new();
    for path in paths {
        let shown = path.display();
        match Kubeconfig::read_from(path) {
            Ok(config) => {
                merged = merged.merge(config).map_err(|error| {
                    wrong(
                        "kubeconfig_path",
                        format!("The file `{shown}` ({from}) does not fit the others: {error}."),
                    )
                })?;
            }
            // Like kubectl: of several paths, those that are not there are passed over.
            Err(KubeconfigError::ReadConfig(error, _))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                missing.push(shown.to_string());
            }
            Err(KubeconfigError::ReadConfig(error, _)) => {
                return Err(wrong(
                    "kubeconfig_path",
                    format!("The file `{shown}` ({from}) cannot be read: {error}."),
                ));
            }
            Err(_) => {
                return Err(wrong(
                    "kubeconfig_path",
                    format!("The file `{shown}` ({from}) is no kubeconfig."),
                ));
            }
        }
    }
    if missing.len() == paths.len() {
        return Err(wrong(
            "kubeconfig_path",
            format!(
                "There is no file `{}` ({from}). Download the kubeconfig again or correct the path.",
                missing.join("`, `")
            ),
        ));
    }
    let shown: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Ok(Source::Kubeconfig {
        config: Box::new(merged),
        from: format!("`{}` ({from})", shown.join("`, `")),
        attribute: "kubeconfig_path",
        files,
    })
}

/// The file with the authority of a context's cluster.
pub(super) fn authority(config: &Kubeconfig, context: &NamedContext) -> Option<PathBuf> {
    let name = &context.context.as_ref()?.cluster;
    let named = config.clusters.iter().find(|named| &named.name == name)?;
    let path = named.cluster.as_ref()?.certificate_authority.as_ref()?;
    Some(PathBuf::from(path))
}

pub(super) fn no_context(context: Option<&str>, config: &Kubeconfig, from: &str) -> SettingsError {
    let known: Vec<String> = config
        .contexts
        .iter()
        .map(|known| format!("`{}`", known.name))
        .collect();
    let known = if known.is_empty() {
        "It has none".to_owned()
    } else {
        format!("It has {}", known.join(", "))
    };
    let what = context.map_or_else(
        || "names no current context".to_owned(),
        |context| format!("has no context `{context}`"),
    );
    wrong(
        "context",
        format!(
            "The kubeconfig in {from} {what}. {known}; name one with `context` or HIKUBE_CONTEXT."
        ),
    )
}
