use super::model;
use crate::protocol::convert::{encode, messages};
use crate::protocol::service::Service;
use crate::protocol::wire::{
    generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};
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
        request: &move_resource_state::Request,
    ) -> move_resource_state::Response {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(
            "Unable to Move Resource State",
            format!(
                "A `{}` cannot become a `{}`. Remove the old one from the state with a `removed` block that does \
                 not destroy, and import the object as the new one.",
                request.source_type_name, request.target_type_name
            ),
        );
        move_resource_state::Response {
            diagnostics: messages(&diagnostics),
            ..Default::default()
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
