use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::merge::merged_object;
use super::needs::check_needs;
use super::planner::plan;
use super::request::{Namespace, Plan, PlanRequest};
use super::transitions::{Transition, transitions};
use crate::api::{ErrorKind, JsonSchema, NoSchema, OPERATION};
use crate::resource::declaration::plan_check::PlannedChange;
use crate::resource::diagnostics::error::{api_error, entry_exists_error};
use crate::resource::diagnostics::release::unsupported_release_error;
use crate::resource::observe::served::served;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, written_attributes};
use crate::schema::{Diagnostics, Releases};

/// Provides the connection if a plan needs one.
pub trait Connect: Sync {
    /// The connection; none if it is unknown until the apply, or unavailable, with diagnostics.
    fn connect<'a>(&'a self, diagnostics: &'a mut Diagnostics) -> BoxFuture<'a, Option<Session>>;
}

/// Plans a change, with the platform's schema if it is relevant. None if no plan can be made, with diagnostics.
pub async fn plan_change(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    connection: &dyn Connect,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let asks_platform =
        would_write(resource_type, request) || may_be_unsupported(resource_type, request);
    let session = if asks_platform {
        connection.connect(diagnostics).await
    } else {
        None
    };
    if diagnostics.has_errors() {
        return None;
    }
    let Some(session) = session else {
        return Some(plan(resource_type, request));
    };
    let [namespace, name] = place(resource_type, request);
    let resource_type = served(resource_type, &session, [&namespace, &name]).await;
    let live = live_schema(resource_type, &session, request, diagnostics).await?;
    let request = PlanRequest {
        live: live.as_deref(),
        ..*request
    };
    let plan = plan(resource_type, &request);
    // The plan before the apply has already reported it, and it may no longer be true.
    if request.prior.is_null() && !request.is_applying {
        check_needs(resource_type, &session, &plan.planned, diagnostics).await;
        // A replacement has private data. Its key is the one that is destroyed first.
        if request.private.is_empty() {
            check_new_entry(resource_type, &session, &request, diagnostics).await;
        }
    }
    if plan.requires_replace.is_empty() {
        run_checks(resource_type, &session, &request, &plan, diagnostics).await;
    }
    session.report_warnings(diagnostics);
    Some(plan)
}

/// Runs the checks of the kind. A replacement is checked when Terraform plans its create.
async fn run_checks(
    resource_type: &ResourceType,
    session: &Session,
    request: &PlanRequest<'_>,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) {
    let text = |name: &str| plan.planned.attribute(name).as_str();
    for check in resource_type.plan_checks {
        let is_new = request.prior.is_null();
        let change = PlannedChange {
            title: &resource_type.title,
            namespace: text("namespace"),
            name: text("name"),
            planned: &plan.planned,
            is_new,
            is_replacement: is_new && !Private::read(request.private).uid.is_empty(),
        };
        check.check(session, change, diagnostics).await;
    }
}

/// Whether the change requires a write. Otherwise the platform's schema is not needed.
fn would_write(resource_type: &ResourceType, request: &PlanRequest<'_>) -> bool {
    if request.config.is_null() || request.prior.is_null() {
        return !request.config.is_null();
    }
    let merged = merged_object(&resource_type.schema, request.config, request.prior, None);
    let stays = |name: &str| {
        let planned = merged.attribute(name);
        planned == request.prior.attribute(name)
            || name == "namespace" && planned.is_null()
            || name == "managed_by" && !request.prior.attribute(name).is_null()
    };
    !written_attributes(resource_type).all(stays)
}

/// Whether an existing object has a value that later releases of the platform ignore.
fn may_be_unsupported(resource_type: &ResourceType, request: &PlanRequest<'_>) -> bool {
    let values = [request.prior; 2];
    let transitions = transitions(&resource_type.schema, values, |_| None);
    let mut transitions = transitions.iter();
    let is_old = |transition: &Transition<'_>| {
        transition.attribute.until.is_some() && !transition.prior.is_null()
    };
    !request.is_applying && !request.config.is_null() && transitions.any(is_old)
}

/// The platform's schema. The inner `None` means that it is not available and the plan continues without it, the outer
/// `None` that no plan can be made.
async fn live_schema(
    resource_type: &ResourceType,
    session: &Session,
    request: &PlanRequest<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Option<Arc<JsonSchema>>> {
    let [namespace, name] = &place(resource_type, request);
    let why = match resource_type.schema_on(session).await {
        Ok(Some(live)) => return Some(Some(live)),
        Ok(None) => {
            unsupported_release_error(diagnostics, resource_type, &id(namespace, name));
            return None;
        }
        Err(why) => why,
    };
    match why {
        NoSchema::Unconnected(error) => {
            let id = id(namespace, name);
            api_error(diagnostics, resource_type, "plan", &id, &error);
            return None;
        }
        // If the kind is not in the schema, a read of the object shows by its error whether the kind is served.
        NoSchema::NotListed => {
            let target = resource_type.object(namespace, name);
            let found = resource_type.lifecycle.get(session, target).await;
            let id = id(namespace, name);
            match found.map_err(|error| (error.kind(), error)) {
                // Kubernetes checks permissions before it checks whether a group exists (seen on 0.41).
                Err((ErrorKind::NotServed | ErrorKind::Forbidden, _))
                    if resource_type.releases != Releases::default() =>
                {
                    unsupported_release_error(diagnostics, resource_type, &id);
                    return None;
                }
                Err((ErrorKind::NotServed, error)) => {
                    api_error(diagnostics, resource_type, "read", &id, &error);
                    return None;
                }
                _ => {}
            }
        }
        NoSchema::Unavailable(_) => {}
    }
    diagnostics.warn(
        format!("Plan not checked against the platform: {} {}", resource_type.title, id(namespace, name)),
        format!(
            "The platform's schema could not be read: {why}. The plan was checked against what this version of the \
             provider knows; the platform may still refuse it."
        ),
    );
    Some(None)
}

/// Rejects a new entry whose key the object has already: the apply would not touch that of another owner.
async fn check_new_entry(
    resource_type: &ResourceType,
    session: &Session,
    request: &PlanRequest<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Some(entry) = &resource_type.entry else {
        return;
    };
    let [namespace, name] = &place(resource_type, request);
    let target = resource_type.object(namespace, name);
    // The apply reports what cannot be read.
    let Ok(Some(found)) = resource_type.lifecycle.read(session, target).await else {
        return;
    };
    let owner = found.annotations.get(OPERATION);
    // The entry of an interrupted apply is taken over.
    if owner.is_some_and(|owner| session.journal.has(owner)) {
        return;
    }
    let has_owner = owner.is_some();
    let live = session.live(target.resource).await;
    if !has_owner && !entry.is_stored(&found, live.as_deref()) {
        return;
    }
    entry_exists_error(
        diagnostics,
        resource_type,
        entry,
        &id(namespace, name),
        has_owner,
    );
}

/// Namespace and name of the planned object, if they are known.
fn place(resource_type: &ResourceType, request: &PlanRequest<'_>) -> [String; 2] {
    if resource_type.entry.is_some() {
        let values = if request.config.is_null() {
            request.prior
        } else {
            request.config
        };
        return resource_type.place_or_unknown(values);
    }
    let text = |name: &str| {
        let [config, prior] = [request.config, request.prior].map(|all| all.attribute(name));
        config.as_str().or(prior.as_str())
    };
    let namespace = match (text("namespace"), request.namespace) {
        (Some(namespace), _) => namespace,
        (None, Namespace::Known(namespace)) => namespace,
        (None, _) => "unknown",
    };
    let name = text("name").or(resource_type.own_name());
    [namespace, name.unwrap_or("unknown")].map(str::to_owned)
}
