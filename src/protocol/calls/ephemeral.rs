use super::unknown::{none_of, unknown_type};
use crate::protocol::convert::{decode, encode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{
    Diagnostic, DynamicValue, close_ephemeral_resource, open_ephemeral_resource,
    renew_ephemeral_resource, validate_ephemeral_resource_config,
};
use crate::provider::{self, Provider};

pub(crate) fn validate_ephemeral(
    provider: &Provider,
    request: &validate_ephemeral_resource_config::Request,
) -> validate_ephemeral_resource_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    let Some(ephemeral) = provider.registry().ephemeral(&request.type_name) else {
        let diagnostics = none_of(&request.type_name);
        return validate_ephemeral_resource_config::Response { diagnostics };
    };
    let config = decode(request.config.as_ref(), &ephemeral.schema, &mut diagnostics);
    if let Some(config) = config {
        diagnostics.extend(ephemeral.validate(&config));
    }
    validate_ephemeral_resource_config::Response {
        diagnostics: messages(diagnostics),
    }
}

pub(crate) async fn open_ephemeral(
    provider: &Provider,
    request: &open_ephemeral_resource::Request,
) -> open_ephemeral_resource::Response {
    let mut diagnostics = CallDiagnostics::new();
    let result = opened(provider, request, &mut diagnostics).await;
    open_ephemeral_resource::Response {
        diagnostics: messages(diagnostics),
        result,
        ..Default::default()
    }
}

async fn opened(
    provider: &Provider,
    request: &open_ephemeral_resource::Request,
    diagnostics: &mut CallDiagnostics,
) -> Option<DynamicValue> {
    let Some(ephemeral) = provider.registry().ephemeral(&request.type_name) else {
        unknown_type(&request.type_name, diagnostics);
        return None;
    };
    let config = decode(request.config.as_ref(), &ephemeral.schema, diagnostics)?;
    let opened = provider::open_ephemeral(provider, ephemeral, &config, diagnostics).await?;
    encode(&opened, &ephemeral.value_type, diagnostics)
}

/// Credentials do not expire, so they are not renewed.
pub(crate) fn renew_ephemeral(
    provider: &Provider,
    request: renew_ephemeral_resource::Request,
) -> renew_ephemeral_resource::Response {
    renew_ephemeral_resource::Response {
        diagnostics: known_ephemeral(provider, &request.type_name),
        renew_at: None,
        private: request.private,
    }
}

/// An ephemeral resource holds nothing that must be closed.
pub(crate) fn close_ephemeral(
    provider: &Provider,
    request: &close_ephemeral_resource::Request,
) -> close_ephemeral_resource::Response {
    close_ephemeral_resource::Response {
        diagnostics: known_ephemeral(provider, &request.type_name),
    }
}

fn known_ephemeral(provider: &Provider, type_name: &str) -> Vec<Diagnostic> {
    match provider.registry().ephemeral(type_name) {
        Some(_) => Vec::new(),
        None => none_of(type_name),
    }
}
