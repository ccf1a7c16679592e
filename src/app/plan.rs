use futures_util::future::BoxFuture;

use super::declaration::of_unseen_kind;
use super::messages::{no_kind_at_plan, report_problems, warn_of_typed_resource};
use super::paths::{existing_path, terraform_messages, terraform_path};
use super::translation::{Translation, is_written, with_engine_id, with_kind_in_id};
use crate::resource::{self, Connect, Plan, PlanRequest, Session};
use crate::schema::Diagnostics;
use crate::value::Value;

/// Plans a change, checked against the platform's schema of the kind. What is unknown is not checked. None if no plan
/// can be made, with diagnostics.
pub async fn plan(
    request: &PlanRequest<'_>,
    connection: &dyn Connect,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let unchecked = unchecked_plan(request);
    let [kind, spec] = ["kind", "spec"].map(|name| request.config.attribute(name));
    let kind = kind.as_str().filter(|_| !spec.without_type().is_unknown());
    let Some(kind) = kind.filter(|_| is_written([request.prior, &unchecked.planned])) else {
        return Some(unchecked);
    };
    let session = connection.connect(diagnostics).await;
    if diagnostics.has_errors() {
        return None;
    }
    let Some(session) = session else {
        return Some(unchecked);
    };
    let specs = [request.config, request.prior].map(|values| values.attribute("spec"));
    let translation = match Translation::of(&session, kind, &specs).await {
        Ok(translation) => translation,
        Err(why) => {
            no_kind_at_plan(kind, &unchecked.planned, why, diagnostics);
            return (!diagnostics.has_errors()).then_some(unchecked);
        }
    };
    checked_plan(&translation, request, session, diagnostics).await
}

/// The plan without the platform: the spec is one attribute.
fn unchecked_plan(request: &PlanRequest<'_>) -> Plan {
    let mut kinds = [request.config, request.prior].into_iter();
    let kind = kinds.find_map(|values| values.attribute("kind").as_str());
    let prior = &with_engine_id(request.prior);
    let request = &PlanRequest { prior, ..*request };
    let mut plan = resource::plan(&of_unseen_kind(kind.unwrap_or("application")), request);
    plan.planned = planned_id(plan.planned, prior);
    plan
}

async fn checked_plan(
    translation: &Translation,
    request: &PlanRequest<'_>,
    session: Session,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let (prior, known) = translation.to_engine(request.prior);
    let (config, problems) = translation.to_engine(request.config);
    report_problems(&problems, &known, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    let engine_request = PlanRequest {
        prior: &prior,
        config: &config,
        ..*request
    };
    let mut messages = Diagnostics::new();
    let resource_type = &translation.resource_type;
    let connected = Connected(session);
    let plan = resource::plan_change(resource_type, &engine_request, &connected, &mut messages);
    let plan = plan.await;
    diagnostics.extend(terraform_messages(messages));
    let mut plan = terraform_plan(translation, request, plan?);
    if request.prior.is_null() && !request.is_applying {
        warn_of_typed_resource(&plan.planned, &mut plan.diagnostics);
    }
    Some(plan)
}

/// The engine's plan, with the configured spec. Another spelling in the state is not kept: if a part of the spec is
/// unknown, the plan has the configured one, and it must not change when that part becomes known.
pub(super) fn terraform_plan(
    translation: &Translation,
    request: &PlanRequest<'_>,
    plan: Plan,
) -> Plan {
    let spec = request.config.attribute("spec").clone();
    let planned = planned_id(translation.with_spec(&plan.planned, spec), request.prior);
    let paths = plan.requires_replace.iter().map(terraform_path);
    let paths = paths.map(|path| existing_path(&path, [request.prior, &planned]));
    Plan {
        requires_replace: paths.collect(),
        planned,
        diagnostics: terraform_messages(plan.diagnostics),
        private: plan.private,
    }
}

/// The planned values with the ID of the object, which is unknown for an object of another kind.
fn planned_id(planned: Value, prior: &Value) -> Value {
    if planned.is_null() {
        return planned;
    }
    let mut planned = with_kind_in_id(planned);
    if planned.attribute("kind") != prior.attribute("kind") {
        planned.set_attribute("id", Value::Unknown);
    }
    planned
}

/// The connection of an operation.
struct Connected(Session);

impl Connect for Connected {
    fn connect<'a>(&'a self, _: &'a mut Diagnostics) -> BoxFuture<'a, Option<Session>> {
        let session = Some(self.0.clone());
        Box::pin(std::future::ready(session))
    }
}
