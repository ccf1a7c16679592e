//! Which clients can connect.

use rustls::ProtocolVersion;
use tokio::net::UnixStream;

use crate::Outcome;
use crate::client::{
    GoIdentity, assert_healthy, channel, encrypt, plain_channel, server_certificate,
};
use crate::process::Plugin;

fn start(expected: &GoIdentity) -> Outcome<Plugin> {
    Plugin::start(&[("PLUGIN_CLIENT_CERT", &expected.pem())])
}

/// Whether a client with this identity receives a response. With TLS 1.3, a client is informed of a rejection only when
/// it reads.
async fn is_let_in(plugin: &Plugin, identity: Option<&GoIdentity>) -> Outcome<bool> {
    let certificate = server_certificate(plugin.fields()[5])?;
    let Ok(stream) = encrypt(plugin.socket()?, certificate, identity).await else {
        return Ok(false);
    };
    let Ok(channel) = channel(stream).await else {
        return Ok(false);
    };
    Ok(assert_healthy(&channel).await.is_ok())
}

#[tokio::test]
async fn terraforms_certificate_is_accepted() -> Outcome {
    let identity = GoIdentity::new()?;
    let plugin = start(&identity)?;
    assert!(!plugin.fields()[5].contains('='));
    let certificate = server_certificate(plugin.fields()[5])?;
    let stream = encrypt(plugin.socket()?, certificate, Some(&identity)).await?;
    let connection = stream.get_ref().1;
    assert_eq!(connection.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(
        connection.protocol_version(),
        Some(ProtocolVersion::TLSv1_3)
    );
    assert_healthy(&channel(stream).await?).await
}

#[tokio::test]
async fn nobody_else_is_let_in() -> Outcome {
    let identity = GoIdentity::new()?;
    let plugin = start(&identity)?;
    assert!(!is_let_in(&plugin, None).await?);
    assert!(!is_let_in(&plugin, Some(&GoIdentity::new()?)).await?);
    assert!(!is_let_in(&plugin, Some(&identity.stolen()?)).await?);
    let plain = plain_channel(plugin.socket()?).await;
    if let Ok(plain) = plain {
        assert!(assert_healthy(&plain).await.is_err());
    }
    assert!(is_let_in(&plugin, Some(&identity)).await?);
    Ok(())
}

#[tokio::test]
async fn a_silent_client_does_not_block_others() -> Outcome {
    let identity = GoIdentity::new()?;
    let plugin = start(&identity)?;
    let _silent = UnixStream::connect(plugin.socket()?).await?;
    assert!(is_let_in(&plugin, Some(&identity)).await?);
    Ok(())
}
