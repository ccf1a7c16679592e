use super::model;
use crate::protocol::convert::{decode, encode, messages, path};
use crate::protocol::service::Service;
use crate::protocol::wire::{
    apply_resource_change, plan_resource_change, read_resource, validate_resource_config,
};
use crate::resource::{ApplyRequest, PlanRequest, ReadRequest};
use crate::schema::Diagnostics;

impl Service {
    pub(in crate::protocol) fn validate_resource(
        &self,
        request: &validate_resource_config::Request,
    ) -> validate_resource_config::Response {
        let mut diagnostics = Diagnostics::new();
        if let Some(model) = model(&self.provider, &request.type_name, &mut diagnostics)
            && let Some(config) = decode(
                request.config.as_ref(),
                &model.resource_type,
                &mut diagnostics,
            )
        {
            diagnostics.extend(model.validate(&config));
            let capabilities = request.client_capabilities.unwrap_or_default();
            if !capabilities.write_only_attributes_allowed {
                diagnostics.extend(model.refuse_write_only(&config));
            }
        }
        validate_resource_config::Response {
            diagnostics: messages(&diagnostics),
        }
    }

    pub(in crate::protocol) async fn read(
        &self,
        request: read_resource::Request,
    ) -> read_resource::Response {
        let mut diagnostics = Diagnostics::new();
        let refreshed = self.refreshed(&request, &mut diagnostics).await;
        // What cannot be read stays as it is: an absent state would mean that the object is gone.
        let (new_state, private) = refreshed.unwrap_or((request.current_state, request.private));
        read_resource::Response {
            new_state,
            private,
            diagnostics: messages(&diagnostics),
            deferred: None,
            new_identity: request.current_identity,
        }
    }

    async fn refreshed(
        &self,
        request: &read_resource::Request,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Option<crate::protocol::wire::DynamicValue>, Vec<u8>)> {
        let model = model(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.resource_type;
        let state = decode(request.current_state.as_ref(), kind, diagnostics)?;
        let session = self.provider.session(diagnostics).await?;
        let refreshed = model
            .read(
                &session,
                &ReadRequest {
                    state: &state,
                    private: &request.private,
                },
            )
            .await;
        diagnostics.extend(refreshed.diagnostics);
        Some((
            Some(encode(&refreshed.state, kind, diagnostics)?),
            refreshed.private,
        ))
    }

    pub(in crate::protocol) async fn plan(
        &self,
        request: plan_resource_change::Request,
    ) -> plan_resource_change::Response {
        let mut diagnostics = Diagnostics::new();
        let planned = self.planned(&request, &mut diagnostics).await;
        let (planned_state, requires_replace) = planned.unwrap_or_default();
        plan_resource_change::Response {
            planned_state,
            requires_replace,
            planned_private: request.prior_private,
            diagnostics: messages(&diagnostics),
            legacy_type_system: false,
            deferred: None,
            planned_identity: request.prior_identity,
        }
    }

    async fn planned(
        &self,
        request: &plan_resource_change::Request,
        diagnostics: &mut Diagnostics,
    ) -> Option<(
        Option<crate::protocol::wire::DynamicValue>,
        Vec<crate::protocol::wire::AttributePath>,
    )> {
        let model = model(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.resource_type;
        let prior = decode(request.prior_state.as_ref(), kind, diagnostics)?;
        let config = decode(request.config.as_ref(), kind, diagnostics)?;
        let namespace = self.provider.namespace();
        let request = PlanRequest {
            prior: &prior,
            config: &config,
            private: &request.prior_private,
            namespace: &namespace,
            stores_credentials: self.provider.stores_credentials(),
            live: None,
        };
        let mut plan = model.plan(&request);
        // Only something to write is worth asking the platform for its schema.
        if !config.is_null()
            && plan.planned != prior
            && let Some(session) = self.provider.session_if_any().await
        {
            match session.client.schema(&model.kind.resource).await {
                Ok(live) => plan = model.plan(&PlanRequest { live: Some(&live), ..request }),
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
        let planned = encode(&plan.planned, kind, diagnostics)?;
        Some((
            Some(planned),
            plan.requires_replace.iter().map(path).collect(),
        ))
    }

    pub(in crate::protocol) async fn apply(
        &self,
        request: apply_resource_change::Request,
    ) -> apply_resource_change::Response {
        let mut diagnostics = Diagnostics::new();
        let applied = self.applied(&request, &mut diagnostics).await;
        // Where nothing was done, what was stays.
        let (new_state, private) =
            applied.unwrap_or((request.prior_state, request.planned_private));
        apply_resource_change::Response {
            new_state,
            private,
            diagnostics: messages(&diagnostics),
            legacy_type_system: false,
            new_identity: request.planned_identity,
        }
    }

    async fn applied(
        &self,
        request: &apply_resource_change::Request,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Option<crate::protocol::wire::DynamicValue>, Vec<u8>)> {
        let model = model(&self.provider, &request.type_name, diagnostics)?;
        let kind = &model.resource_type;
        let prior = decode(request.prior_state.as_ref(), kind, diagnostics)?;
        let planned = decode(request.planned_state.as_ref(), kind, diagnostics)?;
        let config = decode(request.config.as_ref(), kind, diagnostics)?;
        let session = self.provider.session(diagnostics).await?;
        let apply = ApplyRequest {
            prior: &prior,
            planned: &planned,
            config: &config,
            private: &request.planned_private,
        };
        let applied = model.apply(&session, &apply).await;
        diagnostics.extend(applied.diagnostics);
        Some((
            Some(encode(&applied.state, kind, diagnostics)?),
            applied.private,
        ))
    }
}
