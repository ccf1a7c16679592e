//! The gRPC server: the provider and go-plugin's services on one listener.

use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;

use super::broker::Broker;
use super::connection::Connections;
use super::controller::Controller;
use super::error::Error;
use super::guard::Guard;
use super::health::Health;
use super::health_wire::health_server::HealthServer;
use super::listener::Listener;
use super::service::ProviderService;
use super::stdio::Stdio;
use super::stop::{Reason, Stop};
use super::wire::grpc_broker_server::GrpcBrokerServer;
use super::wire::grpc_controller_server::GrpcControllerServer;
use super::wire::grpc_stdio_server::GrpcStdioServer;

/// Timeout for calls in progress after a shutdown. The client kills the process after two seconds.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// HTTP/2 flow control windows of a call and of a connection. The default of 64 KiB would send a large state in many
/// small steps.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 32 << 20;

/// Maximum size of an HTTP/2 frame, in bytes.
const FRAME: u32 = 1 << 20;

/// Capacity for accepted connections.
const BACKLOG: usize = 16;

/// Serves until `stop`, then closes open streams and completes calls in progress, for up to a second.
///
/// # Errors
///
/// The server failed.
pub(super) async fn serve(
    provider: impl ProviderService,
    listener: &Listener,
    acceptor: Option<TlsAcceptor>,
    connections: &Connections,
    stop: &Stop,
) -> Result<Reason, Error> {
    let (ready, incoming) = mpsc::channel(BACKLOG);
    let incoming = ReceiverStream::new(incoming).map(Ok::<_, io::Error>);
    let stopped = stop.clone();
    // No keepalive: the client is on this machine, and may be paused by a debugger or suspended with it. No limit of
    // concurrent calls: the client limits them with `-parallelism`.
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
        () = drained(stop) => tracing::debug!("cancelling the calls in progress"),
    }
    let reason = stop.stopped().await;
    tracing::debug!(?reason, "stopped");
    Ok(reason)
}

async fn drained(stop: &Stop) {
    stop.stopped().await;
    tokio::time::sleep(DRAIN_TIME).await;
}
