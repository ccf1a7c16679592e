use super::data_source;
use crate::protocol::convert::{decode, encode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::service::Service;
use crate::protocol::wire::{DynamicValue, read_data_source, validate_data_resource_config};
use crate::resource;

impl Service {
    pub(in crate::protocol) fn validate_data_source(
        &self,
        request: &validate_data_resource_config::Request,
    ) -> validate_data_resource_config::Response {
        let mut diagnostics = CallDiagnostics::new();
        if let Some(model) = data_source(&self.provider, &request.type_name, &mut diagnostics)
            && let Some(config) = decode(
                request.config.as_ref(),
                &model.data_source,
                &mut diagnostics,
            )
        {
            diagnostics.extend(resource::validate_data_source(model, &config));
        }
        validate_data_resource_config::Response {
            diagnostics: messages(diagnostics),
        }
    }

    pub(in crate::protocol) async fn read_data_source(
        &self,
        request: &read_data_source::Request,
    ) -> read_data_source::Response {
        let mut diagnostics = CallDiagnostics::new();
        let state = self.data_source_state(request, &mut diagnostics).await;
        read_data_source::Response {
            state,
            diagnostics: messages(diagnostics),
            deferred: None,
        }
    }

    async fn data_source_state(
        &self,
        request: &read_data_source::Request,
        diagnostics: &mut CallDiagnostics,
    ) -> Option<DynamicValue> {
        let model = data_source(&self.provider, &request.type_name, diagnostics)?;
        let config = decode(request.config.as_ref(), &model.data_source, diagnostics)?;
        let session = self.provider.session(diagnostics).await?;
        let namespace = self.provider.namespace();
        let state =
            resource::read_data_source(model, &session, &config, &namespace, diagnostics).await;
        encode(&state, &model.data_source_value_type, diagnostics)
    }
}
