use crate::protocol::convert::{decode, messages};
use crate::protocol::service::Service;
use crate::protocol::wire::{configure_provider, stop_provider, validate_provider_config};
use crate::schema::Diagnostics;

impl Service {
    pub(in crate::protocol) fn validate_provider(
        &self,
        request: &validate_provider_config::Request,
    ) -> validate_provider_config::Response {
        let mut diagnostics = Diagnostics::new();
        let block = self.provider.block().value_type();
        if let Some(config) = decode(request.config.as_ref(), &block, &mut diagnostics) {
            diagnostics.extend(self.provider.validate(&config));
        }
        validate_provider_config::Response {
            diagnostics: messages(&diagnostics),
        }
    }

    pub(in crate::protocol) async fn configure(
        &self,
        request: &configure_provider::Request,
    ) -> configure_provider::Response {
        let mut diagnostics = Diagnostics::new();
        let block = self.provider.block().value_type();
        if let Some(config) = decode(request.config.as_ref(), &block, &mut diagnostics) {
            diagnostics.extend(self.provider.configure(&config).await);
        }
        configure_provider::Response {
            diagnostics: messages(&diagnostics),
        }
    }

    pub(in crate::protocol) fn stop(&self) -> stop_provider::Response {
        self.provider.stop();
        stop_provider::Response::default()
    }
}
