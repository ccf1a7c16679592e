//! The listener for clients: a unix socket, or a local TCP port on Windows.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::connection::{AnyTransport, Connection, Connections};
use super::endpoint::Endpoint;
use super::environment::Environment;
use super::error::Error;

/// Timeout of a TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Delay after a failure to accept: most causes, such as too many open files, persist.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A listener, closed when it is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    kind: Kind,
    endpoint: Endpoint,
}

#[derive(Debug)]
enum Kind {
    #[cfg(unix)]
    Unix(
        tokio::net::UnixListener,
        #[expect(dead_code, reason = "removes itself")] super::socket::SocketFile,
    ),
    Tcp(TcpListener),
}

impl Listener {
    /// Listens as configured by the client, and as usual on the operating system.
    ///
    /// # Errors
    ///
    /// The socket cannot be created, or no port is free.
    pub(super) async fn bind(environment: &Environment) -> Result<Self, Error> {
        #[cfg(unix)]
        if !cfg!(windows) {
            return Self::unix(environment);
        }
        Self::tcp(environment.ports.clone()).await
    }

    #[cfg(unix)]
    fn unix(environment: &Environment) -> Result<Self, Error> {
        let group = environment.socket_group.as_deref();
        let (listener, file) = super::socket::listen(&environment.socket_folder, group)?;
        let endpoint = Endpoint {
            network: "unix",
            address: file.to_string(),
        };
        Ok(Self {
            kind: Kind::Unix(listener, file),
            endpoint,
        })
    }

    /// Listens on the first free port of the range, for local clients only.
    async fn tcp(ports: RangeInclusive<u16>) -> Result<Self, Error> {
        for port in ports.clone() {
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                let endpoint = Endpoint {
                    network: "tcp",
                    address: format!("{}:{port}", Ipv4Addr::LOCALHOST),
                };
                return Ok(Self {
                    kind: Kind::Tcp(listener),
                    endpoint,
                });
            }
        }
        Err(Error::Listen(format!(
            "no free port from {} to {} on {}",
            ports.start(),
            ports.end(),
            Ipv4Addr::LOCALHOST
        )))
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    async fn accept(&self) -> io::Result<AnyTransport> {
        match &self.kind {
            #[cfg(unix)]
            Kind::Unix(listener, _) => Ok(Box::pin(listener.accept().await?.0)),
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::pin(stream))
            }
        }
    }

    /// Accepts connections, completes the TLS handshake if there is an acceptor, and sends them to `ready`. It
    /// does not end if a connection fails.
    pub(super) async fn accept_all(
        &self,
        acceptor: Option<TlsAcceptor>,
        connections: &Connections,
        ready: mpsc::Sender<Connection>,
    ) -> Infallible {
        loop {
            let transport = match self.accept().await {
                Ok(transport) => transport,
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let (acceptor, connections) = (acceptor.clone(), connections.clone());
            let ready = ready.clone();
            // A task for each: a silent client must not block the others.
            tokio::spawn(async move {
                match secure(acceptor, transport).await {
                    // Fails if the server has ended.
                    Ok(transport) => drop(ready.send(connections.add(transport)).await),
                    Err(error) => tracing::warn!(%error, "refused a connection"),
                }
            });
        }
    }
}

async fn secure(
    acceptor: Option<TlsAcceptor>,
    transport: AnyTransport,
) -> io::Result<AnyTransport> {
    let Some(acceptor) = acceptor else {
        return Ok(transport);
    };
    let stream = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(transport)).await??;
    Ok(Box::pin(stream))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[tokio::test]
    async fn the_first_free_port_is_used() -> Outcome {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = taken.local_addr()?.port();
        let full = Listener::tcp(port..=port)
            .await
            .err()
            .map(|error| error.to_string());
        assert!(full.is_some_and(|text| text.contains(&port.to_string())));
        let listener = Listener::tcp(port..=port.saturating_add(50)).await?;
        assert_eq!(listener.endpoint().network, "tcp");
        assert_ne!(listener.endpoint().address, format!("127.0.0.1:{port}"));
        Ok(())
    }

    #[tokio::test]
    async fn connections_are_sent_and_counted() -> Outcome {
        let listener = Listener::tcp(20_000..=25_000).await?;
        let address = listener.endpoint().address.clone();
        let connections = Connections::default();
        let (sender, mut receiver) = mpsc::channel(1);
        let counted = connections.clone();
        let accepting =
            tokio::spawn(async move { listener.accept_all(None, &counted, sender).await });
        let mut client = tokio::net::TcpStream::connect(address).await?;
        let mut connection = receiver.recv().await.ok_or("no connection")?;
        assert!(connections.any());
        assert_eq!(connections.open(), 1);
        connection.write_all(b"hello").await?;
        let mut bytes = [0; 5];
        client.read_exact(&mut bytes).await?;
        assert_eq!(&bytes, b"hello");
        drop(connection);
        assert_eq!(connections.open(), 0);
        accepting.abort();
        Ok(())
    }
}
