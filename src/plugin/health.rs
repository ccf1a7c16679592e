//! gRPC's health check. go-plugin checks the service `plugin`.

use tonic::{Request, Response, Status};

use super::health_wire::health_check_response::ServingStatus;
use super::health_wire::health_server::Health as Service;
use super::health_wire::{HealthCheckRequest, HealthCheckResponse};
use super::stop::{Idle, Stop};

pub(super) struct Health(pub(super) Stop);

#[tonic::async_trait]
impl Service for Health {
    type WatchStream = Idle<HealthCheckResponse>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        match status(&service) {
            ServingStatus::ServiceUnknown => {
                Err(Status::not_found(format!("unknown service {service:?}")))
            }
            status => Ok(Response::new(HealthCheckResponse {
                status: status.into(),
            })),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let status = status(&request.into_inner().service);
        let stop = self.0.clone();
        let idle = Idle::until(async move {
            stop.stopped().await;
        });
        Ok(Response::new(idle.starting_with(HealthCheckResponse {
            status: status.into(),
        })))
    }
}

/// The empty name is the whole server.
fn status(service: &str) -> ServingStatus {
    match service {
        "" | "plugin" => ServingStatus::Serving,
        _ => ServingStatus::ServiceUnknown,
    }
}
