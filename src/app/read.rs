use super::messages::{no_kind, no_schema_for_import};
use super::paths::terraform_messages;
use super::translation::Translation;
use crate::resource::{self, Namespace, ReadRequest, Refreshed, Session, is_imported};
use crate::schema::Diagnostics;
use crate::value::Value;

/// Reads an object. None if the state is kept, with diagnostics.
pub async fn read(
    session: &Session,
    request: &ReadRequest<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Refreshed> {
    let state = request.state;
    let kind = state.attribute("kind").as_str().unwrap_or_default();
    let translation = match Translation::of(session, kind, &[state.attribute("spec")]).await {
        Ok(translation) => translation,
        Err(why) => {
            no_kind("read", state, why, diagnostics);
            return None;
        }
    };
    if let Some(why) = &translation.no_schema
        && is_imported(request.private)
    {
        no_schema_for_import(state, why, diagnostics);
        return None;
    }
    let (before, _) = translation.to_engine(state);
    let engine_request = ReadRequest {
        state: &before,
        private: request.private,
    };
    let refreshed = resource::read(&translation.resource_type, session, &engine_request).await;
    Some(Refreshed {
        state: translation.to_terraform(&refreshed.state, [&before, state]),
        private: refreshed.private,
        diagnostics: terraform_messages(refreshed.diagnostics),
    })
}

/// Reads an object for a data source, with the platform's defaults. Null if it cannot be read.
pub async fn read_data_source(
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    diagnostics: &mut Diagnostics,
) -> Value {
    let kind = config.attribute("kind").as_str().unwrap_or_default();
    let translation = match Translation::of(session, kind, &[]).await {
        Ok(translation) => translation,
        Err(why) => {
            no_kind("read", config, why, diagnostics);
            return Value::Null;
        }
    };
    let mut messages = Diagnostics::new();
    let resource_type = &translation.resource_type;
    let read = resource::read_data_source(resource_type, session, config, namespace, &mut messages);
    let mut read = read.await;
    diagnostics.extend(terraform_messages(messages));
    if !read.is_null() {
        read.set_attribute("kind", kind.into());
    }
    translation.to_terraform(&read, [&Value::Null; 2])
}
