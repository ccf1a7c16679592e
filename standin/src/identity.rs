//! The client certificate in a cluster's kubeconfig.
use crate::tls;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::OnceLock;

/// A certificate authority and a client certificate, as base64-encoded PEM.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) authority: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// One identity for all clusters of this process, because generating keys takes time and an upgrade must not change
/// them. Empty if it cannot be generated.
pub(crate) fn of_clusters() -> &'static Identity {
    static MADE: OnceLock<Identity> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = tls::client("kubernetes", "kubernetes-admin");
        made.map_or_else(
            |_| Identity::default(),
            |client| Identity {
                authority: STANDARD.encode(client.ca_pem),
                certificate: STANDARD.encode(client.certificate_pem),
                key: STANDARD.encode(client.key_pem),
            },
        )
    })
}
