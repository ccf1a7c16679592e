use super::unknown::data_source;
use crate::protocol::convert::{decode, encode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{DynamicValue, read_data_source, validate_data_resource_config};
use crate::provider::{self, Provider};

pub(crate) fn validate_data_source(
    provider: &Provider,
    request: &validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    if let Some(model) = data_source(provider, &request.type_name, &mut diagnostics)
        && let Some(config) = decode(request.config.as_ref(), model.schema(), &mut diagnostics)
    {
        diagnostics.extend(provider::validate_data_source(model, &config));
    }
    validate_data_resource_config::Response {
        diagnostics: messages(diagnostics),
    }
}

pub(crate) async fn read_data_source(
    provider: &Provider,
    request: &read_data_source::Request,
) -> read_data_source::Response {
    let mut diagnostics = CallDiagnostics::new();
    let state = data_source_state(provider, request, &mut diagnostics).await;
    read_data_source::Response {
        state,
        diagnostics: messages(diagnostics),
        deferred: None,
    }
}

async fn data_source_state(
    provider: &Provider,
    request: &read_data_source::Request,
    diagnostics: &mut CallDiagnostics,
) -> Option<DynamicValue> {
    let model = data_source(provider, &request.type_name, diagnostics)?;
    let config = decode(request.config.as_ref(), model.schema(), diagnostics)?;
    let state = provider::read_data_source(provider, model, &config, diagnostics).await?;
    encode(&state, model.value_type(), diagnostics)
}
