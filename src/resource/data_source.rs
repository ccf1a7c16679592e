use super::Session;
use super::model::Model;
use super::outputs::{id, put_status, shown_labels, stores_credentials};
use super::plan::Namespace;
use super::report::report;
use super::seen::{LOOKED, look};
use super::spec::{Mode, decode};
use crate::schema::{Diagnostics, leave_out};
use crate::value::{Path, Value};

/// Reads an object for a data source: the spec as it takes effect, the platform's defaults filled in.
/// Null where it cannot be read.
pub async fn read_data_source(
    model: &Model,
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    diagnostics: &mut Diagnostics,
) -> Value {
    let name = config.attribute("name").as_str().unwrap_or_default();
    let Some(namespace) = (match (config.attribute("namespace"), namespace) {
        (Value::String(namespace), _) => Some(namespace.as_str()),
        (_, Namespace::Known(namespace)) => Some(namespace.as_str()),
        _ => None,
    }) else {
        diagnostics.error_at(
            &Path::of("namespace"),
            "Missing Namespace",
            "Neither this data source nor the provider names a namespace. Give `namespace`, such as `tenant-acme`.",
        );
        return Value::Null;
    };
    let object = match session
        .client
        .get(&model.kind.resource, namespace, name)
        .await
    {
        Ok(object) => object,
        Err(error) if error.is_gone(name) => {
            diagnostics.error_at(
                &Path::of("name"),
                "Not Found",
                format!(
                    "There is no {} `{}`. Check the name and the namespace.",
                    model.kind.title,
                    id(namespace, name)
                ),
            );
            return Value::Null;
        }
        Err(error) => {
            report(
                diagnostics,
                model.kind,
                "read",
                &id(namespace, name),
                &error,
            );
            return Value::Null;
        }
    };
    let seen = match look(session, model.kind, object, LOOKED).await {
        Ok(seen) => seen,
        Err(error) => {
            let id = id(namespace, name);
            report(diagnostics, model.kind, "read", &id, &error);
            return Value::Null;
        }
    };
    let object = &seen.object;
    let live = session.live(model.kind).await;
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
    // A resource knows which secrets were given to be written only; this sees them all.
    if !stores_credentials(config, session.stores_credentials) {
        leave_out(&spec, &mut read.value, &|attribute| attribute.sensitive);
    }
    for attribute in &spec.attributes {
        state.set_attribute(attribute.name, read.value.attribute(attribute.name).clone());
    }
    state.set_attribute("labels", shown_labels(&object.labels, None));
    state.set_attribute("annotations", shown_labels(&object.annotations, None));
    if model.data_source.attribute("store_credentials").is_some() {
        let kept = config.attribute("store_credentials").clone();
        state.set_attribute("store_credentials", kept);
    }
    model.put_outputs(&mut state, &seen);
    put_status(&mut state, object);
    if let Some(denied) = &seen.denied {
        model.report_denied(&id(namespace, name), denied, diagnostics);
    }
    state
}
