//! TLS between client and plugin. Each side creates a certificate for this process, passes it to the other (the server
//! certificate in the handshake line, the client certificate in an environment variable) and accepts no other.

use std::fmt::Display;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    ServerConfig, SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

use super::error::Error as PluginError;

/// The server certificate, and the configuration that accepts the client's.
pub(super) struct Identity {
    certificate: CertificateDer<'static>,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// Creates a key and a certificate for `localhost`, and accepts the client certificate in PEM format.
    ///
    /// # Errors
    ///
    /// `client_pem` is not exactly one certificate, or no random numbers are available.
    pub(super) fn new(client_pem: &str) -> Result<Self, PluginError> {
        let client = client_certificate(client_pem).map_err(|error| {
            let what = "PLUGIN_CLIENT_CERT must be exactly one X.509 certificate in PEM format";
            tls_error(what, error)
        })?;
        let key = KeyPair::generate().map_err(|error| tls_error("cannot create a key", error))?;
        let certificate =
            certificate(&key).map_err(|error| tls_error("cannot create a certificate", error))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = PinnedClient::new(client, &provider);
        let private = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(provider)
            // Every client supports TLS 1.3. With TLS 1.2 the client's P-521 key requires a signature scheme that
            // rustls uses with other curves (rustls issue 1912).
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| tls_error("TLS 1.3 is not supported", error))?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], private)
            .map_err(|error| tls_error("cannot use the server certificate", error))?;
        // grpc-go requires `h2` since 1.67.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // There is one connection, so sessions are not resumed.
        config.send_tls13_tickets = 0;
        Ok(Self {
            certificate,
            config: Arc::new(config),
        })
    }

    /// The server certificate in DER format.
    pub(super) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

/// Parses the client certificate. An invalid one would otherwise refuse every client, without an error at start.
fn client_certificate(pem: &str) -> Result<CertificateDer<'static>, String> {
    let text = pem.trim();
    if !text.starts_with("-----BEGIN CERTIFICATE-----") {
        return Err("it does not begin with `-----BEGIN CERTIFICATE-----`".to_owned());
    }
    if !text.ends_with("-----END CERTIFICATE-----") {
        return Err("it does not end with `-----END CERTIFICATE-----`".to_owned());
    }
    if text.matches("-----BEGIN").count() > 1 || text.matches("-----END").count() > 1 {
        return Err("it contains more than one section".to_owned());
    }
    let certificate =
        CertificateDer::from_pem_slice(text.as_bytes()).map_err(|error| error.to_string())?;
    ParsedCertificate::try_from(&certificate).map_err(|error| error.to_string())?;
    Ok(certificate)
}

/// A certificate that Go accepts as server and root: self-signed, for `localhost`. It does not expire, because the
/// key is only in the memory of this process.
fn certificate(key: &KeyPair) -> Result<CertificateDer<'static>, rcgen::Error> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params.self_signed(key)?.der().clone())
}

fn tls_error(what: &str, error: impl Display) -> PluginError {
    PluginError::Tls(format!("{what}: {error}"))
}

/// Accepts exactly one client certificate, compared byte by byte, and verifies that the client has its key.
///
/// webpki cannot be used: Terraform's certificate is marked as a certificate authority, which webpki refuses for a
/// client (`CaUsedAsEndEntity`). A single known certificate needs no chain, and its validity and names are irrelevant
/// because it comes from the process that uses it.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedClient {
    fn new(certificate: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        // aws-lc supports ECDSA_NISTP521_SHA512, the scheme of Terraform's key; ring does not.
        Self {
            certificate,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ClientCertVerifier for PinnedClient {
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn refusal(pem: &str) -> String {
        let error = Identity::new(pem).err();
        error.map(|error| error.to_string()).unwrap_or_default()
    }

    fn pem(der: &[u8]) -> String {
        let text = STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    }

    fn der() -> Result<Vec<u8>, rcgen::Error> {
        Ok(certificate(&KeyPair::generate()?)?.to_vec())
    }

    #[test]
    fn exactly_one_certificate_is_accepted() -> Result<(), rcgen::Error> {
        let one = pem(&der()?);
        assert_eq!(refusal(&one), "");
        assert_eq!(refusal(&format!("\r\n{} ", one.replace('\n', "\r\n"))), "");
        Ok(())
    }

    #[test]
    fn anything_else_is_refused() -> Result<(), rcgen::Error> {
        let der = der()?;
        let one = pem(&der);
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
        let longer = [&*der, b"x"].concat();
        let changed = |from: &str, to: &str| one.replacen(from, to, 1);
        for text in [
            "nothing".to_owned(),
            "\u{fffd}".to_owned(),
            format!("{begin}\n{end}"),
            format!("{begin}{end}"),
            pem(b""),
            pem(b"garbage"),
            pem(&longer),
            pem(&der[..der.len() - 1]),
            format!("{one}{one}"),
            format!("{one}x"),
            format!("x\n{one}"),
            changed(end, ""),
            changed(begin, ""),
            changed("\n", "\n\u{fffd}"),
            changed("\n", "\nKey: value\n\n"),
            one.replace("CERTIFICATE", "PRIVATE KEY"),
            one.replace("CERTIFICATE", "CERTIFICATE REQUEST"),
        ] {
            let refusal = refusal(&text);
            let expected =
                "PLUGIN_CLIENT_CERT must be exactly one X.509 certificate in PEM format: ";
            assert!(refusal.contains(expected), "{text:?}: {refusal:?}");
            assert!(!refusal.contains('\n'), "{refusal:?}");
        }
        Ok(())
    }

    #[test]
    fn the_signature_scheme_of_terraform_is_supported() {
        let certificate = CertificateDer::from(Vec::new());
        let verifier = PinnedClient::new(certificate, &aws_lc_rs::default_provider());
        let schemes = verifier.supported_verify_schemes();
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
        assert!(verifier.client_auth_mandatory());
    }
}
