use super::model;
use crate::protocol::convert::{encode, messages};
use crate::protocol::service::Service;
use crate::protocol::wire::{
    generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};
use crate::resource::MoveRequest;
use crate::schema::Diagnostics;

impl Service {
    pub(in crate::protocol) fn upgrade(
        &self,
        request: &upgrade_resource_state::Request,
    ) -> upgrade_resource_state::Response {
        let mut diagnostics = Diagnostics::new();
        let state = request
            .raw_state
            .as_ref()
            .map(|raw| raw.json.as_slice())
            .unwrap_or_default();
        let upgraded_state =
            model(&self.provider, &request.type_name, &mut diagnostics).and_then(|model| {
                let state = model.upgrade(state, &mut diagnostics);
                encode(&state, &model.resource_type, &mut diagnostics)
            });
        upgrade_resource_state::Response {
            upgraded_state,
            diagnostics: messages(&diagnostics),
        }
    }

    pub(in crate::protocol) fn import(
        &self,
        request: &import_resource_state::Request,
    ) -> import_resource_state::Response {
        let mut diagnostics = Diagnostics::new();
        let imported =
            model(&self.provider, &request.type_name, &mut diagnostics).and_then(|model| {
                let imported = model.import(&request.id, &self.provider.namespace());
                diagnostics.extend(imported.diagnostics);
                let state = encode(&imported.state, &model.resource_type, &mut diagnostics)?;
                (!diagnostics.has_errors()).then_some(import_resource_state::ImportedResource {
                    type_name: request.type_name.clone(),
                    state: Some(state),
                    private: imported.private,
                    identity: None,
                })
            });
        import_resource_state::Response {
            imported_resources: imported.into_iter().collect(),
            diagnostics: messages(&diagnostics),
            deferred: None,
        }
    }

    pub(in crate::protocol) fn moved(
        &self,
        request: &move_resource_state::Request,
    ) -> move_resource_state::Response {
        let mut diagnostics = Diagnostics::new();
        let state = request.source_state.as_ref();
        let source = MoveRequest {
            provider: &request.source_provider_address,
            type_name: &request.source_type_name,
            state: state.map(|raw| raw.json.as_slice()).unwrap_or_default(),
            private: &request.source_private,
            type_for: &|kind| self.provider.type_for(kind),
        };
        let moved =
            model(&self.provider, &request.target_type_name, &mut diagnostics).and_then(|model| {
                let moved = model.moved(&source);
                diagnostics.extend(moved.diagnostics);
                let state = encode(&moved.state, &model.resource_type, &mut diagnostics)?;
                (!diagnostics.has_errors()).then_some((state, moved.private))
            });
        let (target_state, target_private) = moved.unzip();
        move_resource_state::Response {
            target_state,
            diagnostics: messages(&diagnostics),
            target_private: target_private.unwrap_or_default(),
            target_identity: None,
        }
    }

    pub(in crate::protocol) fn generate(
        request: &generate_resource_config::Request,
    ) -> generate_resource_config::Response {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            "Configuration Not Generated",
            format!(
                "The provider leaves it to Terraform to write a configuration for `{}`.",
                request.type_name
            ),
        );
        generate_resource_config::Response {
            config: None,
            diagnostics: messages(&diagnostics),
        }
    }

    pub(in crate::protocol) fn upgrade_identity(
        request: &upgrade_resource_identity::Request,
    ) -> upgrade_resource_identity::Response {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            "No Identity",
            format!(
                "A `{}` of this version of the provider has no identity.",
                request.type_name
            ),
        );
        upgrade_resource_identity::Response {
            diagnostics: messages(&diagnostics),
            ..Default::default()
        }
    }
}
