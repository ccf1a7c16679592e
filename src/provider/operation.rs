//! The operations on resources, with a connection if they need one, and with the warnings of the API.

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use super::instance::Provider;
use super::registry::DataSource;
use crate::action::{Action, Progress};
use crate::app;
use crate::catalogue;
use crate::resource::{
    self, Applied, ApplyRequest, Connect, Ephemeral, Imported, Listed, Listing, Plan, PlanRequest,
    ReadRequest, Refreshed, ResourceType, Session, is_imported, served,
};
use crate::schema::Diagnostics;
use crate::value::Value;

/// Plans a change. None if no plan can be made, with diagnostics.
pub async fn plan(
    provider: &Provider,
    resource_type: &ResourceType,
    [prior, config]: [&Value; 2],
    private: &[u8],
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let namespace = provider.namespace();
    let request = PlanRequest {
        prior,
        config,
        private,
        namespace: &namespace,
        stores_credentials: provider.stores_credentials(),
        protects_from_deletion: provider.protects_from_deletion(),
        is_applying: provider.is_applying(),
        live: None,
    };
    let plan = if resource_type.names_kind {
        app::plan(&request, provider, diagnostics).await
    } else {
        resource::plan_change(resource_type, &request, provider, diagnostics).await
    };
    let mut plan = plan?;
    diagnostics.extend(std::mem::take(&mut plan.diagnostics));
    Some(plan)
}

impl Connect for Provider {
    fn connect<'a>(&'a self, diagnostics: &'a mut Diagnostics) -> BoxFuture<'a, Option<Session>> {
        Box::pin(self.session_if_known(diagnostics))
    }
}

/// Reads an object. None if the state is kept, with diagnostics.
pub async fn read(
    provider: &Provider,
    resource_type: &ResourceType,
    request: &ReadRequest<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Refreshed> {
    if let Some(attribute) = provider.unknown()
        && !is_imported(request.private)
    {
        diagnostics.warn(
            "State not refreshed",
            format!(
                "`{attribute}` of the provider is known only after apply, so this plan does not show changes made outside of \
                 Terraform. The next plan does."
            ),
        );
        return None;
    }
    let session = provider.session(diagnostics).await?;
    let refreshed = if resource_type.names_kind {
        app::read(&session, request, diagnostics).await
    } else {
        let [namespace, name] = resource_type.place_or_unknown(request.state);
        let resource_type = served(resource_type, &session, [&namespace, &name]).await;
        Some(resource::read(resource_type, &session, request).await)
    };
    session.report_warnings(diagnostics);
    refreshed
}

/// Applies a plan. None if nothing was changed, with diagnostics.
pub async fn apply(
    provider: &Provider,
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Applied> {
    provider.begin_apply();
    let session = provider.session(diagnostics).await?;
    let known = if request.planned.is_null() {
        request.prior
    } else {
        request.planned
    };
    let applied = if resource_type.names_kind {
        app::apply(&session, request, diagnostics).await
    } else {
        let [namespace, name] = resource_type.place_or_unknown(known);
        let resource_type = served(resource_type, &session, [&namespace, &name]).await;
        Some(resource::apply(resource_type, &session, request).await)
    };
    session.report_warnings(diagnostics);
    applied
}

/// Validates the configuration of a data source, offline.
pub fn validate_data_source(data_source: DataSource<'_>, config: &Value) -> Diagnostics {
    match data_source {
        DataSource::Object(resource_type) => resource::validate_data_source(resource_type, config),
        DataSource::Catalogue(catalogue) => catalogue::validate(catalogue, config),
    }
}

/// Reads a data source. None if there is no connection, with diagnostics.
pub async fn read_data_source(
    provider: &Provider,
    data_source: DataSource<'_>,
    config: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let session = provider.session(diagnostics).await?;
    let own = provider.namespace();
    let read = match data_source {
        DataSource::Catalogue(catalogue) => {
            catalogue::read(catalogue, &session, config, &own, diagnostics).await
        }
        DataSource::Object(resource_type) if resource_type.names_kind => {
            app::read_data_source(&session, config, &own, diagnostics).await
        }
        DataSource::Object(resource_type) => {
            let [namespace, name] = resource_type.place_or_unknown(config);
            let resource_type = served(resource_type, &session, [&namespace, &name]).await;
            resource::read_data_source(resource_type, &session, config, &own, diagnostics).await
        }
    };
    session.report_warnings(diagnostics);
    Some(read)
}

/// Imports an object by its identity, or by its ID if the identity is null.
pub fn import(
    provider: &Provider,
    resource_type: &ResourceType,
    id: &str,
    identity: &Value,
) -> Imported {
    let namespace = provider.namespace();
    match (resource_type.names_kind, identity.is_null()) {
        (true, true) => app::import(resource_type, id, &namespace),
        (true, false) => app::import_identity(resource_type, identity, &namespace),
        (false, true) => resource::import(resource_type, id, &namespace),
        (false, false) => resource::import_identity(resource_type, identity, &namespace),
    }
}

/// Lists existing objects, at most `limit`, and sends each.
pub async fn list(
    provider: &Provider,
    resource_type: &ResourceType,
    config: &Value,
    events: mpsc::Sender<Listed>,
    limit: u64,
) {
    let mut diagnostics = Diagnostics::new();
    let session = provider.session(&mut diagnostics).await;
    if let Some(session) = session {
        let namespace = provider.namespace();
        if resource_type.names_kind {
            app::list(&session, config, &namespace, events.clone(), limit).await;
        } else {
            let mut listing = Listing::new(events.clone(), limit);
            resource::list(resource_type, &session, config, &namespace, &mut listing).await;
        }
        session.report_warnings(&mut diagnostics);
        // Without an error, Terraform would show what was found so far as the whole list.
        if *session.stop.borrow() {
            diagnostics.error(
                "Interrupted",
                "The list is not complete. Run the query again.",
            );
        }
    }
    if !diagnostics.is_empty() {
        let last = Listed {
            diagnostics,
            ..Listed::default()
        };
        // A receiver that is gone wants nothing more.
        let _ = events.send(last).await;
    }
}

/// Opens an ephemeral resource. None if there is no connection, with diagnostics.
pub async fn open_ephemeral(
    provider: &Provider,
    ephemeral: &Ephemeral,
    config: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let session = provider.session(diagnostics).await?;
    let namespace = provider.namespace();
    let opened = ephemeral
        .open(&session, config, &namespace, diagnostics)
        .await;
    session.report_warnings(diagnostics);
    Some(opened)
}

/// Invokes an action. A failure is an error in the diagnostics.
pub async fn invoke(
    provider: &Provider,
    action: &Action,
    config: &Value,
    progress: &mut Progress,
    diagnostics: &mut Diagnostics,
) {
    diagnostics.extend(action.validate_known(config));
    if diagnostics.has_errors() {
        return;
    }
    provider.begin_apply();
    let Some(session) = provider.session(diagnostics).await else {
        return;
    };
    action.invoke(&session, config, progress, diagnostics).await;
    session.report_warnings(diagnostics);
}
