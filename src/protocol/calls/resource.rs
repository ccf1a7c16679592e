use super::resource_type;
use crate::api::NoSchema;
use crate::protocol::convert::{decode, encode, identity, messages, path};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::service::Service;
use crate::protocol::wire::{
    AttributePath, DynamicValue, ResourceIdentityData, apply_resource_change, plan_resource_change,
    read_resource, validate_resource_config,
};
use crate::resource;
use crate::resource::{ApplyRequest, PlanRequest, ReadRequest, is_imported};
use crate::schema::Diagnostics;

/// A state or a plan as it goes, and what goes with it.
#[derive(Default)]
struct Stated {
    state: Option<DynamicValue>,
    private: Vec<u8>,
    identity: Option<ResourceIdentityData>,
}

impl Service {
    pub(in crate::protocol) fn validate_resource(
        &self,
        request: &validate_resource_config::Request,
    ) -> validate_resource_config::Response {
        let mut diagnostics = CallDiagnostics::new();
        if let Some(model) = resource_type(&self.provider, &request.type_name, &mut diagnostics)
            && let Some(config) = decode(request.config.as_ref(), &model.schema, &mut diagnostics)
        {
            diagnostics.extend(resource::validate(model, &config));
            let capabilities = request.client_capabilities.unwrap_or_default();
            if !capabilities.write_only_attributes_allowed {
                diagnostics.extend(resource::refuse_write_only(model, &config));
            }
        }
        validate_resource_config::Response {
            diagnostics: messages(diagnostics),
        }
    }

    pub(in crate::protocol) async fn read(
        &self,
        request: read_resource::Request,
    ) -> read_resource::Response {
        let mut diagnostics = CallDiagnostics::new();
        let refreshed = self.refreshed(&request, &mut diagnostics).await;
        // What cannot be read stays as it is: an absent state would mean that the object is gone.
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
        &self,
        request: &read_resource::Request,
        diagnostics: &mut CallDiagnostics,
    ) -> Option<Stated> {
        let model = resource_type(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.value_type;
        let state = decode(request.current_state.as_ref(), &model.schema, diagnostics)?;
        if let Some(attribute) = self.provider.unknown()
            && !is_imported(&request.private)
        {
            diagnostics.warn(
                "Not Compared With the Platform",
                format!(
                    "The provider's `{attribute}` is known only after apply, so what others changed is not seen in \
                     this plan. The next plan compares again."
                ),
            );
            return None;
        }
        let session = self.provider.session(diagnostics).await?;
        let refreshed = resource::read(
            model,
            &session,
            &ReadRequest {
                state: &state,
                private: &request.private,
            },
        )
        .await;
        diagnostics.extend(refreshed.diagnostics);
        let came = request.current_identity.clone();
        Some(Stated {
            state: Some(encode(&refreshed.state, kind, diagnostics)?),
            private: refreshed.private,
            identity: identity(&refreshed.state, came, diagnostics),
        })
    }

    pub(in crate::protocol) async fn plan(
        &self,
        request: plan_resource_change::Request,
    ) -> plan_resource_change::Response {
        let mut diagnostics = CallDiagnostics::new();
        let planned = self.planned(&request, &mut diagnostics).await;
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
        &self,
        request: &plan_resource_change::Request,
        diagnostics: &mut CallDiagnostics,
    ) -> Option<(Stated, Vec<AttributePath>)> {
        let model = resource_type(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.value_type;
        let prior = decode(request.prior_state.as_ref(), &model.schema, diagnostics)?;
        let config = decode(request.config.as_ref(), &model.schema, diagnostics)?;
        let namespace = self.provider.namespace();
        let came = request.prior_identity.clone();
        let request = PlanRequest {
            prior: &prior,
            config: &config,
            private: &request.prior_private,
            namespace: &namespace,
            stores_credentials: self.provider.stores_credentials(),
            protects_from_deletion: self.provider.protects_from_deletion(),
            is_applying: self.provider.is_applying(),
            live: None,
        };
        let mut plan = resource::plan(model, &request);
        // Only something to write is worth asking the platform for its schema.
        let session = if !config.is_null() && plan.planned != prior {
            self.provider.session_if_known(diagnostics).await
        } else {
            None
        };
        if diagnostics.has_errors() {
            return None;
        }
        if let Some(session) = session {
            // During an apply it was said already, and may no longer be so.
            if prior.is_null() && !self.provider.is_applying() {
                resource::check_needs(model, &session, &plan.planned, diagnostics).await;
            }
            match session.client.schema(&model.api_resource).await {
                Ok(live) => plan = resource::plan(model, &PlanRequest { live: Some(&live), ..request }),
                Err(NoSchema::Unconnected(error)) => {
                    resource::plan_error(model, &plan.planned, &error, diagnostics);
                    return None;
                }
                Err(NoSchema::NotListed)
                    if !resource::is_served(model, &session, &plan.planned, diagnostics).await =>
                {
                    return None;
                }
                Err(why) => diagnostics.warn(
                    "Not Checked Against the Platform",
                    format!(
                        "The platform's own schema could not be read: {why}. The plan was checked by what this \
                         version of the provider knows; the platform may still refuse it."
                    ),
                ),
            }
        }
        diagnostics.extend(plan.diagnostics);
        let planned = Stated {
            state: Some(encode(&plan.planned, kind, diagnostics)?),
            private: plan.private,
            identity: identity(&plan.planned, came, diagnostics),
        };
        Some((planned, plan.requires_replace.iter().map(path).collect()))
    }

    pub(in crate::protocol) async fn apply(
        &self,
        request: apply_resource_change::Request,
    ) -> apply_resource_change::Response {
        let mut diagnostics = CallDiagnostics::new();
        let applied = self.applied(&request, &mut diagnostics).await;
        // Where nothing was done, what was stays.
        let applied = applied.unwrap_or_else(|| Stated {
            identity: self.identity_before(&request).or(request.planned_identity),
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

    /// The identity of what an apply left as it was. With a destroy none may have come.
    fn identity_before(
        &self,
        request: &apply_resource_change::Request,
    ) -> Option<ResourceIdentityData> {
        let unheard = &mut CallDiagnostics::new();
        let schema = &resource_type(&self.provider, &request.type_name, unheard)?.schema;
        let prior = decode(request.prior_state.as_ref(), schema, unheard)?;
        identity(&prior, None, unheard)
    }

    async fn applied(
        &self,
        request: &apply_resource_change::Request,
        diagnostics: &mut CallDiagnostics,
    ) -> Option<Stated> {
        self.provider.begin_apply();
        let model = resource_type(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.value_type;
        let prior = decode(request.prior_state.as_ref(), &model.schema, diagnostics)?;
        let planned = decode(request.planned_state.as_ref(), &model.schema, diagnostics)?;
        let config = decode(request.config.as_ref(), &model.schema, diagnostics)?;
        let session = self.provider.session(diagnostics).await?;
        let apply = ApplyRequest {
            prior: &prior,
            planned: &planned,
            config: &config,
            private: &request.planned_private,
        };
        let applied = resource::apply(model, &session, &apply).await;
        diagnostics.extend(applied.diagnostics);
        // An object that was created has to get into the state, whatever its outputs are: otherwise nothing would
        // ever delete it.
        let unwritten = &mut Diagnostics::new();
        let state = match encode(&applied.state, kind, unwritten) {
            Some(state) => state,
            None => {
                let state = resource::without_outputs(model, &applied.state);
                diagnostics.extend(std::mem::take(unwritten).as_warnings());
                encode(&state, kind, diagnostics)?
            }
        };
        Some(Stated {
            state: Some(state),
            private: applied.private,
            identity: identity(&applied.state, None, diagnostics),
        })
    }
}
