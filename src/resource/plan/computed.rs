use super::effect::effective;
use super::request::PlanRequest;
use crate::api::JsonSchema;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::{stores_credentials, written_attributes};
use crate::schema::{Attribute, Shape};
use crate::value::Value;

/// Plans the computed attributes that depend on the platform: unknown if the plan contains a write that may change
/// them, otherwise unchanged.
pub(crate) fn mark_computed_unknown(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    planned: &mut Value,
    goes_on_waiting: bool,
) {
    let prior = request.prior;
    let is_new = prior.is_null();
    let is_written = |name: &&str| planned.attribute(name) != prior.attribute(name);
    let written: Vec<&str> = written_attributes(resource_type)
        .filter(is_written)
        .collect();
    let may_be_kept = planned.attribute("store_credentials").is_unknown();
    let kept = stores_credentials(planned, request.stores_credentials);
    let was_kept = stores_credentials(prior, request.stores_credentials);
    for output in &resource_type.outputs {
        let before = prior.attribute(output.name);
        let mut follows = output.unknown_when_changed.iter();
        let is_affected = follows.any(|name| written.contains(name)) || goes_on_waiting;
        let may_change = is_affected && (!output.use_state_for_unknown || before.is_null());
        let value = if output.secret && may_be_kept {
            Value::Unknown
        } else if output.secret && !kept {
            output.not_stored()
        } else if is_new || may_change || output.secret && !was_kept {
            output.planned(planned)
        } else {
            before.clone()
        };
        planned.set_attribute(output.name, value);
    }
    let ready = if is_new || goes_on_waiting || has_effect(resource_type, request, planned) {
        Value::Unknown
    } else {
        prior.attribute("ready").clone()
    };
    planned.set_attribute("ready", ready);
}

/// Whether an update requires work of the platform: a change of a field of the spec other than setting its default
/// explicitly. Without the platform's schema every field counts, so that a later plan with the schema has no additional
/// unknown values.
fn has_effect(resource_type: &ResourceType, request: &PlanRequest<'_>, planned: &Value) -> bool {
    resource_type.spec.attributes.iter().any(|attribute| {
        let [before, now] = [request.prior, planned].map(|all| all.attribute(&attribute.name));
        let is_same = |live| is_same_with_defaults(attribute, before, now, live);
        before != now && !request.live.is_some_and(is_same)
    })
}

/// Whether two values of a field are equal with the platform's default for unset values. Another spelling is a
/// different value, because it is written.
fn is_same_with_defaults(
    attribute: &Attribute,
    before: &Value,
    now: &Value,
    live: &JsonSchema,
) -> bool {
    match &attribute.shape {
        _ if before == now => true,
        Shape::Object(object) if !object.attributes.is_empty() => {
            let Some(live) = live.properties.get(&*attribute.api) else {
                return false;
            };
            object.attributes.iter().all(|inner| {
                let [before, now] = [before, now].map(|all| all.attribute(&inner.name));
                is_same_with_defaults(inner, before, now, live)
            })
        }
        _ => {
            let [before, now] = [before, now].map(|value| effective(attribute, value, Some(live)));
            before == now
        }
    }
}
