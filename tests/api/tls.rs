//! Verification of the server's certificate, and the error messages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hikube::api::{Client, Environment, Error, Settings};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::platform::BUCKET;

const OBJECT: &str = r#"{"apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket",
    "metadata": {"name": "b", "namespace": "tenant-demo", "uid": "1"}}"#;

/// A certificate with its key and its issuer.
struct Identity {
    leaf: CertificateDer<'static>,
    authority: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn new(change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let (key, signing) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = "An Authority";
        params.distinguished_name.push(DnType::CommonName, name);
        let authority = params.self_signed(&signing).unwrap().der().clone();
        let issuer = Issuer::new(params, signing);
        let names = vec!["127.0.0.1".to_owned(), "a.example.org".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        params.is_ca = IsCa::ExplicitNoCa;
        let name = "An API";
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        Identity {
            leaf: params.signed_by(&key, &issuer).unwrap().der().clone(),
            authority,
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        }
    }

    /// A self-signed certificate authority.
    fn own() -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let leaf = params.self_signed(&key).unwrap().der().clone();
        Identity {
            authority: leaf.clone(),
            leaf,
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        }
    }
}

fn pem(certificate: &CertificateDer<'_>) -> Option<String> {
    let text = STANDARD.encode(certificate);
    Some(format!(
        "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    ))
}

/// An API with one bucket, and the number of its connections.
async fn serve(identity: &Identity) -> (SocketAddr, Arc<AtomicU32>) {
    let config = ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_single_cert(vec![identity.leaf.clone()], identity.key.clone_key())
    .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, connected) = (listener.local_addr().unwrap(), Arc::<AtomicU32>::default());
    let counted = Arc::clone(&connected);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await.ok()?;
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
                let answer = format!("{head}: {}\r\n\r\n{OBJECT}", OBJECT.len());
                stream.write_all(answer.as_bytes()).await.ok()?;
                stream.shutdown().await.ok()
            });
        }
    });
    (address, connected)
}

/// Reads the bucket.
async fn read(address: SocketAddr, settings: Settings) -> Result<(), Error> {
    let settings = Settings {
        host: Some(format!("https://{address}")),
        ..settings
    };
    let connection = settings.resolve(&Environment::default()).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let (client, _) = Client::new(&connection, deadline).await.unwrap();
    let answer = client.get(&BUCKET, "tenant-demo", "b").await;
    answer.map(|_| ())
}

/// The error for the certificate of this API. The request is not retried.
async fn refusal(identity: &Identity, settings: Settings) -> String {
    let (address, connected) = serve(identity).await;
    let error = read(address, settings).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error}");
    assert_eq!(connected.load(Ordering::SeqCst), 1, "{error}");
    let error = error.to_string();
    assert!(error.contains(&format!("the TLS connection to https://{address}/ failed")));
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_and_the_certificate_itself_are_trusted() {
    let identity = Identity::new(|_| {});
    for trusted in [&identity.authority, &identity.leaf] {
        let (address, _) = serve(&identity).await;
        let settings = Settings {
            cluster_ca_certificate: pem(trusted),
            ..Settings::default()
        };
        read(address, settings).await.unwrap();
    }
    let own = Identity::own();
    let (address, _) = serve(&own).await;
    let settings = Settings {
        cluster_ca_certificate: pem(&own.leaf),
        ..Settings::default()
    };
    read(address, settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_of_an_unknown_issuer_names_subject_and_issuer() {
    let other = Settings {
        cluster_ca_certificate: pem(&Identity::new(|_| {}).authority),
        ..Settings::default()
    };
    for (settings, has_namesake) in [(Settings::default(), false), (other, true)] {
        let error = refusal(&Identity::new(|_| {}), settings).await;
        let phrase = "the certificate of the server (`An API`) is signed by `An Authority`";
        assert!(error.contains(phrase), "{error}");
        assert_eq!(
            error.ends_with("; an authority of the same name is"),
            has_namesake
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_dates_are_checked_of_a_trusted_leaf_too() {
    let identity = Identity::new(|_| {});
    let old = Identity::new(|params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let early = Identity::new(|params| params.not_before = rcgen::date_time_ymd(2100, 1, 1));
    for (identity, name, phrases) in [
        (
            &identity,
            Some("b.example.org"),
            [
                "is for `127.0.0.1`, `a.example.org`",
                "not for `b.example.org`",
            ],
        ),
        (&old, None, ["expired on 2020-01-01", "now it is 20"]),
        (&early, None, ["is valid from 2100-01-01", "now it is 20"]),
    ] {
        for trusted in [&identity.authority, &identity.leaf] {
            let settings = Settings {
                cluster_ca_certificate: pem(trusted),
                tls_server_name: name.map(str::to_owned),
                ..Settings::default()
            };
            let error = refusal(identity, settings).await;
            for phrase in phrases {
                assert!(error.contains(phrase), "{error} lacks {phrase}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_server_name_replaces_the_host() {
    let identity = Identity::new(|_| {});
    let (address, _) = serve(&identity).await;
    let settings = Settings {
        cluster_ca_certificate: pem(&identity.authority),
        tls_server_name: Some("a.example.org".to_owned()),
        ..Settings::default()
    };
    read(address, settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_named_as_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let error = read(address, Settings::default()).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error}");
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
}
