//! `GRPCController`: the client shuts the plugin down.

use tonic::{Request, Response, Status};

use super::stop::{Reason, Stop};
use super::wire::Empty;
use super::wire::grpc_controller_server::GrpcController;

pub(super) struct Controller(pub(super) Stop);

#[tonic::async_trait]
impl GrpcController for Controller {
    /// The response is still sent: the server completes calls in progress before it ends.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.stop(Reason::Shutdown);
        Ok(Response::new(Empty {}))
    }
}
