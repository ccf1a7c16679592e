//! Servers that do not respond, or respond very slowly.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, TcpSocket};

use crate::server::{Deed, Head, Server};

/// The kind of silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It accepts connections, reads, and never responds.
    Mute,
    /// The same during a TLS handshake.
    MuteTls,
    /// It sends a header, a byte a second.
    Header,
    /// It sends the body, a byte a second.
    Body,
    /// It does not accept connections, and its backlog is full.
    Unreachable,
    /// The credential program runs for minutes.
    Program,
}

pub(crate) const ALL: &[Silence] = &[
    Silence::Mute,
    Silence::MuteTls,
    Silence::Header,
    Silence::Body,
    Silence::Unreachable,
    Silence::Program,
];

/// A server of this kind, stopped when it is dropped.
pub(crate) enum Silent {
    Server(Silence, Server),
    Unreachable {
        address: SocketAddr,
        _listener: TcpListener,
        _waiting: Vec<TcpStream>,
    },
}

impl Silent {
    pub(crate) fn start(silence: Silence) -> Silent {
        let trickle =
            |head: &str, body: &str| Deed::Trickle(format!("{head}{}", body.repeat(1000)));
        let plan = move |_: &Head| match silence {
            Silence::Header => trickle("HTTP/1.1 200 OK\r\nx-padding: ", "a"),
            Silence::Body => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n";
                Deed::Answer(
                    head.to_owned(),
                    Box::new(std::iter::repeat_with(|| {
                        std::thread::sleep(Duration::from_secs(1));
                        b" ".to_vec()
                    })),
                )
            }
            _ => Deed::Mute,
        };
        if silence == Silence::Unreachable {
            Silent::unreachable()
        } else {
            Silent::Server(silence, Server::start(None, plan))
        }
    }

    fn unreachable() -> Silent {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
        let waiting: Vec<_> = std::iter::from_fn(connect).take(100).collect();
        assert!(waiting.len() < 100, "it accepts connections");
        Silent::Unreachable {
            address,
            _listener: listener,
            _waiting: waiting,
        }
    }

    /// The address or program in the error message.
    pub(crate) fn name(&self) -> String {
        match self {
            Silent::Server(Silence::Program, _) => "program `sleep`".to_owned(),
            Silent::Server(_, server) => server.address.to_string(),
            Silent::Unreachable { address, .. } => address.to_string(),
        }
    }

    /// A provider block for this server.
    pub(crate) fn block(&self) -> Json {
        let (scheme, address) = match self {
            Silent::Server(Silence::MuteTls, server) => ("https", server.address),
            Silent::Server(_, server) => ("http", server.address),
            Silent::Unreachable { address, .. } => ("http", *address),
        };
        let mut block = json!({
            "host": format!("{scheme}://{address}"),
            "namespace": "tenant-demo",
            "insecure": true,
        });
        match self {
            Silent::Server(Silence::Program, _) => {
                block["exec"] = json!({
                    "api_version": "client.authentication.k8s.io/v1",
                    "command": "sleep",
                    "args": ["120"],
                });
            }
            _ => block["token"] = json!("a"),
        }
        block
    }

    /// Waits until the provider waits for the server.
    pub(crate) async fn met(&self) {
        match self {
            Silent::Server(Silence::Program, _) | Silent::Unreachable { .. } => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Silent::Server(_, server) => {
                for _ in 0..500 {
                    if server.met() > 0 {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                // A part of the response was sent.
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
