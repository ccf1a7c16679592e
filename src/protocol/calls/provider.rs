use crate::protocol::convert::{decode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{configure_provider, stop_provider, validate_provider_config};
use crate::provider::Provider;
use crate::redaction::keep_secret;
use crate::schema::secrets;

pub(crate) fn validate_provider(
    provider: &Provider,
    request: &validate_provider_config::Request,
) -> validate_provider_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    let block = provider.block();
    if let Some(config) = decode(request.config.as_ref(), block, &mut diagnostics) {
        diagnostics.extend(provider.validate(&config));
    }
    validate_provider_config::Response {
        diagnostics: messages(diagnostics),
    }
}

pub(crate) async fn configure(
    provider: &Provider,
    request: &configure_provider::Request,
) -> configure_provider::Response {
    let mut diagnostics = CallDiagnostics::new();
    let block = provider.block();
    if let Some(config) = decode(request.config.as_ref(), block, &mut diagnostics) {
        // From now on they are in use, so they stay masked.
        secrets(block, &config).into_iter().for_each(keep_secret);
        diagnostics.extend(provider.configure(&config).await);
    }
    configure_provider::Response {
        diagnostics: messages(diagnostics),
    }
}

pub(crate) fn stop(provider: &Provider) -> stop_provider::Response {
    provider.stop();
    stop_provider::Response::default()
}
