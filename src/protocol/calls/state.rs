use super::unknown::resource_type;
use crate::kinds::type_for;
use crate::protocol::convert::{decode, encode, encode_identity, identity, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{
    generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};
use crate::provider::{self, Provider};
use crate::resource;
use crate::resource::MoveRequest;
use crate::value::Value;

pub(crate) fn upgrade(
    provider: &Provider,
    request: &upgrade_resource_state::Request,
) -> upgrade_resource_state::Response {
    let mut diagnostics = CallDiagnostics::new();
    let state = request
        .raw_state
        .as_ref()
        .map(|raw| raw.json.as_slice())
        .unwrap_or_default();
    let upgraded_state =
        resource_type(provider, &request.type_name, &mut diagnostics).and_then(|model| {
            let state = resource::upgrade(model, state, &mut diagnostics);
            encode(&state, &model.value_type, &mut diagnostics)
        });
    upgrade_resource_state::Response {
        upgraded_state,
        diagnostics: messages(diagnostics),
    }
}

pub(crate) fn import(
    provider: &Provider,
    request: &import_resource_state::Request,
) -> import_resource_state::Response {
    let mut diagnostics = CallDiagnostics::new();
    let imported =
        resource_type(provider, &request.type_name, &mut diagnostics).and_then(|model| {
            let identity_schema = resource::identity(model);
            let identity = match &request.identity {
                Some(given) => decode(
                    given.identity_data.as_ref(),
                    &identity_schema,
                    &mut diagnostics,
                )?,
                None => Value::Null,
            };
            let imported = provider::import(provider, model, &request.id, &identity);
            diagnostics.extend(imported.diagnostics);
            let identity = self::identity(model, &imported.state, None, &mut diagnostics);
            let state = encode(&imported.state, &model.value_type, &mut diagnostics)?;
            (!diagnostics.has_errors()).then_some(import_resource_state::ImportedResource {
                type_name: request.type_name.clone(),
                state: Some(state),
                private: imported.private,
                identity,
            })
        });
    import_resource_state::Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: messages(diagnostics),
        deferred: None,
    }
}

pub(crate) fn moved(
    provider: &Provider,
    request: &move_resource_state::Request,
) -> move_resource_state::Response {
    let mut diagnostics = CallDiagnostics::new();
    let state = request.source_state.as_ref();
    let source = MoveRequest {
        provider: &request.source_provider_address,
        type_name: &request.source_type_name,
        state: state.map(|raw| raw.json.as_slice()).unwrap_or_default(),
        private: &request.source_private,
        type_for: &type_for,
    };
    let moved =
        resource_type(provider, &request.target_type_name, &mut diagnostics).and_then(|model| {
            let moved = resource::move_state(model, &source);
            diagnostics.extend(moved.diagnostics);
            let target_state = encode(&moved.state, &model.value_type, &mut diagnostics)?;
            let target_identity = identity(model, &moved.state, None, &mut diagnostics);
            (!diagnostics.has_errors()).then_some(move_resource_state::Response {
                target_state: Some(target_state),
                target_private: moved.private,
                target_identity,
                diagnostics: Vec::new(),
            })
        });
    move_resource_state::Response {
        diagnostics: messages(diagnostics),
        ..moved.unwrap_or_default()
    }
}

pub(crate) fn generate(
    provider: &Provider,
    request: &generate_resource_config::Request,
) -> generate_resource_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    let config = resource_type(provider, &request.type_name, &mut diagnostics).and_then(|model| {
        let kind = &model.value_type;
        let state = decode(request.state.as_ref(), &model.schema, &mut diagnostics)?;
        encode(
            &resource::generate_config(model, &state),
            kind,
            &mut diagnostics,
        )
    });
    generate_resource_config::Response {
        config,
        diagnostics: messages(diagnostics),
    }
}

pub(crate) fn upgrade_identity(
    provider: &Provider,
    request: &upgrade_resource_identity::Request,
) -> upgrade_resource_identity::Response {
    let mut diagnostics = CallDiagnostics::new();
    let stored = request.raw_identity.as_ref().map(|raw| raw.json.as_slice());
    let upgraded_identity = resource_type(provider, &request.type_name, &mut diagnostics)
            .and_then(|model| {
                let place = resource::upgrade_identity(model, stored.unwrap_or_default());
                let place = place.map_err(|why| {
                    diagnostics.error(
                        "Unable to Read Previously Saved Identity",
                        format!(
                            "The identity of this {} cannot be read: {why}. Remove the resource from the state \
                             and import it again.",
                            model.title
                        ),
                    );
                });
                encode_identity(model, &place.ok()?, &mut diagnostics)
            });
    upgrade_resource_identity::Response {
        upgraded_identity,
        diagnostics: messages(diagnostics),
    }
}
