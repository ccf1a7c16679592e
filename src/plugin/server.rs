//! The gRPC server: the provider and what every plugin has beside it, on one listener.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;
use tonic::transport::Server;

use super::Failure;
use super::broker::Broker;
use super::connection::Connections;
use super::controller::Controller;
use super::guard::Guard;
use super::health::Health;
use super::health_wire::health_server::HealthServer;
use super::listener::Listener;
use super::stdio::Stdio;
use super::stop::{Reason, Stop};
use super::wire::grpc_broker_server::GrpcBrokerServer;
use super::wire::grpc_controller_server::GrpcControllerServer;
use super::wire::grpc_stdio_server::GrpcStdioServer;

/// How long calls under way may take after the end was asked for. The caller kills the process
/// after two seconds.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Bytes that may be under way unread in one call, and in all calls of a connection. With the
/// default of 64 KiB a large state would be sent in many small turns.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 32 << 20;

/// Bytes in one frame.
const FRAME: u32 = 1 << 20;

/// Connections waiting for the server to take them.
const BACKLOG: usize = 16;

/// Serves until `stop`, then ends open streams and lets calls under way finish for a second.
///
/// # Errors
///
/// The server ended by itself.
pub(super) async fn serve<S>(
    provider: S,
    listener: &Listener,
    acceptor: Option<TlsAcceptor>,
    connections: &Connections,
    stop: &Stop,
) -> Result<Reason, Failure>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let (ready, incoming) = mpsc::channel(BACKLOG);
    let incoming = ReceiverStream::new(incoming).map(Ok::<_, io::Error>);
    let stopped = stop.clone();
    // No keepalive: the peer is on this machine, and one that a debugger or a closed lid has
    // stopped is not gone. No limit of concurrent calls: `-parallelism` is the caller's.
    let serving = Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME)
        .max_concurrent_streams(u32::MAX)
        .add_service(Guard(provider))
        .add_service(GrpcControllerServer::new(Controller(stop.clone())))
        .add_service(GrpcBrokerServer::new(Broker(stop.clone())))
        .add_service(GrpcStdioServer::new(Stdio(stop.clone())))
        .add_service(HealthServer::new(Health(stop.clone())))
        .serve_with_incoming_shutdown(incoming, async move {
            stopped.stopped().await;
        });
    tokio::select! {
        ended = serving => ended?,
        never = listener.accept_all(acceptor, connections, ready) => match never {},
        () = drained(stop) => tracing::debug!("calls under way are given up"),
    }
    let reason = stop.stopped().await;
    tracing::debug!(?reason, "ending");
    Ok(reason)
}

async fn drained(stop: &Stop) {
    stop.stopped().await;
    tokio::time::sleep(DRAIN_TIME).await;
}
