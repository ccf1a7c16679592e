use super::effect::effective;
use super::request::PlanRequest;
use crate::api::JsonSchema;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::{stores_credentials, written_attributes};
use crate::schema::{Attribute, Shape};
use crate::value::Value;

/// What a plan says of the computed attributes that only the platform can tell: unknown where something
/// is written that may change them, else as before.
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
    let kept = stores_credentials(planned, request.stores_credentials);
    let was_kept = stores_credentials(prior, request.stores_credentials);
    for output in &resource_type.outputs {
        let before = prior.attribute(output.name);
        let mut follows = output.unknown_when_changed.iter();
        let is_affected = follows.any(|name| written.contains(name)) || goes_on_waiting;
        let may_change = is_affected && (!output.use_state_for_unknown || before.is_null());
        let value = if output.secret && !kept {
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

/// Whether an update changes something that the platform works on: a field of the spec, unless it only
/// sets the default of one explicitly. Without the platform's schema every field counts, so that a later plan
/// that has it opens nothing that this one does not.
fn has_effect(resource_type: &ResourceType, request: &PlanRequest<'_>, planned: &Value) -> bool {
    resource_type.spec.attributes.iter().any(|attribute| {
        let [before, now] = [request.prior, planned].map(|all| all.attribute(&attribute.name));
        let is_same = |live| is_same_with_defaults(attribute, before, now, live);
        before != now && !request.live.is_some_and(is_same)
    })
}

/// Whether two values of a field are one and the same once what is left out has the platform's default.
/// Another spelling is another value: it is written.
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
