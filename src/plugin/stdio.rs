//! `GRPCStdio`: the plugin's output. There is none, so the stream stays open and idle.

use tonic::{Request, Response, Status};

use super::stop::{Idle, Stop};
use super::wire::StdioData;
use super::wire::grpc_stdio_server::GrpcStdio;

pub(super) struct Stdio(pub(super) Stop);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Idle<StdioData>;

    async fn stream_stdio(
        &self,
        _: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        let stop = self.0.clone();
        let idle = Idle::until(async move {
            stop.stopped().await;
        });
        Ok(Response::new(idle))
    }
}
