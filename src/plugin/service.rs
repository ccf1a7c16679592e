use std::convert::Infallible;

use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;

/// A gRPC service, such as the one of the provider protocol.
pub trait ProviderService:
    Service<
        http::Request<Body>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send + 'static,
    > + NamedService
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> ProviderService for S where
    S: Service<
            http::Request<Body>,
            Response = http::Response<Body>,
            Error = Infallible,
            Future: Send + 'static,
        > + NamedService
        + Clone
        + Send
        + Sync
        + 'static
{
}
