//! Whom we trust to be the API, and what to say of whom we do not.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
    verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError,
    RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use super::cluster::Cluster;
use super::credentials::Certificate;
use super::settings_error::SettingsError;

/// The object identifiers of the common name and the organisation in a name, as they are encoded.
const NAMES: [[u8; 5]; 2] = [[6, 3, 0x55, 4, 3], [6, 3, 0x55, 4, 10]];

/// How to speak TLS with the API.
pub(super) fn config(
    cluster: &Cluster,
    certificate: Option<Certificate>,
) -> Result<ClientConfig, SettingsError> {
    let builder = builder(cluster, false)?;
    match certificate {
        None => Ok(builder.with_no_client_auth()),
        Some(Certificate { chain, key }) => {
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                SettingsError::new(
                    "client_certificate",
                    format!("The client certificate and its key cannot be used: {error}. They must belong together."),
                )
            })
        }
    }
}

/// How to speak TLS with a proxy: authorities of the system are trusted, and those of the API.
pub(super) fn config_of_proxy(cluster: &Cluster) -> Result<ClientConfig, SettingsError> {
    Ok(builder(cluster, true)?.with_no_client_auth())
}

fn builder(
    cluster: &Cluster,
    is_for_proxy: bool,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, SettingsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if cluster.is_insecure {
        Arc::new(Anyone(Arc::clone(&provider)))
    } else {
        Arc::new(Trust::of(cluster, is_for_proxy, &provider)?)
    };
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder =
        builder.map_err(|error| SettingsError::new("", format!("TLS cannot be used: {error}.")))?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

fn system(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, SettingsError> {
    let verifier = Verifier::new(Arc::clone(provider)).map_err(|error| {
        SettingsError::new(
            "cluster_ca_certificate",
            format!(
                "The system's certificate authorities cannot be read: {error}. Set `cluster_ca_certificate` to the \
                 one that signed the API's certificate."
            ),
        )
    })?;
    Ok(Arc::new(verifier))
}

fn trusting(
    authorities: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    let verifier = verifier.map_err(|error| {
        SettingsError::new(
            "cluster_ca_certificate",
            format!("The certificate of the API's authority cannot be used: {error}."),
        )
    })?;
    Ok(verifier)
}

/// Trusts whom one of `inner` trusts, and, as Go does, a server that shows one of the configured certificates itself,
/// whether that is an authority's or not.
#[derive(Debug)]
struct Trust {
    inner: Vec<Arc<dyn ServerCertVerifier>>,
    own: Vec<CertificateDer<'static>>,
    /// What checks the signatures of a handshake.
    algorithms: WebPkiSupportedAlgorithms,
}

impl Trust {
    fn of(
        cluster: &Cluster,
        is_for_proxy: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Trust, SettingsError> {
        let own = cluster.authorities.clone().unwrap_or_default();
        let inner = match &cluster.authorities {
            None => vec![system(provider)?],
            Some(authorities) => {
                // Where the system has none, those of the API are enough.
                let system = is_for_proxy.then(|| system(provider).ok()).flatten();
                let api = trusting(authorities, provider)?;
                system.into_iter().chain([api]).collect()
            }
        };
        Ok(Trust {
            inner,
            own,
            algorithms: provider.signature_verification_algorithms,
        })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut error = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for inner in &self.inner {
            match inner.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ) {
                Ok(verified) => return Ok(verified),
                Err(refused) => error = refused,
            }
        }
        let is_ours = self.own.iter().any(|own| own == end_entity);
        match error {
            // The library finds either only once it has checked the certificate's dates.
            error if is_ours && is_about_issuer(&error) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                Err(stranger(end_entity, ""))
            }
            // An authority of that name is trusted, and another key signed: each cluster has a `kubernetes`.
            Error::InvalidCertificate(CertificateError::BadSignature) => {
                Err(stranger(end_entity, "; an authority of the same name is"))
            }
            error => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whether all that is wrong with a certificate is who signed it, or that it could sign others.
fn is_about_issuer(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(OtherError(other))) => {
            let other = other.downcast_ref::<webpki::Error>();
            matches!(other, Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

/// Trusts any certificate: `insecure`.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// A certificate that no trusted authority signed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the certificate of the server{subject} is signed by {issuer}, which is not an authority that is trusted here{but}"
)]
struct Stranger {
    subject: String,
    issuer: String,
    but: &'static str,
}

fn stranger(certificate: &CertificateDer<'_>, but: &'static str) -> Error {
    let parsed = webpki::EndEntityCert::try_from(certificate).ok();
    let name = |of: fn(&webpki::EndEntityCert<'_>) -> Option<String>| parsed.as_ref().and_then(of);
    let quoted = |name: String| format!("`{name}`");
    let subject = name(|certificate| common_name(certificate.subject()));
    let issuer = name(|certificate| common_name(certificate.issuer()));
    let stranger = Stranger {
        subject: subject
            .map(|name| format!(" ({})", quoted(name)))
            .unwrap_or_default(),
        issuer: issuer.map_or_else(|| "someone".to_owned(), quoted),
        but,
    };
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(stranger))))
}

/// The common name in an encoded name, else the organisation. Only for messages.
fn common_name(name: &[u8]) -> Option<String> {
    NAMES.iter().find_map(|identifier| {
        let at = name
            .windows(identifier.len())
            .position(|part| part == identifier)?;
        let value = &name[at + identifier.len()..];
        // One octet is its type, one its length: names of more than 127 octets are not shown.
        let (length, text) = (usize::from(*value.get(1)?), value.get(2..)?);
        let text = text.get(..length).filter(|_| length < 0x80)?;
        Some(String::from_utf8_lossy(text).into_owned())
    })
}

/// Whether the server does not accept who we are. With TLS 1.3 it says so only after the handshake.
pub(crate) fn is_about_client_certificate(error: &Error) -> bool {
    use AlertDescription as Alert;
    matches!(
        error,
        Error::AlertReceived(
            Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
        )
    )
}

/// What a failure of TLS means: a phrase with what the certificate says and what was expected.
pub(crate) fn describe(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            expected,
            presented,
        }) => {
            let names: Vec<String> = presented.iter().map(|name| plain(name)).collect();
            let names = if names.is_empty() {
                "no name".to_owned()
            } else {
                names.join(", ")
            };
            format!(
                "the certificate of the server is for {names}, and not for `{}`",
                expected.to_str()
            )
        }
        Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, time }) => format!(
            "the certificate of the server expired on {}, and now it is {}",
            date(*not_after),
            date(*time)
        ),
        Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, time }) => {
            format!(
                "the certificate of the server is valid from {}, and now it is {}",
                date(*not_before),
                date(*time)
            )
        }
        Error::InvalidCertificate(CertificateError::Other(OtherError(other)))
            if other.downcast_ref::<Stranger>().is_some() =>
        {
            other.to_string()
        }
        Error::InvalidMessage(_) => "what answers there does not speak TLS".to_owned(),
        Error::AlertReceived(alert) if is_about_client_certificate(error) => format!(
            "the server refused the client certificate ({alert:?}): check `client_certificate` and `client_key`"
        ),
        other => other.to_string(),
    }
}

/// A name as the library gives it, such as `DnsName("a")` or `IpAddress(127.0.0.1)`.
fn plain(name: &str) -> String {
    let inner = name
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    format!("`{}`", inner.unwrap_or(name).trim_matches('"'))
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}
