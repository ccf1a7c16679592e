use super::unknown::resource_type;
use crate::protocol::convert::{decode, encode, identity, messages, path};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{
    AttributePath, DynamicValue, ResourceIdentityData, apply_resource_change, plan_resource_change,
    read_resource, validate_resource_config,
};
use crate::provider::{self, Provider};
use crate::resource::{ApplyRequest, ReadRequest, refuse_write_only, validate, without_outputs};
use crate::schema::Diagnostics;

/// An encoded state or plan, with its identity and private data.
#[derive(Default)]
struct Stated {
    state: Option<DynamicValue>,
    private: Vec<u8>,
    identity: Option<ResourceIdentityData>,
}

pub(crate) fn validate_resource(
    provider: &Provider,
    request: &validate_resource_config::Request,
) -> validate_resource_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    if let Some(model) = resource_type(provider, &request.type_name, &mut diagnostics)
        && let Some(config) = decode(request.config.as_ref(), &model.schema, &mut diagnostics)
    {
        diagnostics.extend(validate(model, &config));
        let capabilities = request.client_capabilities.unwrap_or_default();
        if !capabilities.write_only_attributes_allowed {
            diagnostics.extend(refuse_write_only(model, &config));
        }
    }
    validate_resource_config::Response {
        diagnostics: messages(diagnostics),
    }
}

pub(crate) async fn read(
    provider: &Provider,
    request: read_resource::Request,
) -> read_resource::Response {
    let mut diagnostics = CallDiagnostics::new();
    let refreshed = refreshed(provider, &request, &mut diagnostics).await;
    // If the read fails, the state is kept: a missing state would mean that the object is gone.
    let refreshed = refreshed.unwrap_or(Stated {
        state: request.current_state,
        private: request.private,
        identity: request.current_identity,
    });
    read_resource::Response {
        new_state: refreshed.state,
        private: refreshed.private,
        diagnostics: messages(diagnostics),
        deferred: None,
        new_identity: refreshed.identity,
    }
}

async fn refreshed(
    provider: &Provider,
    request: &read_resource::Request,
    diagnostics: &mut CallDiagnostics,
) -> Option<Stated> {
    let resource_type = resource_type(provider, &request.type_name, diagnostics)?;
    let (schema, value_type) = (&resource_type.schema, &resource_type.value_type);
    let state = decode(request.current_state.as_ref(), schema, diagnostics)?;
    let read = ReadRequest {
        state: &state,
        private: &request.private,
    };
    let refreshed = provider::read(provider, resource_type, &read, diagnostics).await?;
    diagnostics.extend(refreshed.diagnostics);
    let came = request.current_identity.clone();
    Some(Stated {
        state: Some(encode(&refreshed.state, value_type, diagnostics)?),
        private: refreshed.private,
        identity: identity(resource_type, &refreshed.state, came, diagnostics),
    })
}

pub(crate) async fn plan(
    provider: &Provider,
    request: plan_resource_change::Request,
) -> plan_resource_change::Response {
    let mut diagnostics = CallDiagnostics::new();
    let planned = planned(provider, &request, &mut diagnostics).await;
    let (planned, requires_replace) = planned.unwrap_or_default();
    plan_resource_change::Response {
        planned_state: planned.state,
        requires_replace,
        planned_private: planned.private,
        diagnostics: messages(diagnostics),
        legacy_type_system: false,
        deferred: None,
        planned_identity: planned.identity,
    }
}

async fn planned(
    provider: &Provider,
    request: &plan_resource_change::Request,
    diagnostics: &mut CallDiagnostics,
) -> Option<(Stated, Vec<AttributePath>)> {
    let resource_type = resource_type(provider, &request.type_name, diagnostics)?;
    let schema = &resource_type.schema;
    let prior = decode(request.prior_state.as_ref(), schema, diagnostics)?;
    let config = decode(request.config.as_ref(), schema, diagnostics)?;
    let values = [&prior, &config];
    let private = &request.prior_private;
    let plan = provider::plan(provider, resource_type, values, private, diagnostics).await?;
    let came = request.prior_identity.clone();
    let planned = Stated {
        state: Some(encode(
            &plan.planned,
            &resource_type.value_type,
            diagnostics,
        )?),
        private: plan.private,
        identity: identity(resource_type, &plan.planned, came, diagnostics),
    };
    Some((planned, plan.requires_replace.iter().map(path).collect()))
}

pub(crate) async fn apply(
    provider: &Provider,
    request: apply_resource_change::Request,
) -> apply_resource_change::Response {
    let mut diagnostics = CallDiagnostics::new();
    let applied = applied(provider, &request, &mut diagnostics).await;
    // If nothing was changed, the prior state is kept.
    let applied = applied.unwrap_or_else(|| Stated {
        identity: identity_before(provider, &request).or(request.planned_identity),
        state: request.prior_state,
        private: request.planned_private,
    });
    apply_resource_change::Response {
        new_state: applied.state,
        private: applied.private,
        diagnostics: messages(diagnostics),
        legacy_type_system: false,
        new_identity: applied.identity,
    }
}

/// The identity after an apply that changed nothing. A destroy may not have one.
fn identity_before(
    provider: &Provider,
    request: &apply_resource_change::Request,
) -> Option<ResourceIdentityData> {
    let unheard = &mut CallDiagnostics::new();
    let resource_type = resource_type(provider, &request.type_name, unheard)?;
    let prior = decode(request.prior_state.as_ref(), &resource_type.schema, unheard)?;
    identity(resource_type, &prior, None, unheard)
}

async fn applied(
    provider: &Provider,
    request: &apply_resource_change::Request,
    diagnostics: &mut CallDiagnostics,
) -> Option<Stated> {
    let resource_type = resource_type(provider, &request.type_name, diagnostics)?;
    let (schema, value_type) = (&resource_type.schema, &resource_type.value_type);
    let prior = decode(request.prior_state.as_ref(), schema, diagnostics)?;
    let planned = decode(request.planned_state.as_ref(), schema, diagnostics)?;
    let config = decode(request.config.as_ref(), schema, diagnostics)?;
    let apply = ApplyRequest {
        prior: &prior,
        planned: &planned,
        config: &config,
        private: &request.planned_private,
    };
    let applied = provider::apply(provider, resource_type, &apply, diagnostics).await?;
    diagnostics.extend(applied.diagnostics);
    // A created object must be in the state even if its outputs are invalid. Otherwise it would never be deleted.
    let unwritten = &mut Diagnostics::new();
    let state = match encode(&applied.state, value_type, unwritten) {
        Some(state) => state,
        None => {
            let state = without_outputs(resource_type, &applied.state);
            diagnostics.extend(std::mem::take(unwritten).as_warnings());
            encode(&state, value_type, diagnostics)?
        }
    };
    Some(Stated {
        state: Some(state),
        private: applied.private,
        identity: identity(resource_type, &applied.state, None, diagnostics),
    })
}
