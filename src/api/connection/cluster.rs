//! The cluster of a connection: the address of the API and the certificates to trust.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use kube::config::Cluster as Entry;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::files::read;
use super::path::shown;
use super::proxy::{Proxy, is_this_machine};
use super::settings_error::SettingsError;

/// The address of the API and how to connect to it.
#[derive(Clone)]
pub(super) struct Cluster {
    pub(super) url: Uri,
    /// The certificates to trust. None for those of the system.
    pub(super) authorities: Option<Vec<CertificateDer<'static>>>,
    /// Whether the certificate of the server is not verified.
    pub(super) is_insecure: bool,
    /// The name that the certificate must have, if it is not the host.
    pub(super) server_name: Option<String>,
    pub(super) proxy: Option<Proxy>,
    pub(super) is_compressed: bool,
}

impl Cluster {
    /// An API at this address, with the default settings.
    pub(super) fn at(url: Uri) -> Cluster {
        Cluster {
            url,
            authorities: None,
            is_insecure: false,
            server_name: None,
            proxy: None,
            is_compressed: true,
        }
    }

    /// Reads the cluster of a kubeconfig.
    ///
    /// # Errors
    /// The field that cannot be used. `from` describes the kubeconfig.
    pub(super) fn of(
        entry: &Entry,
        attribute: &'static str,
        from: &str,
    ) -> Result<Cluster, SettingsError> {
        let unusable = |what: &str| {
            SettingsError::new(
                attribute,
                format!("The kubeconfig in {from} cannot be used: {what}."),
            )
        };
        let server = entry.server.as_deref().unwrap_or_default();
        if server.is_empty() {
            return Err(unusable("its cluster has no `server`"));
        }
        let url = address(server).ok_or_else(|| {
            unusable(
                "the `server` of its cluster must be an address such as `https://api.example.org:6443`, without \
                 a user, a password or a query",
            )
        })?;
        let authorities = match (
            &entry.certificate_authority_data,
            &entry.certificate_authority,
        ) {
            (Some(data), _) => {
                let pem = STANDARD
                    .decode(data)
                    .map_err(|_| unusable("its `certificate-authority-data` is not base64"))?;
                let found = certificates(&pem).ok_or_else(|| {
                    unusable("its `certificate-authority-data` has no certificate in PEM")
                })?;
                Some(found)
            }
            (None, Some(path)) => Some(authority_file(Path::new(path), &unusable)?),
            (None, None) => None,
        };
        let proxy = entry.proxy_url.as_deref();
        let proxy = proxy
            .map(|url| Proxy::parse(url, &format!("`proxy-url` of the kubeconfig in {from}")))
            .transpose()
            .map_err(|why| SettingsError::new(attribute, why))?;
        Ok(Cluster {
            authorities,
            is_insecure: entry.insecure_skip_tls_verify.unwrap_or(false),
            server_name: entry.tls_server_name.clone(),
            proxy,
            is_compressed: !entry.disable_compression.unwrap_or(false),
            ..Cluster::at(url)
        })
    }

    /// Whether requests are sent over a network without encryption.
    pub(super) fn is_plain_and_remote(&self) -> bool {
        self.url.scheme_str() == Some("http") && !self.url.host().is_some_and(is_this_machine)
    }
}

fn authority_file(
    path: &Path,
    unusable: &impl Fn(&str) -> SettingsError,
) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
    let shown = shown(path);
    let pem = read(path)
        .map_err(|error| unusable(&format!("its `certificate-authority` {shown}: {error}")))?;
    certificates(&pem).ok_or_else(|| {
        unusable(&format!(
            "its `certificate-authority` {shown} has no certificate in PEM"
        ))
    })
}

/// Parses the address of an API. It may have a path, and no part that can be secret.
pub(super) fn address(text: &str) -> Option<Uri> {
    let url: Uri = text.parse().ok()?;
    let authority = url.authority()?;
    let is_one = matches!(url.scheme_str(), Some("http" | "https"))
        && !authority.as_str().contains('@')
        && !authority.host().is_empty()
        && (authority.port_u16().is_some() || authority.as_str().ends_with(authority.host()))
        && url.query().is_none();
    is_one.then_some(url)
}

/// The certificates in a PEM text. None if there are none, or one is invalid.
pub(super) fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(without_bom(pem)).collect();
    found.ok().filter(|found| !found.is_empty())
}

/// A text without the byte order mark of Windows editors.
pub(super) fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_no_secrets() {
        for good in [
            "https://a",
            "http://a:80/k8s/clusters/c-1",
            "https://[::1]:6443",
        ] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a:6443",
            "ftp://a",
            "https://",
            "https://me:s3cret@a",
            "https://a/?token=s3cret",
            "https://a b",
            "https://a:99999",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
