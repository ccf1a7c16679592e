//! Where the caller connects: a unix socket, or a local TCP port on Windows.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::Failure;
use super::connection::{AnyTransport, Connection, Connections};
use super::environment::Environment;

/// How long a client may take to prove who it is.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How long to wait after a failure to accept. Most of them, like too many open files, last.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where a listener is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// A path, or address and port.
    pub(super) place: String,
}

impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}|{}", self.network, self.place)
    }
}

/// A place the caller connects to. It is given up when this is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    kind: Kind,
    address: Address,
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
    /// Listens where the caller wishes, in the way of the operating system.
    ///
    /// # Errors
    ///
    /// No socket can be made in the folder, or no port of the range is free.
    pub(super) async fn bind(environment: &Environment) -> Result<Self, Failure> {
        #[cfg(unix)]
        if !cfg!(windows) {
            return Self::unix(environment);
        }
        Self::tcp(environment.ports.clone()).await
    }

    #[cfg(unix)]
    fn unix(environment: &Environment) -> Result<Self, Failure> {
        let group = environment.socket_group.as_deref();
        let (listener, file) = super::socket::listen(&environment.socket_folder, group)?;
        let address = Address {
            network: "unix",
            place: file.to_string(),
        };
        Ok(Self {
            kind: Kind::Unix(listener, file),
            address,
        })
    }

    /// Listens on the first free port of the range, for programs on this machine only.
    async fn tcp(ports: RangeInclusive<u16>) -> Result<Self, Failure> {
        for port in ports.clone() {
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                let place = format!("{}:{port}", Ipv4Addr::LOCALHOST);
                let address = Address {
                    network: "tcp",
                    place,
                };
                return Ok(Self {
                    kind: Kind::Tcp(listener),
                    address,
                });
            }
        }
        Err(Failure::Listen(format!(
            "no port from {} to {} is free on {}",
            ports.start(),
            ports.end(),
            Ipv4Addr::LOCALHOST
        )))
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
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

    /// Accepts connections, agrees on encryption where there is an acceptor, and hands them
    /// over. Never ends: a connection that fails is no reason to.
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
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let (acceptor, connections) = (acceptor.clone(), connections.clone());
            let ready = ready.clone();
            // Each by itself: one that says nothing must not hold up the others.
            tokio::spawn(async move {
                match secure(acceptor, transport).await {
                    // Nobody takes it: the server has ended.
                    Ok(transport) => drop(ready.send(connections.add(transport)).await),
                    Err(error) => tracing::warn!(%error, "a connection was refused"),
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
    async fn the_first_free_port_is_taken() -> Outcome {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = taken.local_addr()?.port();
        let full = Listener::tcp(port..=port)
            .await
            .err()
            .map(|failure| failure.to_string());
        assert!(full.is_some_and(|text| text.contains(&port.to_string())));
        let listener = Listener::tcp(port..=port.saturating_add(50)).await?;
        assert_eq!(listener.address().network, "tcp");
        assert_ne!(listener.address().place, format!("127.0.0.1:{port}"));
        Ok(())
    }

    #[tokio::test]
    async fn connections_are_handed_over_and_counted() -> Outcome {
        let listener = Listener::tcp(20_000..=25_000).await?;
        let place = listener.address().place.clone();
        let connections = Connections::default();
        let (sender, mut receiver) = mpsc::channel(1);
        let counted = connections.clone();
        let accepting =
            tokio::spawn(async move { listener.accept_all(None, &counted, sender).await });
        let mut client = tokio::net::TcpStream::connect(place).await?;
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
