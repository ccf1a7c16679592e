use super::none_of;
use crate::protocol::convert::{decode, encode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::service::Service;
use crate::protocol::wire::{
    Diagnostic, DynamicValue, close_ephemeral_resource, open_ephemeral_resource,
    renew_ephemeral_resource, validate_ephemeral_resource_config,
};

impl Service {
    pub(in crate::protocol) fn validate_ephemeral(
        &self,
        request: &validate_ephemeral_resource_config::Request,
    ) -> validate_ephemeral_resource_config::Response {
        let mut diagnostics = CallDiagnostics::new();
        let Some(ephemeral) = self.provider.registry().ephemeral(&request.type_name) else {
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

    pub(in crate::protocol) async fn open_ephemeral(
        &self,
        request: &open_ephemeral_resource::Request,
    ) -> open_ephemeral_resource::Response {
        let mut diagnostics = CallDiagnostics::new();
        let result = self.opened(request, &mut diagnostics).await;
        open_ephemeral_resource::Response {
            diagnostics: messages(diagnostics),
            result,
            ..Default::default()
        }
    }

    async fn opened(
        &self,
        request: &open_ephemeral_resource::Request,
        diagnostics: &mut CallDiagnostics,
    ) -> Option<DynamicValue> {
        let Some(ephemeral) = self.provider.registry().ephemeral(&request.type_name) else {
            super::unknown_type(&request.type_name, diagnostics);
            return None;
        };
        let config = decode(request.config.as_ref(), &ephemeral.schema, diagnostics)?;
        let session = self.provider.session(diagnostics).await?;
        let namespace = self.provider.namespace();
        let opened = ephemeral
            .open(&session, &config, &namespace, diagnostics)
            .await;
        encode(&opened, &ephemeral.value_type, diagnostics)
    }

    /// Credentials are renewed by nobody: they hold until someone changes them.
    pub(in crate::protocol) fn renew_ephemeral(
        &self,
        request: renew_ephemeral_resource::Request,
    ) -> renew_ephemeral_resource::Response {
        renew_ephemeral_resource::Response {
            diagnostics: self.known_ephemeral(&request.type_name),
            renew_at: None,
            private: request.private,
        }
    }

    /// Nothing was opened that would have to be closed.
    pub(in crate::protocol) fn close_ephemeral(
        &self,
        request: &close_ephemeral_resource::Request,
    ) -> close_ephemeral_resource::Response {
        close_ephemeral_resource::Response {
            diagnostics: self.known_ephemeral(&request.type_name),
        }
    }

    fn known_ephemeral(&self, type_name: &str) -> Vec<Diagnostic> {
        match self.provider.registry().ephemeral(type_name) {
            Some(_) => Vec::new(),
            None => none_of(type_name),
        }
    }
}
