use crate::protocol::convert::{decode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::service::Service;
use crate::protocol::wire::{configure_provider, stop_provider, validate_provider_config};
use crate::redaction::keep_secret;
use crate::schema::secrets;

impl Service {
    pub(in crate::protocol) fn validate_provider(
        &self,
        request: &validate_provider_config::Request,
    ) -> validate_provider_config::Response {
        let mut diagnostics = CallDiagnostics::new();
        let block = self.provider.block();
        if let Some(config) = decode(request.config.as_ref(), block, &mut diagnostics) {
            diagnostics.extend(self.provider.validate(&config));
        }
        validate_provider_config::Response {
            diagnostics: messages(diagnostics),
        }
    }

    pub(in crate::protocol) async fn configure(
        &self,
        request: &configure_provider::Request,
    ) -> configure_provider::Response {
        let mut diagnostics = CallDiagnostics::new();
        let block = self.provider.block();
        if let Some(config) = decode(request.config.as_ref(), block, &mut diagnostics) {
            // They are in use from now on.
            secrets(block, &config).into_iter().for_each(keep_secret);
            diagnostics.extend(self.provider.configure(&config).await);
        }
        configure_provider::Response {
            diagnostics: messages(diagnostics),
        }
    }

    pub(in crate::protocol) fn stop(&self) -> stop_provider::Response {
        self.provider.stop();
        stop_provider::Response::default()
    }
}
