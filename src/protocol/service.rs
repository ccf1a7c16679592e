use std::pin::Pin;
use std::sync::Arc;

use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::calls;
use super::wire;
use super::wire::provider_server::Provider as Protocol;
use crate::provider::Provider;

/// Serves the calls. For types that the provider does not have yet (actions), the response is that the type is unknown. State stores are not implemented: Terraform calls them only if a provider declares some.
pub(super) struct Service {
    provider: Arc<Provider>,
}

type Answer<T> = Result<Response<T>, Status>;
type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl Service {
    pub(super) fn new(provider: Arc<Provider>) -> Service {
        Service { provider }
    }
}

fn answer<T>(answer: T) -> Answer<T> {
    Ok(Response::new(answer))
}

fn no_state_stores<T>() -> Answer<T> {
    Err(Status::unimplemented("the provider has no state stores"))
}

#[tonic::async_trait]
impl Protocol for Service {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Answer<wire::get_metadata::Response> {
        answer(calls::meta::metadata(&self.provider))
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        answer(calls::meta::schemas(&self.provider))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Answer<wire::validate_provider_config::Response> {
        answer(calls::provider::validate_provider(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        answer(calls::resource::validate_resource(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        answer(calls::data_source::validate_data_source(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        answer(calls::state::upgrade(&self.provider, &request.into_inner()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        answer(calls::meta::identity_schemas(&self.provider))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Answer<wire::upgrade_resource_identity::Response> {
        answer(calls::state::upgrade_identity(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Answer<wire::configure_provider::Response> {
        answer(calls::provider::configure(&self.provider, &request.into_inner()).await)
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        answer(calls::resource::read(&self.provider, request.into_inner()).await)
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        answer(calls::resource::plan(&self.provider, request.into_inner()).await)
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        answer(calls::resource::apply(&self.provider, request.into_inner()).await)
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        answer(calls::state::import(&self.provider, &request.into_inner()))
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Answer<wire::move_resource_state::Response> {
        answer(calls::state::moved(&self.provider, &request.into_inner()))
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Answer<wire::read_data_source::Response> {
        answer(calls::data_source::read_data_source(&self.provider, &request.into_inner()).await)
    }

    async fn generate_resource_config(
        &self,
        request: Request<wire::generate_resource_config::Request>,
    ) -> Answer<wire::generate_resource_config::Response> {
        answer(calls::state::generate(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Answer<wire::validate_ephemeral_resource_config::Response> {
        answer(calls::ephemeral::validate_ephemeral(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Answer<wire::open_ephemeral_resource::Response> {
        answer(calls::ephemeral::open_ephemeral(&self.provider, &request.into_inner()).await)
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Answer<wire::renew_ephemeral_resource::Response> {
        answer(calls::ephemeral::renew_ephemeral(
            &self.provider,
            request.into_inner(),
        ))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Answer<wire::close_ephemeral_resource::Response> {
        answer(calls::ephemeral::close_ephemeral(
            &self.provider,
            &request.into_inner(),
        ))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Answer<wire::validate_list_resource_config::Response> {
        answer(calls::list::validate(&self.provider, &request.into_inner()))
    }

    async fn plan_action(
        &self,
        request: Request<wire::plan_action::Request>,
    ) -> Answer<wire::plan_action::Response> {
        answer(calls::action::plan(&self.provider, &request.into_inner()))
    }

    async fn validate_action_config(
        &self,
        request: Request<wire::validate_action_config::Request>,
    ) -> Answer<wire::validate_action_config::Response> {
        answer(calls::action::validate_action(
            &self.provider,
            &request.into_inner(),
        ))
    }

    type ListResourceStream = Answers<wire::list_resource::Event>;

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Answer<Self::ListResourceStream> {
        let provider = Arc::clone(&self.provider);
        let events = calls::list::list(provider, request.into_inner());
        answer(Box::pin(events))
    }

    type InvokeActionStream = Answers<wire::invoke_action::Event>;

    async fn invoke_action(
        &self,
        request: Request<wire::invoke_action::Request>,
    ) -> Answer<Self::InvokeActionStream> {
        let events = calls::action::invoke(Arc::clone(&self.provider), request.into_inner());
        answer(Box::pin(events.map(Ok)))
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Answer<wire::get_functions::Response> {
        answer(wire::get_functions::Response {
            functions: calls::function::functions(&self.provider),
            diagnostics: Vec::new(),
        })
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Answer<wire::call_function::Response> {
        answer(calls::function::call(&self.provider, &request.into_inner()))
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Answer<wire::stop_provider::Response> {
        answer(calls::provider::stop(&self.provider))
    }

    type ReadStateBytesStream = Answers<wire::read_state_bytes::Response>;

    async fn read_state_bytes(
        &self,
        _: Request<wire::read_state_bytes::Request>,
    ) -> Answer<Self::ReadStateBytesStream> {
        no_state_stores()
    }

    async fn write_state_bytes(
        &self,
        _: Request<Streaming<wire::write_state_bytes::RequestChunk>>,
    ) -> Answer<wire::write_state_bytes::Response> {
        no_state_stores()
    }

    async fn validate_state_store_config(
        &self,
        _: Request<wire::validate_state_store::Request>,
    ) -> Answer<wire::validate_state_store::Response> {
        no_state_stores()
    }

    async fn configure_state_store(
        &self,
        _: Request<wire::configure_state_store::Request>,
    ) -> Answer<wire::configure_state_store::Response> {
        no_state_stores()
    }

    async fn lock_state(
        &self,
        _: Request<wire::lock_state::Request>,
    ) -> Answer<wire::lock_state::Response> {
        no_state_stores()
    }

    async fn unlock_state(
        &self,
        _: Request<wire::unlock_state::Request>,
    ) -> Answer<wire::unlock_state::Response> {
        no_state_stores()
    }

    async fn get_states(
        &self,
        _: Request<wire::get_states::Request>,
    ) -> Answer<wire::get_states::Response> {
        no_state_stores()
    }

    async fn delete_state(
        &self,
        _: Request<wire::delete_state::Request>,
    ) -> Answer<wire::delete_state::Response> {
        no_state_stores()
    }
}
