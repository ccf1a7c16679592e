use std::io;

/// Why the plugin cannot start or continue.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No socket or port is available.
    #[error("cannot listen: {0}")]
    Listen(String),
    /// The handshake line cannot be written.
    #[error("cannot write the handshake line: {0}")]
    Handshake(#[source] io::Error),
    /// No certificate can be created, or the client's certificate is invalid.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// The signal handlers cannot be installed.
    #[error("cannot handle signals: {0}")]
    Signals(#[source] io::Error),
    /// The server failed.
    #[error("the gRPC server failed: {0}")]
    Serve(#[from] tonic::transport::Error),
}
