use crate::api::{OPERATION, Object, entry_keys};
use crate::resource::diagnostics::error::{api_error, capitalised};
use crate::resource::observe::observer::{REFRESH_AGE, observe};
use crate::resource::plan::request::Namespace;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::state::reported::{id, put_outputs, shown_labels, stores_credentials};
use crate::resource::wait::diagnostic::denied_diagnostic;
use crate::schema::{Diagnostics, nullify};
use crate::value::{Path, Value};

/// Reads an object for a data source: the effective spec, including the platform's defaults. Null if it cannot be read.
pub async fn read_data_source(
    model: &ResourceType,
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    diagnostics: &mut Diagnostics,
) -> Value {
    let name = config.attribute("name").as_str().or(model.own_name());
    let name = name.unwrap_or_default();
    let Some(namespace) = (match (config.attribute("namespace"), namespace) {
        (Value::String(namespace), _) => Some(namespace.as_str()),
        (_, Namespace::Known(namespace)) => Some(namespace.as_str()),
        _ => None,
    }) else {
        diagnostics.error_at(
            &Path::of("namespace"),
            "Missing namespace",
            "Neither this data source nor the provider has a namespace. Set `namespace`, for example to `tenant-acme`.",
        );
        return Value::Null;
    };
    let target = model.object(namespace, name);
    let object = match model.lifecycle.get(session, target).await {
        Ok(Some(object)) => object,
        Ok(None) => {
            diagnostics.error_at(
                &Path::of("name"),
                format!(
                    "{} {} not found",
                    capitalised(&model.title),
                    id(namespace, name)
                ),
                "Check `name` and `namespace`.",
            );
            return Value::Null;
        }
        Err(error) => {
            api_error(diagnostics, model, "read", &id(namespace, name), &error);
            return Value::Null;
        }
    };
    let entries = found_entries(model, &object);
    let object = Object {
        spec: object.whole_spec(),
        ..object
    };
    let seen = match observe(session, model, object, REFRESH_AGE).await {
        Ok(seen) => seen,
        Err(error) => {
            let id = id(namespace, name);
            api_error(diagnostics, model, "read", &id, &error);
            return Value::Null;
        }
    };
    let object = &seen.object;
    let live = model.live(session).await;
    let mut state = model.data_source.null();
    let spec = model.spec.computed();
    let mut read = decode(
        &spec,
        &object.spec,
        &Value::Null,
        live.as_deref(),
        Mode::Effective,
        diagnostics,
    );
    // Only a resource knows which secrets are write-only; a data source includes all secrets.
    if !stores_credentials(config, session.stores_credentials) {
        nullify(&spec, &mut read.value, &|attribute| attribute.sensitive);
    }
    for attribute in &spec.attributes {
        state.set_attribute(
            &attribute.name,
            read.value.attribute(&attribute.name).clone(),
        );
    }
    if let Some(entries) = entries {
        state.set_attribute("entries", entries);
    }
    state.set_attribute("labels", shown_labels(&object.labels, None));
    state.set_attribute("annotations", shown_labels(&object.annotations, None));
    if model.data_source.attribute("store_credentials").is_some() {
        let kept = config.attribute("store_credentials").clone();
        state.set_attribute("store_credentials", kept);
    }
    put_outputs(model, &mut state, &seen);
    model.lifecycle.put_status(&mut state, object);
    if let Some(denied) = &seen.denied {
        denied_diagnostic(model, &id(namespace, name), denied, diagnostics);
    }
    state
}

/// The entries of an object with the resource types that manage them; none if the kind has no such entries.
fn found_entries(model: &ResourceType, object: &Object) -> Option<Value> {
    if model.entries.is_empty() {
        return None;
    }
    let own = object
        .annotations
        .contains_key(OPERATION)
        .then_some(&*model.type_name);
    let spec = object.whole_spec();
    let mut all = Vec::new();
    for declared in model.entries {
        let Some(attribute) = model.spec.attribute(declared.attribute) else {
            continue;
        };
        for key in entry_keys(&spec, &attribute.api) {
            let entry = object.entries.get(&attribute.api, key);
            let manager = match entry {
                Some(entry) if entry.owner.is_resource() => Some(declared.type_name),
                _ => own,
            };
            all.push(Value::map([
                ("attribute", declared.attribute.into()),
                ("name", key.into()),
                ("managed_by", manager.map_or(Value::Null, Value::from)),
            ]));
        }
    }
    Some(Value::List(all))
}
