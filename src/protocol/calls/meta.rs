use std::collections::BTreeMap;

use super::function::functions;
use crate::protocol::schema::{identity_schema, schema};
use crate::protocol::wire::{
    ActionSchema, Schema, ServerCapabilities, get_metadata, get_provider_schema,
    get_resource_identity_schemas,
};
use crate::provider::{Capability, Provider};
use crate::resource::list_block;

/// Returns only names, so no schema is built.
pub(crate) fn metadata(provider: &Provider) -> get_metadata::Response {
    let registry = provider.registry();
    let names = |capability| registry.names(capability).map(str::to_owned);
    get_metadata::Response {
        server_capabilities: Some(capabilities()),
        diagnostics: Vec::new(),
        resources: names(Capability::Resource)
            .map(|type_name| get_metadata::ResourceMetadata { type_name })
            .collect(),
        data_sources: names(Capability::DataSource)
            .map(|type_name| get_metadata::DataSourceMetadata { type_name })
            .collect(),
        ephemeral_resources: names(Capability::EphemeralResource)
            .map(|type_name| get_metadata::EphemeralMetadata { type_name })
            .collect(),
        list_resources: names(Capability::ListResource)
            .map(|type_name| get_metadata::ListResourceMetadata { type_name })
            .collect(),
        actions: names(Capability::Action)
            .map(|type_name| get_metadata::ActionMetadata { type_name })
            .collect(),
        functions: names(Capability::Function)
            .map(|name| get_metadata::FunctionMetadata { name })
            .collect(),
        state_stores: Vec::new(),
    }
}

pub(crate) fn schemas(provider: &Provider) -> get_provider_schema::Response {
    let registry = provider.registry();
    let schemas = |capability, schema: &dyn Fn(&str) -> Option<Schema>| {
        let names = registry.names(capability);
        names
            .filter_map(|name| Some((name.to_owned(), schema(name)?)))
            .collect()
    };
    get_provider_schema::Response {
        provider: Some(schema(provider.block(), "How to reach the API of Hikube.")),
        resource_schemas: schemas(Capability::Resource, &|name| {
            let resource = registry.resource(name)?;
            Some(schema(&resource.schema, &resource.description))
        }),
        data_source_schemas: schemas(Capability::DataSource, &|name| {
            let data_source = registry.data_source(name)?;
            Some(schema(data_source.schema(), data_source.description()))
        }),
        ephemeral_resource_schemas: schemas(Capability::EphemeralResource, &|name| {
            let ephemeral = registry.ephemeral(name)?;
            Some(schema(&ephemeral.schema, &ephemeral.description))
        }),
        list_resource_schemas: schemas(Capability::ListResource, &|name| {
            let resource = registry.list_resource(name)?;
            let description = format!("Lists existing objects of `{name}`.");
            Some(schema(&list_block(resource), &description))
        }),
        functions: functions(provider),
        action_schemas: action_schemas(provider),
        server_capabilities: Some(capabilities()),
        ..get_provider_schema::Response::default()
    }
}

fn action_schemas(provider: &Provider) -> BTreeMap<String, ActionSchema> {
    let registry = provider.registry();
    let names = registry.names(Capability::Action);
    let schemas = names.filter_map(|name| {
        let action = registry.action(name)?;
        let schema = Some(schema(&(action.schema)(), action.description));
        Some((name.to_owned(), ActionSchema { schema }))
    });
    schemas.collect()
}

pub(crate) fn identity_schemas(provider: &Provider) -> get_resource_identity_schemas::Response {
    let registry = provider.registry();
    let names = registry.names(Capability::Resource);
    get_resource_identity_schemas::Response {
        identity_schemas: names
            .filter_map(|name| Some((name.to_owned(), identity_schema(registry.resource(name)?))))
            .collect(),
        diagnostics: Vec::new(),
    }
}

/// The optional capabilities of the provider.
fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}
