//! `GRPCBroker`: additional connections. A provider does not use them, so the stream stays open and idle.

use tonic::{Request, Response, Status, Streaming};

use super::stop::{Idle, Stop};
use super::wire::ConnInfo;
use super::wire::grpc_broker_server::GrpcBroker;

pub(super) struct Broker(pub(super) Stop);

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Idle<ConnInfo>;

    /// Ends when the client closes the stream, or with the process.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let stop = self.0.clone();
        let mut requests = request.into_inner();
        let idle = Idle::until(async move {
            tokio::select! {
                _ = stop.stopped() => {}
                () = async { while let Ok(Some(_)) = requests.message().await {} } => {}
            }
        });
        Ok(Response::new(idle))
    }
}
