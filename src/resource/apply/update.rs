use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value as Json};
use tokio::time::Instant;

use super::create::label_map;
use super::operation::{Applied, ApplyRequest, Operation, operation_deadline, wait_and_record};
use crate::api::{Error, ErrorKind, JsonSchema, MANAGED_BY, Object};
use crate::resource::diagnostics::error::{api_error, foreign_object_error, unnamed_fields_error};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::spec::encode::encode_for;
use crate::resource::spec::names::Target;
use crate::resource::spec::strip_defaults::strip_defaults;
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, written_attributes};
use crate::resource::wait::pending::PendingWrite;
use crate::resource::wait::poll::Poll;
use crate::resource::wait::waiter::Written;
use crate::schema::{Diagnostics, same, with_write_only};
use crate::value::{Path, Value};

/// How far a read may lag behind a write of an earlier run before its answer is taken as it is.
const LAG: Duration = Duration::from_secs(5);

/// Changes the object: reads it afresh, lays the plan over what is stored, and writes only if something
/// changes. What others set and the schema does not model stays; a field of the plan that someone moved
/// since is an error, never overwritten.
pub(crate) async fn update(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    let mut applied = Applied {
        state: request.prior.clone(),
        private: request.private.to_vec(),
        ..Applied::default()
    };
    // What Terraform alone keeps is none of the platform's business.
    if request.planned.is_wholly_known() && !changes_platform(resource_type, request) {
        applied.state = request.planned.clone();
        return applied;
    }
    let text = |name: &str| request.prior.attribute(name).as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let deadline = operation_deadline(resource_type, request.planned, Operation::Update);
    let session = &session.within(deadline);
    let live = session.live(resource_type).await;
    let remembered = Private::read(request.private);
    let mut poll = Poll::until(deadline);
    let mut tried = Tried::default();
    loop {
        let failed = match newest(resource_type, session, namespace, name, &remembered).await {
            Ok(None) => {
                applied.diagnostics.error("Is Gone", format!(
                        "Someone deleted the {} `{}` after this plan was made. Plan and apply again to make it anew.",
                        resource_type.title, id(namespace, name)
                    ));
                return applied;
            }
            Ok(Some(current)) => {
                if remembered.is_another(&current) {
                    let id = id(namespace, name);
                    foreign_object_error(
                        &mut applied.diagnostics,
                        resource_type,
                        &id,
                        &current.uid,
                    );
                    return applied;
                }
                session.owned.add(&current.uid);
                if current.is_terminating {
                    applied.diagnostics.error("Is Being Deleted", format!(
                            "The {} `{}` is being deleted by someone else. Wait until it is gone and apply again to make it anew.",
                            resource_type.title, id(namespace, name)
                        ));
                    return applied;
                }
                if !is_unchanged_since_plan(
                    resource_type,
                    request,
                    &current,
                    live.as_deref(),
                    &mut applied.diagnostics,
                ) {
                    return applied;
                }
                let target = Target {
                    live: live.as_deref(),
                    renamed: remembered.renamed.as_ref(),
                };
                match write_update(resource_type, session, request, current, target, &mut tried)
                    .await
                {
                    Ok(written) => {
                        wait_and_record(
                            resource_type,
                            session,
                            request.planned,
                            written,
                            deadline,
                            &mut applied,
                        )
                        .await;
                        return applied;
                    }
                    Err(NotWritten::Unnamed(unnamed)) => {
                        let (id, messages) = (id(namespace, name), &mut applied.diagnostics);
                        unnamed_fields_error(messages, resource_type, "update", &id, &unnamed);
                        return applied;
                    }
                    Err(NotWritten::Failed(error)) => error,
                }
            }
            // It was tried as often as it may be. Why it was read again is worth more than that there was no
            // time for it.
            Err(unread) => {
                let is_late = matches!(unread, Error::NoAnswer { .. });
                let error = tried.failed.filter(|_| is_late).unwrap_or(unread);
                let id = id(namespace, name);
                api_error(
                    &mut applied.diagnostics,
                    resource_type,
                    "update",
                    &id,
                    &error,
                );
                return applied;
            }
        };
        // After any of these, a fresh read shows whether the write happened and is still needed.
        let again = matches!(
            failed.fault(),
            ErrorKind::Conflict | ErrorKind::Busy | ErrorKind::Uncertain
        );
        if !again || poll.next(session).await.is_err() {
            api_error(
                &mut applied.diagnostics,
                resource_type,
                "update",
                &id(namespace, name),
                &failed,
            );
            return applied;
        }
        tried.failed = Some(failed);
    }
}

/// Whether an update changes an attribute that is written to the platform.
fn changes_platform(resource_type: &ResourceType, request: &ApplyRequest<'_>) -> bool {
    let [prior, planned] = [request.prior, request.planned];
    written_attributes(resource_type).any(|name| prior.attribute(name) != planned.attribute(name))
}

/// The object, not older than what is remembered of it, and asked for by itself.
pub(crate) async fn newest(
    resource_type: &ResourceType,
    session: &Session,
    namespace: &str,
    name: &str,
    remembered: &Private,
) -> Result<Option<Object>, Error> {
    let read = session
        .client
        .get_opt(&resource_type.api_resource, namespace, name)
        .await;
    not_older(resource_type, session, read, namespace, name, remembered).await
}

/// What was read or, as long as that is older than what is remembered, what a later read shows. After
/// some seconds it is taken as it is: the platform was restored to an earlier state.
pub(crate) async fn not_older(
    resource_type: &ResourceType,
    session: &Session,
    mut read: Result<Option<Object>, Error>,
    namespace: &str,
    name: &str,
    remembered: &Private,
) -> Result<Option<Object>, Error> {
    let mut poll = Poll::until(Instant::now() + LAG);
    loop {
        let is_stale = match &read {
            Ok(Some(object)) => remembered.is_newer_than(object),
            // Measured: two of a hundred reads right after a create find nothing.
            Ok(None) => !remembered.uid.is_empty() && poll.is_early(),
            Err(_) => false,
        };
        if !is_stale || poll.next(session).await.is_err() {
            return read;
        }
        read = session
            .client
            .get_opt(&resource_type.api_resource, namespace, name)
            .await;
    }
}

/// Whether what the plan was made from still holds.
fn is_unchanged_since_plan(
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    current: &Object,
    live: Option<&JsonSchema>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let seen = decode(
        &resource_type.spec,
        &current.spec,
        request.prior,
        live,
        Mode::Drift,
        &mut Diagnostics::new(),
    );
    let moved: Vec<_> = resource_type
        .spec
        .attributes
        .iter()
        .filter(|attribute| {
            let of = |values: &Value| values.attribute(&attribute.name).clone();
            let (seen, prior) = (of(&seen.value), of(request.prior));
            !same(&attribute.shape, &seen, &prior)
                && !same(&attribute.shape, &seen, &of(request.planned))
        })
        .collect();
    for attribute in &moved {
        diagnostics.error_at(
                &Path::of(&attribute.name),
                "Changed Since the Plan",
                format!(
                    "Someone changed `{}` of the {} `{}` after this plan was made. Nothing was written. Plan again \
                     to see the change, then apply.",
                    attribute.name,
                    resource_type.title,
                    id(&current.namespace, &current.name)
                ),
            );
    }
    moved.is_empty()
}

/// What is to be stored: the planned values, laid over what is stored. Only what a plan cannot hold, the
/// write-only values, comes from the configuration: Terraform may have planned other values than are
/// configured.
///
/// # Errors
/// The attributes whose name on this platform nothing tells.
pub(crate) fn wanted_spec(
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    stored: Map<String, Json>,
    target: Target<'_>,
) -> Result<Map<String, Json>, Vec<String>> {
    let values = with_write_only(&resource_type.spec, request.planned, request.config);
    encode_for(target, &resource_type.spec, &values, request.prior, stored)
}

async fn write_update(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
    current: Object,
    target: Target<'_>,
    tried: &mut Tried,
) -> Result<Written, NotWritten> {
    let live = target.live;
    let stored = stored_spec(resource_type, &current, live);
    let spec = wanted_spec(resource_type, request, stored.clone(), target)?;
    let labels = |name: &str, stored: &BTreeMap<String, String>| {
        let before = label_map(request.prior.attribute(name));
        let kept = stored.iter().filter(|(key, _)| !before.contains_key(*key));
        let kept = kept.map(|(key, value)| (key.clone(), value.clone()));
        kept.chain(label_map(request.planned.attribute(name)))
            .collect::<BTreeMap<_, _>>()
    };
    let mut wanted = Object {
        labels: labels("labels", &current.labels),
        annotations: labels("annotations", &current.annotations),
        spec,
        ..current.clone()
    };
    wanted
        .labels
        .insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
    // A default said aloud is written once, where the configuration begins to say it. It has no effect
    // that there would be anything to wait for.
    let said = encode_for(
        target,
        &resource_type.spec,
        request.prior,
        request.prior,
        stored.clone(),
    )?;
    let has_effect = in_effect(resource_type, &wanted.spec, live) != stored;
    // What had an effect and has none any more was written, defaults and all, and its answer was lost.
    // The same once more would take the platform's finalizer off for minutes.
    let is_written = tried.had_effect && !has_effect;
    let changes_spec = has_effect || (wanted.spec != said && !is_written);
    let changes_labels =
        wanted.labels != current.labels || wanted.annotations != current.annotations;
    if !changes_spec && !changes_labels {
        let mut private = Private::read(request.private).seen(&current);
        if let Some(sent) = tried.sent.take() {
            private.pending = Some(sent.seen_at(&current));
        }
        return Ok(Written {
            pending: private.pending.clone().filter(|_| tried.had_effect),
            private,
            object: current,
        });
    }
    // Should the answer be lost, what was there before tells what the platform has to move away from.
    tried.sent.get_or_insert_with(|| PendingWrite::of(&current));
    tried.had_effect |= has_effect;
    let object = session
        .client
        .replace(&resource_type.api_resource, &wanted)
        .await?;
    let private = Private::read(request.private).written(&current, &object);
    Ok(Written {
        // Labels alone move no release: there is no new `Ready` to wait for.
        pending: private.pending.clone().filter(|_| tried.had_effect),
        private,
        object,
    })
}

/// What is stored of an object, without defaults.
pub(crate) fn stored_spec(
    resource_type: &ResourceType,
    object: &Object,
    live: Option<&JsonSchema>,
) -> Map<String, Json> {
    match live {
        Some(live) => live.without_defaults(&object.spec),
        None => strip_defaults(&resource_type.spec, object.spec.clone()),
    }
}

/// A spec as the platform takes it, without its defaults.
pub(crate) fn in_effect(
    resource_type: &ResourceType,
    spec: &Map<String, Json>,
    live: Option<&JsonSchema>,
) -> Map<String, Json> {
    let Some(live) = live else {
        return strip_defaults(&resource_type.spec, spec.clone());
    };
    match live.filled(&Json::Object(spec.clone())) {
        Json::Object(shown) => live.without_defaults(&shown),
        _ => spec.clone(),
    }
}

/// Why nothing was written, as far as is known.
enum NotWritten {
    /// Nothing tells the names of these attributes on this platform.
    Unnamed(Vec<String>),
    /// The API could not be asked, or refused.
    Failed(Error),
}

impl From<Error> for NotWritten {
    fn from(error: Error) -> NotWritten {
        NotWritten::Failed(error)
    }
}

impl From<Vec<String>> for NotWritten {
    fn from(unnamed: Vec<String>) -> NotWritten {
        NotWritten::Unnamed(unnamed)
    }
}

/// What was tried before: a write whose answer was lost may have happened, and is then waited for as one
/// that was answered.
#[derive(Default)]
struct Tried {
    /// The first write that was sent, by what was there before it. The platform may not have taken it up yet.
    sent: Option<PendingWrite>,
    /// What was sent changes more than labels and defaults said aloud.
    had_effect: bool,
    /// Why the last write did not succeed, as far as is known.
    failed: Option<Error>,
}
