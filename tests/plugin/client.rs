//! The other side: a client with a certificate as Go makes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hikube::plugin::health_wire::HealthCheckRequest;
use hikube::plugin::health_wire::health_check_response::ServingStatus;
use hikube::plugin::health_wire::health_client::HealthClient;
use hyper_util::rt::TokioIo;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use crate::Outcome;

/// A key and its certificate, as go-plugin makes them.
pub(crate) struct GoIdentity {
    key: KeyPair,
    certificate: CertificateDer<'static>,
}

impl GoIdentity {
    pub(crate) fn new() -> Outcome<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        params
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        params
            .distinguished_name
            .push(DnType::OrganizationName, "HashiCorp");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let certificate = params.self_signed(&key)?.der().clone();
        Ok(Self { key, certificate })
    }

    /// The value of `PLUGIN_CLIENT_CERT`.
    pub(crate) fn pem(&self) -> String {
        let text = STANDARD.encode(&self.certificate);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        let lines = lines.join("\n");
        format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
    }

    /// The same certificate in the hands of someone who has not its key.
    pub(crate) fn stolen(&self) -> Outcome<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
        Ok(Self {
            key,
            certificate: self.certificate.clone(),
        })
    }

    fn certified_key(&self) -> Outcome<Arc<CertifiedKey>> {
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        let key = aws_lc_rs::sign::any_supported_type(&key)?;
        Ok(Arc::new(CertifiedKey::new(
            vec![self.certificate.clone()],
            key,
        )))
    }
}

/// Shows one certificate whether or not it fits the key.
#[derive(Debug)]
struct Show(Arc<CertifiedKey>);

impl ResolvesClientCert for Show {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// The server's certificate in its field of the handshake line.
pub(crate) fn server_certificate(field: &str) -> Outcome<CertificateDer<'static>> {
    Ok(STANDARD_NO_PAD.decode(field)?.into())
}

/// Encrypts a connection as Go would: the certificate of the handshake line is the only root.
pub(crate) async fn encrypt(
    socket: &Path,
    server: CertificateDer<'static>,
    identity: Option<&GoIdentity>,
) -> Outcome<TlsStream<UnixStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(server)?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(identity) => {
            config.with_client_cert_resolver(Arc::new(Show(identity.certified_key()?)))
        }
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = UnixStream::connect(socket).await?;
    let name = ServerName::try_from("localhost")?;
    Ok(TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?)
}

/// A gRPC channel over an encrypted connection.
pub(crate) async fn channel(stream: TlsStream<UnixStream>) -> Outcome<Channel> {
    let mut stream = Some(TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        std::future::ready(
            stream
                .take()
                .ok_or_else(|| std::io::Error::other("used up")),
        )
    });
    Ok(Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await?)
}

/// A gRPC channel without encryption.
pub(crate) async fn plain_channel(socket: &Path) -> Outcome<Channel> {
    let socket: PathBuf = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
    });
    Ok(Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await?)
}

/// Asks whether the plugin is well.
pub(crate) async fn assert_healthy(channel: &Channel) -> Outcome {
    let request = HealthCheckRequest {
        service: "plugin".to_owned(),
    };
    let answer = HealthClient::new(channel.clone())
        .check(request)
        .await?
        .into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
    Ok(())
}
