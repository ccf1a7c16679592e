use crate::protocol::convert::messages;
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::schema::{identity_schema, schema};
use crate::protocol::service::Service;
use crate::protocol::wire::{
    ServerCapabilities, call_function, get_functions, get_metadata, get_provider_schema,
    get_resource_identity_schemas,
};
use crate::redaction::redact;

impl Service {
    pub(in crate::protocol) fn metadata(&self) -> get_metadata::Response {
        let names = || self.provider.models().map(|(name, _)| name.to_owned());
        get_metadata::Response {
            server_capabilities: Some(capabilities()),
            resources: names()
                .map(|type_name| get_metadata::ResourceMetadata { type_name })
                .collect(),
            data_sources: names()
                .map(|type_name| get_metadata::DataSourceMetadata { type_name })
                .collect(),
            ephemeral_resources: self
                .provider
                .ephemerals()
                .map(|(name, _)| name.to_owned())
                .map(|type_name| get_metadata::EphemeralMetadata { type_name })
                .collect(),
            ..get_metadata::Response::default()
        }
    }

    pub(in crate::protocol) fn schemas(&self) -> get_provider_schema::Response {
        let models = || self.provider.models();
        let resource = |(name, model): (&str, &crate::resource::Model)| {
            (
                name.to_owned(),
                schema(&model.resource, model.kind.description),
            )
        };
        let data_source = |(name, model): (&str, &crate::resource::Model)| {
            (
                name.to_owned(),
                schema(&model.data_source, model.kind.description),
            )
        };
        let ephemeral = |(name, one): (&str, &crate::resource::Ephemeral)| {
            (name.to_owned(), schema(&one.schema, &one.description))
        };
        get_provider_schema::Response {
            provider: Some(schema(
                self.provider.block(),
                "How to reach the API of Hikube.",
            )),
            resource_schemas: models().map(resource).collect(),
            data_source_schemas: models().map(data_source).collect(),
            ephemeral_resource_schemas: self.provider.ephemerals().map(ephemeral).collect(),
            server_capabilities: Some(capabilities()),
            ..get_provider_schema::Response::default()
        }
    }

    pub(in crate::protocol) fn identity_schemas(&self) -> get_resource_identity_schemas::Response {
        let names = self.provider.models().map(|(name, _)| name.to_owned());
        get_resource_identity_schemas::Response {
            identity_schemas: names.map(|name| (name, identity_schema())).collect(),
            diagnostics: Vec::new(),
        }
    }

    pub(in crate::protocol) fn functions() -> get_functions::Response {
        get_functions::Response::default()
    }

    pub(in crate::protocol) fn call(request: &call_function::Request) -> call_function::Response {
        let text = format!("The provider has no function `{}`.", request.name);
        let error = crate::protocol::wire::FunctionError {
            text: redact(&text).into_owned(),
            function_argument: None,
        };
        call_function::Response {
            result: None,
            error: Some(error),
        }
    }
}

/// What the provider can do beyond what every provider can.
fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

/// The message for a type that there is none of.
pub(in crate::protocol) fn none_of(type_name: &str) -> Vec<crate::protocol::wire::Diagnostic> {
    let mut diagnostics = CallDiagnostics::new();
    super::unknown_type(type_name, &mut diagnostics);
    messages(diagnostics)
}
