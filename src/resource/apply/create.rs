use std::collections::BTreeMap;

use serde_json::Map;
use tokio::time::Instant;

use super::labels::{entry_annotations, label_map};
use super::record::wait_and_record;
use super::request::{Applied, ApplyRequest, Operation, operation_deadline};
use super::wanted::wanted_spec;
use crate::api::{Error, ErrorKind, JsonSchema, MANAGED_BY, OPERATION, Object};
use crate::folder::random_name;
use crate::resource::diagnostics::error::{
    NameOwner, already_exists_error, api_error, entry_exists_error, unnamed_fields_error,
};
use crate::resource::lifecycle::Written;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::names::Target;
use crate::resource::spec::stored::{in_effect, stored_spec};
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::resource::wait::poll::Poll;

/// Creates the object. After a lost response, the object is identified instead of created again. An object of the same
/// name that is being deleted is waited for. The object of an interrupted apply is adopted.
pub(crate) async fn create(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    let mut applied = Applied::default();
    let deadline = operation_deadline(resource_type.timeouts, request.planned, Operation::Create);
    let session = &session.within(deadline);
    let live = resource_type.live(session).await;
    let planned_with = Private::read(request.private);
    let target = Target {
        live: live.as_deref(),
        renamed: planned_with.renamed.as_ref(),
    };
    let [namespace, name] = resource_type.place(request.planned);
    let mut annotations = label_map(request.planned.attribute("annotations"));
    annotations.insert(OPERATION.to_owned(), random_name());
    annotations.extend(entry_annotations(resource_type, request.planned));
    let mut labels = label_map(request.planned.attribute("labels"));
    labels.insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
    let spec = match wanted_spec(resource_type, request, Map::new(), target) {
        Ok(spec) => spec,
        Err(unnamed) => {
            let id = id(&namespace, &name);
            unnamed_fields_error(
                &mut applied.diagnostics,
                resource_type,
                "create",
                &id,
                &unnamed,
            );
            return applied;
        }
    };
    let wanted = Object {
        name,
        namespace,
        labels,
        annotations,
        spec,
        ..Object::default()
    };
    let operation = &wanted.annotations[OPERATION];
    session.journal.begin(operation);
    match create_or_adopt(resource_type, session, &wanted, live.as_deref(), deadline).await {
        Ok(object) => {
            if resource_type.entry.is_none() {
                session.owned.add(&object.uid);
            }
            let maker = object.annotations.get(OPERATION).cloned();
            // An object that an earlier apply created may have been changed since.
            let is_new = maker.as_ref() == Some(operation);
            let pending = is_new.then(|| resource_type.lifecycle.pending_after_create(&object));
            let pending = pending.flatten();
            let private = match &pending {
                Some(_) => Private::written(&object, pending.clone()),
                None if is_new => Private::created(&object),
                None => Private::of(&object),
            };
            let written = Written {
                private,
                object,
                pending,
            };
            wait_and_record(
                resource_type,
                session,
                request.planned,
                written,
                deadline,
                &mut applied,
            )
            .await;
            session.journal.answer(operation);
            session.journal.answer(&maker.unwrap_or_default());
        }
        Err(Refused { error, namesake }) => {
            let id = id(&wanted.namespace, &wanted.name);
            let fault = error.kind();
            // If the object may exist nevertheless, it is in no state and stays in the journal.
            if !matches!(
                fault,
                ErrorKind::Busy | ErrorKind::Uncertain | ErrorKind::Other
            ) {
                session.journal.answer(operation);
            }
            match fault {
                ErrorKind::AlreadyExists => {
                    let owner = match namesake {
                        Some(namesake)
                            if resource_type.entry.is_none()
                                && session.owned.has(&namesake.uid) =>
                        {
                            NameOwner::ThisConfiguration
                        }
                        Some(namesake) if namesake.annotations.contains_key(OPERATION) => {
                            NameOwner::ThisProvider
                        }
                        _ => NameOwner::SomeoneElse,
                    };
                    match &resource_type.entry {
                        None => already_exists_error(
                            &mut applied.diagnostics,
                            resource_type,
                            &id,
                            owner,
                        ),
                        Some(entry) => entry_exists_error(
                            &mut applied.diagnostics,
                            resource_type,
                            entry,
                            &id,
                            owner == NameOwner::ThisProvider,
                        ),
                    }
                }
                _ => api_error(
                    &mut applied.diagnostics,
                    resource_type,
                    "create",
                    &id,
                    &error,
                ),
            }
        }
    }
    applied
}

/// The object, created now, or by an earlier apply that was killed before Terraform recorded it.
async fn create_or_adopt(
    resource_type: &ResourceType,
    session: &Session,
    wanted: &Object,
    live: Option<&JsonSchema>,
    deadline: Instant,
) -> Result<Object, Refused> {
    let mut poll = Poll::until(deadline);
    let target = resource_type.object(&wanted.namespace, &wanted.name);
    loop {
        let error = match resource_type
            .lifecycle
            .create(session, target, wanted)
            .await
        {
            Ok(object) => return Ok(object),
            Err(error) => error,
        };
        let namesake = match error.kind() {
            ErrorKind::AlreadyExists => {
                let found = resource_type.lifecycle.get(session, target);
                found.await?
            }
            _ => None,
        };
        // Release 1.6 sometimes returns the same error for an existing and a terminating object; a read distinguishes
        // them.
        let is_terminating = namesake
            .as_ref()
            .is_some_and(|object| object.is_terminating);
        // The existing object was removed before it was read, or the read returned an old version.
        let has_vanished = error.kind() == ErrorKind::AlreadyExists && namesake.is_none();
        let waits = error.kind() == ErrorKind::Terminating || is_terminating || has_vanished;
        if !waits {
            return match namesake {
                Some(object) if takes_over(resource_type, session, &object, wanted, live) => {
                    let (kind, name) = (&*resource_type.type_name, &object.name);
                    tracing::info!(kind, name, "an apply that was cut off made it: taken over");
                    Ok(object)
                }
                namesake => Err(Refused { error, namesake }),
            };
        }
        if poll.next(session).await.is_err() {
            return Err(error.into());
        }
        tracing::debug!(
            name = wanted.name,
            "waiting for the deletion of an object with the same name"
        );
    }
}

/// Whether the existing object was created by an earlier apply in this directory, is in no state, and matches the plan.
fn takes_over(
    resource_type: &ResourceType,
    session: &Session,
    namesake: &Object,
    wanted: &Object,
    live: Option<&JsonSchema>,
) -> bool {
    let Some(operation) = namesake.annotations.get(OPERATION) else {
        return false;
    };
    let has = |all: &BTreeMap<String, String>, (key, value): (&String, &String)| {
        key == OPERATION || all.get(key) == Some(value)
    };
    stored_spec(&resource_type.spec, namesake, live)
        == in_effect(&resource_type.spec, &wanted.spec, live)
        && wanted.labels.iter().all(|one| has(&namesake.labels, one))
        && wanted
            .annotations
            .iter()
            .all(|one| has(&namesake.annotations, one))
        && session.journal.take(operation)
}

/// A create that failed, or whose outcome is unknown.
struct Refused {
    error: Error,
    /// The owner of an existing object with the name.
    namesake: Option<Object>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        Refused {
            error,
            namesake: None,
        }
    }
}
