//! Verification of the server's certificate, and messages about its failure.

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

/// The encoded object identifiers of common name and organisation.
const NAMES: [[u8; 5]; 2] = [[6, 3, 0x55, 4, 3], [6, 3, 0x55, 4, 10]];

/// The TLS configuration for the API.
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

/// The TLS configuration for a proxy. The authorities of the system and of the API are trusted.
pub(super) fn config_of_proxy(cluster: &Cluster) -> Result<ClientConfig, SettingsError> {
    Ok(builder(cluster, true)?.with_no_client_auth())
}

fn builder(
    cluster: &Cluster,
    is_for_proxy: bool,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, SettingsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if cluster.is_insecure {
        Arc::new(NoVerification(Arc::clone(&provider)))
    } else {
        Arc::new(CertificateVerifier::of(cluster, is_for_proxy, &provider)?)
    };
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder =
        builder.map_err(|error| SettingsError::new("", format!("TLS cannot be used: {error}.")))?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

fn system_verifier(
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, SettingsError> {
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

fn webpki_verifier(
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

/// Accepts what one of `inner` accepts, and, as Go does, a server with one of the configured certificates itself,
/// whether it is an authority or not.
#[derive(Debug)]
struct CertificateVerifier {
    inner: Vec<Arc<dyn ServerCertVerifier>>,
    own: Vec<CertificateDer<'static>>,
    /// The algorithms for the signature of a handshake.
    algorithms: WebPkiSupportedAlgorithms,
}

impl CertificateVerifier {
    fn of(
        cluster: &Cluster,
        is_for_proxy: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<CertificateVerifier, SettingsError> {
        let own = cluster.authorities.clone().unwrap_or_default();
        let inner = match &cluster.authorities {
            None => vec![system_verifier(provider)?],
            Some(authorities) => {
                // If the system has none, those of the API suffice.
                let system_verifier = is_for_proxy
                    .then(|| system_verifier(provider).ok())
                    .flatten();
                let api = webpki_verifier(authorities, provider)?;
                system_verifier.into_iter().chain([api]).collect()
            }
        };
        Ok(CertificateVerifier {
            inner,
            own,
            algorithms: provider.signature_verification_algorithms,
        })
    }
}

impl ServerCertVerifier for CertificateVerifier {
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
            // The library reports either only after it has checked the dates.
            error if is_ours && is_about_issuer(&error) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                Err(unknown_issuer(end_entity, ""))
            }
            // The authority has the name of a trusted one and another key: each cluster has a `kubernetes`.
            Error::InvalidCertificate(CertificateError::BadSignature) => Err(unknown_issuer(
                end_entity,
                "; an authority of the same name is",
            )),
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

/// Whether the only problem is the issuer, or that the certificate is one of an authority.
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

/// Accepts any certificate: `insecure`.
#[derive(Debug)]
struct NoVerification(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerification {
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

/// A certificate of an unknown issuer.
#[derive(Debug, thiserror::Error)]
#[error(
    "the certificate of the server{subject} is signed by {issuer}, which is not a trusted authority{but}"
)]
struct UnknownIssuer {
    subject: String,
    issuer: String,
    but: &'static str,
}

fn unknown_issuer(certificate: &CertificateDer<'_>, but: &'static str) -> Error {
    let parsed = webpki::EndEntityCert::try_from(certificate).ok();
    let name = |of: fn(&webpki::EndEntityCert<'_>) -> Option<String>| parsed.as_ref().and_then(of);
    let quoted = |name: String| format!("`{name}`");
    let subject = name(|certificate| common_name(certificate.subject()));
    let issuer = name(|certificate| common_name(certificate.issuer()));
    let unknown_issuer = UnknownIssuer {
        subject: subject
            .map(|name| format!(" ({})", quoted(name)))
            .unwrap_or_default(),
        issuer: issuer.map_or_else(|| "an unnamed authority".to_owned(), quoted),
        but,
    };
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(
        unknown_issuer,
    ))))
}

/// The common name in an encoded name, otherwise the organisation, for messages.
fn common_name(name: &[u8]) -> Option<String> {
    NAMES.iter().find_map(|identifier| {
        let at = name
            .windows(identifier.len())
            .position(|part| part == identifier)?;
        let value = &name[at + identifier.len()..];
        // A byte for the type and one for the length: names of more than 127 bytes are not shown.
        let (length, text) = (usize::from(*value.get(1)?), value.get(2..)?);
        let text = text.get(..length).filter(|_| length < 0x80)?;
        Some(String::from_utf8_lossy(text).into_owned())
    })
}

/// Whether the server rejected the client certificate. With TLS 1.3 it does so only after the handshake.
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

/// The meaning of a TLS failure: a phrase with what was expected and what the certificate has.
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
            if other.downcast_ref::<UnknownIssuer>().is_some() =>
        {
            other.to_string()
        }
        Error::InvalidMessage(_) => "the server does not speak TLS".to_owned(),
        Error::AlertReceived(alert) if is_about_client_certificate(error) => format!(
            "the server rejected the client certificate ({alert:?}): check `client_certificate` and `client_key`"
        ),
        other => other.to_string(),
    }
}

/// A name without the wrapper of the library, such as `DnsName("a")` or `IpAddress(127.0.0.1)`.
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
