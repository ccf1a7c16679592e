use super::effect::{effective, same_effect};
use super::merge::merged_object;
use super::one_way::check_one_way;
use super::protection::{protect_from_destroy, protect_from_forced_replacement, protect_from_loss};
use super::request::{Namespace, Plan, PlanRequest};
use super::users::warn_of_users;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::live::{check_live, is_immutable};
use crate::resource::spec::names::{has_renames, renamed};
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, mark_computed_unknown};
use crate::schema::Amount;
use crate::value::{Path, Value};

/// Plans a change. The same request makes the same plan: nothing but the request is looked at.
pub fn plan(resource_type: &ResourceType, request: &PlanRequest<'_>) -> Plan {
    let mut plan = Plan {
        private: request.private.to_vec(),
        ..Plan::default()
    };
    if request.config.is_null() {
        protect_from_destroy(resource_type, request, &mut plan);
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
    if !request.prior.is_null() {
        plan_replacement(resource_type, request, &mut plan);
        check_growth(resource_type, request, &mut plan);
        check_one_way(resource_type, request, &mut plan);
        protect_from_loss(resource_type, request, &mut plan);
        warn_of_users(resource_type, request, &mut plan);
    } else {
        protect_from_forced_replacement(resource_type, request, &mut plan);
    }
    if let Some(live) = request.live {
        check_live(
            &resource_type.spec,
            &plan.planned,
            live,
            &mut plan.diagnostics,
        );
        if has_renames(&resource_type.spec) {
            plan.private = Private {
                renamed: Some(renamed(&resource_type.spec, live)),
                ..Private::read(request.private)
            }
            .to_bytes();
        }
    }
    plan
}

/// Decides the namespace, and the id, which is known once there is an object.
fn plan_identity(resource_type: &ResourceType, request: &PlanRequest<'_>, plan: &mut Plan) {
    if request.config.attribute("namespace").is_null() {
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
    let place = (
        plan.planned.attribute("namespace"),
        plan.planned.attribute("name"),
    );
    // What takes the id of an object that is yet to be made is to wait for it.
    let id = match place {
        (Value::String(namespace), Value::String(name)) => {
            let id = Value::from(id(namespace, name));
            let stays = id == *request.prior.attribute("id");
            if stays { id } else { Value::Unknown }
        }
        _ => Value::Unknown,
    };
    plan.planned.set_attribute("id", id);
}

/// Finds the changes that a living object cannot take. Leaving a field out and giving it its default is
/// no change.
fn plan_replacement(resource_type: &ResourceType, request: &PlanRequest<'_>, plan: &mut Plan) {
    for attribute in &resource_type.schema.attributes {
        let is_field = resource_type.is_spec(&attribute.name) && attribute.is_field();
        let live = request.live.filter(|_| is_field);
        if !attribute.replace && !is_immutable(attribute, live) {
            continue;
        }
        let (prior, planned) = (
            request.prior.attribute(&attribute.name),
            plan.planned.attribute(&attribute.name),
        );
        if prior != planned && !same_effect(attribute, prior, planned, live) {
            plan.requires_replace.push(Path::of(&attribute.name));
        }
    }
}

fn check_growth(resource_type: &ResourceType, request: &PlanRequest<'_>, plan: &mut Plan) {
    for attribute in resource_type
        .spec
        .attributes
        .iter()
        .filter(|attribute| attribute.grow_only)
    {
        let amount = |value: &Value| match effective(attribute, value, request.live) {
            Value::String(text) => Amount::parse(&text),
            _ => None,
        };
        let prior = request.prior.attribute(&attribute.name);
        let planned = plan.planned.attribute(&attribute.name);
        let (Some(from), Some(to)) = (amount(prior), amount(planned)) else {
            continue;
        };
        // Of an object that is replaced anyway, nothing shrinks.
        if to < from && plan.requires_replace.is_empty() {
            plan.diagnostics.error_at(
                    &Path::of(&attribute.name),
                    "Storage Cannot Shrink",
                    format!(
                        "`{}` would shrink, which the platform ignores: the storage stays as large as it is. \
                         Keep at least the present size, or make a new {} and move the data. To destroy it as \
                         it is: `terraform destroy -refresh=false`.",
                        attribute.name, resource_type.title
                    ),
                );
        }
    }
}
