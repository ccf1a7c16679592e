//! `GRPCController`: the caller ends the plugin.

use tonic::{Request, Response, Status};

use super::stop::{Reason, Stop};
use super::wire::Empty;
use super::wire::grpc_controller_server::GrpcController;

pub(super) struct Controller(pub(super) Stop);

#[tonic::async_trait]
impl GrpcController for Controller {
    /// The answer is still sent: calls under way are finished before the server ends.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.stop(Reason::Shutdown);
        Ok(Response::new(Empty {}))
    }
}
