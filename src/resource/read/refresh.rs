use serde_json::Map;

use crate::api::{Error, ErrorKind, JsonSchema, KEPT, OPERATION, Object};
use crate::resource::apply::request::Applied;
use crate::resource::declaration::dependent::Dependent;
use crate::resource::diagnostics::error::{api_error, capitalised, foreign_object_error};
use crate::resource::observe::freshness::not_older;
use crate::resource::observe::observed::{FoundDependent, Observed};
use crate::resource::observe::observer::{REFRESH_AGE, find_all, observe};
use crate::resource::plan::entries::warn_of_lost_owners;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::decode::{Decoded, Mode, decode, leave_to_platform};
use crate::resource::spec::encode::encode;
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, put_outputs, shown_labels};
use crate::resource::wait::diagnostic::denied_diagnostic;
use crate::schema::Diagnostics;
use crate::value::Value;

/// The inputs of a refresh.
pub struct ReadRequest<'a> {
    /// The state.
    pub state: &'a Value,
    /// The private data.
    pub private: &'a [u8],
}

/// The result of a refresh, with the same parts as that of an apply.
pub type Refreshed = Applied;

/// Reads the object and detects the drift of every attribute.
pub async fn read(
    resource_type: &ResourceType,
    session: &Session,
    request: &ReadRequest<'_>,
) -> Refreshed {
    let [namespace, name] = resource_type.place(request.state);
    let (namespace, name) = (namespace.as_str(), name.as_str());
    let target = resource_type.object(namespace, name);
    let remembered = Private::read(request.private);
    let mut refreshed = Refreshed::default();
    let parts = resource_type.dependents_of(&object_from_state(resource_type, request.state));
    let (read, found) = tokio::join!(
        resource_type.lifecycle.read(session, target),
        find_all(session, namespace, &parts, REFRESH_AGE)
    );
    let read = not_older(resource_type.lifecycle, session, target, &remembered, read).await;
    if let Ok(Some(object)) = &read {
        if resource_type.lifecycle.is_another(&remembered, object) {
            let id = id(namespace, name);
            foreign_object_error(&mut refreshed.diagnostics, resource_type, &id, &object.uid);
            keep(request, &mut refreshed);
            return refreshed;
        }
        if resource_type.entry.is_none() {
            session.owned.add(&object.uid);
        }
    }
    // An imported object has no state yet.
    if let Ok(Some(object)) = &read
        && let Some(operation) = object.annotations.get(OPERATION)
        && !remembered.imported
    {
        session.journal.see(operation);
    }
    match read {
        Ok(Some(object)) if object.is_terminating => {
            refreshed.diagnostics.warn(
                format!(
                    "{} {} is being deleted",
                    capitalised(&resource_type.title),
                    id(namespace, name)
                ),
                "It is removed from the state, as if it were deleted already.",
            );
        }
        Ok(Some(object)) => {
            warn_of_lost_owners(resource_type, &object, &mut refreshed.diagnostics);
            match observe_read(resource_type, session, object, parts, found).await {
                Ok(seen) => {
                    let (state, private) = (request.state, &remembered);
                    refreshed.state = state_after_read(
                        resource_type,
                        session,
                        state,
                        &seen,
                        private,
                        &mut refreshed.diagnostics,
                    )
                    .await;
                    refreshed.private =
                        seen_again(resource_type, &remembered, &seen.object).to_bytes();
                }
                Err(error) => keep_unread(resource_type, request, &error, &mut refreshed),
            }
        }
        Ok(None) if !remembered.imported => {
            match resource_type
                .lifecycle
                .outlives_object(session, target, request.state)
                .await
            {
                Ok(true) => keep(request, &mut refreshed),
                Ok(false) => {
                    let id = id(namespace, name);
                    warn_of_vanished(resource_type, &id, request, &mut refreshed.diagnostics);
                }
                Err(error) => keep_unread(resource_type, request, &error, &mut refreshed),
            }
        }
        Ok(None) => {}
        Err(error)
            if error.kind() == ErrorKind::Forbidden
                && session.client.is_tenant_deleted(namespace).await =>
        {
            refreshed.diagnostics.warn(
                    format!("Tenant of {} {} was deleted", resource_type.title, id(namespace, name)),
                    format!(
                        "The tenant of the namespace `{namespace}` no longer exists. The {} was deleted with it.",
                        resource_type.title
                    ),
                );
        }
        Err(error) => keep_unread(resource_type, request, &error, &mut refreshed),
    }
    refreshed
}

/// The object in the state, which determines the expected dependents.
fn object_from_state(resource_type: &ResourceType, state: &Value) -> Object {
    let [namespace, name] = resource_type.place(state);
    Object {
        kind: resource_type.api_resource.kind.to_string(),
        namespace,
        name,
        spec: encode(&resource_type.spec, state, &Value::Null, Map::new(), None),
        ..Object::default()
    }
}

/// The object with its dependents: those requested concurrently, if they are the right ones.
async fn observe_read(
    resource_type: &ResourceType,
    session: &Session,
    object: Object,
    parts: Vec<Dependent>,
    found: Vec<Result<FoundDependent, Error>>,
) -> Result<Observed, Error> {
    if parts == resource_type.dependents_of(&object) {
        return Observed::of(session, object, parts, found);
    }
    observe(session, resource_type, object, REFRESH_AGE).await
}

/// Warns that an object that ran once is gone before it succeeded, because the next apply runs it again.
fn warn_of_vanished(
    resource_type: &ResourceType,
    id: &str,
    request: &ReadRequest<'_>,
    diagnostics: &mut Diagnostics,
) {
    if !resource_type.is_record || request.state.attribute("ready").as_bool() == Some(true) {
        return;
    }
    diagnostics.warn(
        format!("{} {id} no longer exists", capitalised(&resource_type.title)),
        "It was deleted outside of this configuration, and it is not known to have succeeded. The next apply runs it \
         again. To prevent this, remove the resource from the configuration.",
    );
}

/// If a read failed, the state is kept.
fn keep_unread(
    resource_type: &ResourceType,
    request: &ReadRequest<'_>,
    error: &Error,
    refreshed: &mut Refreshed,
) {
    let [namespace, name] = resource_type.place(request.state);
    let id = id(&namespace, &name);
    api_error(
        &mut refreshed.diagnostics,
        resource_type,
        "read",
        &id,
        error,
    );
    keep(request, refreshed);
}

pub(crate) async fn state_after_read(
    resource_type: &ResourceType,
    session: &Session,
    prior: &Value,
    seen: &Observed,
    remembered: &Private,
    diagnostics: &mut Diagnostics,
) -> Value {
    let object = &seen.object;
    let mut messages = Diagnostics::new();
    let mut read = decode_spec(resource_type, object, prior, None, &mut messages);
    // For most objects the declaration is sufficient; otherwise the platform's schema is needed. After an import or
    // move it is needed once, to find out which values are defaults.
    let is_undecided = is_undecided(resource_type, &read, object);
    if is_undecided || remembered.moved || remembered.imported {
        match resource_type.schema_on(session).await {
                Ok(live) => {
                    messages = Diagnostics::new();
                    let live = live.as_deref();
                    read = decode_spec(resource_type, object, prior, live, &mut messages);
                }
                Err(_) if !is_undecided => {}
                Err(why) => messages.warn(
                    format!(
                    "Defaults not compared: {} {}",
                    resource_type.title,
                    id(&object.namespace, &object.name)
                ),
                format!(
                    "Some fields differ from the defaults that this version of the provider knows, and the platform's \
                     schema could not be read: {why}. These fields are taken as defaults."
                ),
                ),
            }
    }
    diagnostics.extend(messages);
    // After an import it is not known yet what the configuration sets.
    if !remembered.imported {
        leave_to_platform(&resource_type.spec, prior, &mut read.value);
    }
    if let Some(denied) = &seen.denied {
        denied_diagnostic(
            resource_type,
            &id(&object.namespace, &object.name),
            denied,
            diagnostics,
        );
    }
    state_read(resource_type, prior, &read, seen, remembered)
}

/// Decodes the spec of an object, given the state.
pub(crate) fn decode_spec(
    resource_type: &ResourceType,
    object: &Object,
    prior: &Value,
    live: Option<&JsonSchema>,
    messages: &mut Diagnostics,
) -> Decoded {
    decode(
        &resource_type.spec,
        &object.spec,
        prior,
        live,
        Mode::Drift,
        messages,
    )
}

/// Whether the result depends on the platform's schema.
pub(crate) fn is_undecided(resource_type: &ResourceType, read: &Decoded, object: &Object) -> bool {
    read.in_doubt || has_former_fields(resource_type, object)
}

/// The state after a read.
pub(crate) fn state_read(
    resource_type: &ResourceType,
    prior: &Value,
    read: &Decoded,
    seen: &Observed,
    remembered: &Private,
) -> Value {
    let mut state = prior.clone();
    for attribute in &resource_type.spec.attributes {
        state.set_attribute(
            &attribute.name,
            read.value.attribute(&attribute.name).clone(),
        );
    }
    let stored = match &resource_type.entry {
        None => &[
            ("labels", &seen.object.labels),
            ("annotations", &seen.object.annotations),
        ][..],
        Some(_) => &[],
    };
    if resource_type.entry.is_some() && remembered.imported {
        let is_kept = seen.object.annotations.contains_key(KEPT);
        let policy = if is_kept { "keep".into() } else { Value::Null };
        state.set_attribute("deletion_policy", policy);
    }
    for (name, stored) in stored {
        let owned = (!remembered.imported).then(|| prior.attribute(name));
        state.set_attribute(name, shown_labels(*stored, owned));
    }
    put_outputs(resource_type, &mut state, seen);
    state
}

/// Whether the object has a field under a former name, whose default is only in the platform's schema.
fn has_former_fields(resource_type: &ResourceType, object: &Object) -> bool {
    let former = resource_type
        .spec
        .attributes
        .iter()
        .filter_map(|attribute| attribute.renamed_from.as_ref());
    former
        .into_iter()
        .any(|former| object.spec.contains_key(former.name))
}

/// Keeps state and private data.
fn keep(request: &ReadRequest<'_>, refreshed: &mut Refreshed) {
    refreshed.state = request.state.clone();
    refreshed.private = request.private.to_vec();
}

/// The private data after a read.
fn seen_again(resource_type: &ResourceType, remembered: &Private, object: &Object) -> Private {
    let lifecycle = resource_type.lifecycle;
    let pending = remembered.pending_of(object);
    let pending = pending.and_then(|pending| lifecycle.pending_after_read(pending, object));
    // The write of an entry's owner alone is processed only minutes later.
    let pending = pending.or_else(|| {
        let has_written_entries = remembered.entries != object.entries.keys();
        (has_written_entries && !remembered.uid.is_empty())
            .then(|| lifecycle.pending_after_lost_write(object, object))
            .flatten()
    });
    remembered.seen(object, pending)
}
