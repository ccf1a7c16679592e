//! What a cluster's kubeconfig proves who it is with.
use crate::tls;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::OnceLock;

/// An authority and a client's certificate under it, all PEM in base64.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) authority: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// One identity for all clusters of this process: keys take time to make, and an upgrade must not
/// change them. Empty where none can be made.
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
