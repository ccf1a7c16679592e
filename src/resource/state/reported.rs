use crate::api::{LAST_APPLIED, MANAGED_BY, OPERATION};
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::schema::{Usage, nullify};
use crate::value::Value;

/// The attributes that are written to the platform.
pub(crate) fn written_attributes(resource_type: &ResourceType) -> impl Iterator<Item = &str> {
    let place = match &resource_type.entry {
        None => ["name", "namespace", "labels", "annotations"],
        Some(entry) => ["name", &entry.reference, "managed_by", "deletion_policy"],
    };
    let spec = resource_type
        .spec
        .attributes
        .iter()
        .map(|attribute| &*attribute.name);
    place.into_iter().chain(spec)
}

/// Whether a plan has unknown values that depend on the dependents of an object, or that would be unknown if they were
/// stored.
pub(crate) fn asks_for_parts(
    resource_type: &ResourceType,
    planned: &Value,
    stores_by_default: bool,
) -> bool {
    let is_written = planned.attribute("ready").is_unknown();
    let kept = stores_credentials(planned, stores_by_default);
    resource_type.outputs.iter().any(|output| {
        planned.attribute(output.name).is_unknown() || output.secret && !kept && is_written
    })
}

/// Sets identity and outputs of an object in a state.
pub(crate) fn put_outputs(resource_type: &ResourceType, state: &mut Value, seen: &Observed) {
    let object = &seen.object;
    state.set_attribute("id", Value::from(id(&object.namespace, &object.name)));
    resource_type.put_place(state, [&object.namespace, &object.name]);
    if resource_type.entry.is_some() {
        let owned = object.annotations.contains_key(OPERATION);
        let owner = owned.then(|| resource_type.type_name.to_string());
        state.set_attribute(
            "managed_by",
            owner.as_deref().map_or(Value::Null, Value::from),
        );
    }
    let kept = stores_credentials(state, seen.stores_credentials);
    let observed = resource_type.observed(seen, state);
    for output in &resource_type.outputs {
        let is_shown = kept || !output.secret;
        let value = if is_shown {
            observed.attribute(output.name).clone()
        } else {
            output.not_stored()
        };
        state.set_attribute(output.name, value);
    }
    let is_ready = resource_type.lifecycle.not_ready_reason(object).is_none();
    state.set_attribute("ready", (is_ready && seen.is_whole()).into());
}

/// Whether credentials are stored in the state: by the setting of the resource, otherwise that of the provider.
pub(crate) fn stores_credentials(values: &Value, usual: bool) -> bool {
    let said = values.attribute("store_credentials").as_bool();
    said.unwrap_or(usual)
}

/// The ID of an object in the state, in messages and for imports.
pub(crate) fn id(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

/// Labels or annotations for the state: those with `owned` keys. If the keys are not known, all except for the
/// provider's own and kubectl's copy of the manifest, which may contain a password.
pub(crate) fn shown_labels<'a>(
    stored: impl IntoIterator<Item = (&'a String, &'a String)>,
    owned: Option<&Value>,
) -> Value {
    let is_shown = |key: &str| match owned {
        Some(owned) => owned.as_map().is_some_and(|owned| owned.contains_key(key)),
        None => ![MANAGED_BY.0, OPERATION, LAST_APPLIED].contains(&key),
    };
    let shown: Vec<_> = stored
        .into_iter()
        .filter(|(key, _)| is_shown(key))
        .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
        .collect();
    match owned {
        Some(Value::Null) => Value::Null,
        None if shown.is_empty() => Value::Null,
        _ => Value::map(shown),
    }
}

/// The state after a write: the planned values, with outputs instead of unknown values.
pub(crate) fn state_after_apply(
    resource_type: &ResourceType,
    planned: &Value,
    seen: &Observed,
) -> Value {
    let mut reported = planned.clone();
    put_outputs(resource_type, &mut reported, seen);
    Value::map(resource_type.schema.attributes.iter().map(|attribute| {
        let planned = planned.attribute(&attribute.name);
        let open = planned.is_unknown();
        let value = if open {
            reported.attribute(&attribute.name)
        } else {
            planned
        };
        (attribute.name.clone(), value.clone())
    }))
}

/// A state without outputs, which can be written if they are invalid.
pub fn without_outputs(resource_type: &ResourceType, state: &Value) -> Value {
    let mut state = state.clone();
    nullify(&resource_type.schema, &mut state, &|attribute| {
        attribute.usage == Usage::Computed && attribute.name != "id"
    });
    state
}
