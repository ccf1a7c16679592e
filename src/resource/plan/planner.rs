use super::computed::mark_computed_unknown;
use super::entries::check_entries;
use super::growth::{check_growth, check_one_or_many};
use super::left_object::warn_of_left_object;
use super::merge::merged_object;
use super::protection::{
    protect_from_destroy, protect_from_forced_replacement, protect_from_loss,
    protect_from_replacement,
};
use super::replacement::requires_replace;
use super::request::{Namespace, Plan, PlanRequest, Subject};
use super::running_guest::warn_running_guest;
use super::transitions::transitions;
use super::users::warn_of_users;
use super::versions::check_versions;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::former::{has_renames, renamed};
use crate::resource::spec::live::check_live;
use crate::resource::spec::reshape::with_today_shapes;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::value::{Path, Value};

/// Plans a change. Deterministic: the plan depends only on the request.
pub fn plan(resource_type: &ResourceType, request: &PlanRequest<'_>) -> Plan {
    let platform = request.live;
    let live = platform.map(|live| with_today_shapes(&resource_type.spec, live));
    let request = &PlanRequest {
        live: live.as_deref(),
        ..*request
    };
    let mut plan = Plan {
        private: request.private.to_vec(),
        ..Plan::default()
    };
    if request.config.is_null() {
        let subject = Subject::of(resource_type, request.prior);
        if resource_type.adopted.is_some() {
            warn_of_left_object(resource_type, &subject, request, &mut plan.diagnostics);
        } else if !is_kept(request.prior) && !resource_type.is_record {
            protect_from_destroy(&subject, request, &mut plan.diagnostics);
        }
        return plan;
    }
    plan.planned = merged_object(
        &resource_type.schema,
        request.config,
        request.prior,
        request.live,
    );
    plan_identity(resource_type, request, &mut plan);
    let waits = plan.planned.attribute("wait_for").as_str() != Some("none");
    let goes_on_waiting = waits
        && request.prior.attribute("ready").as_bool() == Some(false)
        && Private::read(request.private).waiting;
    mark_computed_unknown(resource_type, request, &mut plan.planned, goes_on_waiting);
    let owned = Private::read(request.private).entries;
    check_entries(resource_type, &plan.planned, &owned, &mut plan.diagnostics);
    if request.prior.is_null() && !resource_type.is_record {
        let subject = Subject::of(resource_type, &plan.planned);
        let diagnostics = &mut plan.diagnostics;
        protect_from_forced_replacement(&subject, request, &plan.planned, diagnostics);
    } else if !request.prior.is_null() {
        check_change(resource_type, request, &mut plan);
        warn_of_users(resource_type, request, &mut plan);
    }
    if let Some(live) = request.live {
        check_live(
            &resource_type.spec,
            [request.prior, &plan.planned],
            live,
            &mut plan.diagnostics,
        );
        if has_renames(&resource_type.spec) {
            plan.private = Private {
                renamed: Some(renamed(&resource_type.spec, live, platform)),
                ..Private::read(request.private)
            }
            .to_bytes();
        }
    }
    plan
}

/// Whether an entry stays when its resource is destroyed.
fn is_kept(prior: &Value) -> bool {
    prior.attribute("deletion_policy").as_str() == Some("keep")
}

/// Plans the namespace, the name if the platform defines it, and the id, which is known for an existing object.
fn plan_identity(resource_type: &ResourceType, request: &PlanRequest<'_>, plan: &mut Plan) {
    if let Some(name) = resource_type.own_name()
        && request.config.attribute("name").is_null()
    {
        plan.planned.set_attribute("name", name.into());
    }
    if resource_type.entry.is_some() {
        let owner = Value::from(&*resource_type.type_name);
        plan.planned.set_attribute("managed_by", owner);
    } else if request.config.attribute("namespace").is_null() {
        let namespace = match (request.prior.attribute("namespace"), request.namespace) {
            (Value::Null, Namespace::Known(namespace)) => Value::from(namespace.as_str()),
            (Value::Null, Namespace::Unknown) => Value::Unknown,
            (Value::Null, Namespace::None) => {
                plan.diagnostics.error_at(
                        &Path::of("namespace"),
                        "Missing namespace",
                        format!(
                            "Neither this {} nor the provider has a namespace, and the context of the kubeconfig has none. Set \
                             `namespace` here or in the provider block to the namespace of your tenant, such as \
                             `tenant-acme`.",
                            resource_type.title
                        ),
                    );
                Value::Unknown
            }
            (prior, _) => prior.clone(),
        };
        plan.planned.set_attribute("namespace", namespace);
    }
    // References to the id of a new object must wait until the object exists.
    let [namespace, name] = resource_type.place(&plan.planned);
    let planned_id = Value::from(id(&namespace, &name));
    let stays = planned_id == *request.prior.attribute("id");
    let planned_id = if stays { planned_id } else { Value::Unknown };
    plan.planned.set_attribute("id", planned_id);
}

/// Checks the update of an existing object: replacement, irreversible changes, and data loss.
fn check_change(resource_type: &ResourceType, request: &PlanRequest<'_>, plan: &mut Plan) {
    let (planned, diagnostics) = (&plan.planned, &mut plan.diagnostics);
    let subject = Subject::of(resource_type, request.prior);
    let transitions = transitions(
        &resource_type.schema,
        [request.prior, planned],
        |attribute| {
            let is_spec = resource_type.is_spec(&attribute.name);
            request.live.filter(|_| is_spec)
        },
    );
    plan.requires_replace = requires_replace(&transitions, request.prior, planned);
    if !plan.requires_replace.is_empty() && resource_type.is_record {
        return;
    }
    if !plan.requires_replace.is_empty() {
        // If the object is replaced, shrinking and losses in place are not relevant.
        let paths = &plan.requires_replace;
        return protect_from_replacement(&subject, request, planned, paths, diagnostics);
    }
    check_growth(&subject, &transitions, diagnostics);
    check_one_or_many(&subject, &transitions, diagnostics);
    check_versions(&subject, &transitions, diagnostics);
    warn_running_guest(&subject, &transitions, diagnostics);
    protect_from_loss(&subject, request, planned, &transitions, diagnostics);
}
