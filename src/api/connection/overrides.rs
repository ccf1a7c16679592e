//! Settings that override what a kubeconfig or a pod gives.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, ExecConfig};

use super::cluster::{Cluster, certificates};
use super::proxy::Proxy;
use super::settings::{Exec, Settings};
use super::settings_error::SettingsError;

/// Overrides the cluster and the user.
pub(super) fn apply(
    settings: &Settings,
    cluster: &mut Cluster,
    user: &mut AuthInfo,
) -> Result<(), SettingsError> {
    if settings.client_certificate.is_some() != settings.client_key.is_some() {
        let (given, missing) = if settings.client_key.is_none() {
            ("client_certificate", "client_key")
        } else {
            ("client_key", "client_certificate")
        };
        return Err(SettingsError::new(
            given,
            format!("`{given}` requires `{missing}`. Set both or neither."),
        ));
    }
    if let Some(token) = &settings.token {
        user.token = Some(token.clone().into());
        (user.token_file, user.exec, user.auth_provider) = (None, None, None);
        (user.username, user.password) = (None, None);
    }
    if let (Some(certificate), Some(key)) = (&settings.client_certificate, &settings.client_key) {
        pem("client_certificate", certificate)?;
        user.client_certificate_data = Some(STANDARD.encode(certificate));
        user.client_key_data = Some(STANDARD.encode(key).into());
        (user.client_certificate, user.client_key) = (None, None);
    }
    if let Some(exec) = &settings.exec {
        (user.token, user.token_file, user.auth_provider) = (None, None, None);
        (user.username, user.password) = (None, None);
        user.exec = Some(program(exec));
    }
    if let Some(authority) = &settings.cluster_ca_certificate {
        cluster.authorities = Some(pem("cluster_ca_certificate", authority)?);
    }
    if let Some(name) = &settings.tls_server_name {
        cluster.server_name = Some(name.clone());
    }
    if let Some(insecure) = settings.insecure {
        cluster.is_insecure = insecure;
    }
    if let Some(url) = &settings.proxy_url {
        let proxy = Proxy::parse(url, "`proxy_url`");
        cluster.proxy = Some(proxy.map_err(|why| SettingsError::new("proxy_url", why))?);
    }
    Ok(())
}

fn program(exec: &Exec) -> ExecConfig {
    let variables = exec.env.iter().map(|(name, value)| {
        HashMap::from([
            ("name".to_owned(), name.clone()),
            ("value".to_owned(), value.clone()),
        ])
    });
    ExecConfig {
        api_version: Some(exec.api_version.clone()),
        command: Some(exec.command.clone()),
        args: Some(exec.args.clone()),
        env: Some(variables.collect()),
        drop_env: None,
        install_hint: None,
        interactive_mode: None,
        provide_cluster_info: false,
        cluster: None,
        other: BTreeMap::new(),
    }
}

fn pem(
    attribute: &'static str,
    text: &str,
) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, SettingsError> {
    certificates(text.as_bytes()).ok_or_else(|| {
        SettingsError::new(
            attribute,
            format!(
                "`{attribute}` must be a certificate in PEM: text from `-----BEGIN CERTIFICATE-----`. \
                 Use `file(\"…\")`, or `base64decode(…)` for the data of a kubeconfig."
            ),
        )
    })
}
