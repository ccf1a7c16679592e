use std::collections::BTreeMap;

use super::labels::{entry_annotations, label_map};
use super::record::wait_and_record;
use super::request::{Applied, ApplyRequest, Operation, operation_deadline};
use super::wanted::wanted_spec;
use crate::api::{Error, ErrorKind, JsonSchema, KEPT, MANAGED_BY, OPERATION, Object};
use crate::folder::random_name;
use crate::resource::diagnostics::error::{
    api_error, capitalised, foreign_object_error, unnamed_fields_error,
};
use crate::resource::lifecycle::Written;
use crate::resource::observe::freshness::newest;
use crate::resource::plan::entries::{check_entries, take_over_entries};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::decode::{Mode, decode, leave_to_platform};
use crate::resource::spec::encode::encode_for;
use crate::resource::spec::names::Target;
use crate::resource::spec::stored::{in_effect, stored_object};
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, written_attributes};
use crate::resource::wait::outcome::WaitFor;
use crate::resource::wait::poll::{POLL, Poll};
use crate::schema::{Diagnostics, same};
use crate::value::{Path, Value};

/// How often an update is written again after another client has overwritten it.
const REPEATS: u32 = 5;

/// Updates the object: reads it again, merges the plan into the stored spec, and writes it if it changes. Fields that
/// the schema does not have are kept. A planned field that was changed meanwhile is an error and is not overwritten.
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
    // Attributes that are only in the state do not require a request.
    if request.planned.is_wholly_known() && !changes_platform(resource_type, request) {
        applied.state = request.planned.clone();
        return applied;
    }
    let [namespace, name] = resource_type.place(request.prior);
    let (namespace, name) = (namespace.as_str(), name.as_str());
    let target = resource_type.object(namespace, name);
    let deadline = operation_deadline(resource_type.timeouts, request.planned, Operation::Update);
    let session = &session.within(deadline);
    let live = resource_type.live(session).await;
    let remembered = Private::read(request.private);
    // The stream is up before the write, so that it shows every status that follows.
    if WaitFor::told(request.planned) != Some(WaitFor::Nothing) {
        let mut stream = session.client.watch(target.resource, namespace);
        session.wait_for(stream.started(), POLL).await;
    }
    let mut poll = Poll::until(deadline);
    let mut tried = Tried::default();
    let mut repeats = 0;
    loop {
        let failed = match newest(resource_type.lifecycle, session, target, &remembered).await {
            Ok(None)
                if request.planned.is_wholly_known() && {
                    let kept =
                        resource_type
                            .lifecycle
                            .outlives_object(session, target, request.prior);
                    kept.await.unwrap_or_default()
                } =>
            {
                applied.state = request.planned.clone();
                return applied;
            }
            Ok(None) => {
                applied.diagnostics.error(
                    format!("{} {} no longer exists", capitalised(&resource_type.title), id(namespace, name)),
                    "It was deleted after this plan was made. Run `terraform apply` again to create it.",
                );
                return applied;
            }
            Ok(Some(current)) => {
                if resource_type.lifecycle.is_another(&remembered, &current) {
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
                    applied.diagnostics.error(
                        format!("{} {} is being deleted", capitalised(&resource_type.title), id(namespace, name)),
                        "It was deleted outside of this configuration. Wait until it is gone, then run `terraform apply` \
                         again to create it.",
                    );
                    return applied;
                }
                let diagnostics = &mut applied.diagnostics;
                let owned = current.entries.keys();
                check_entries(resource_type, request.planned, &owned, diagnostics);
                if applied.diagnostics.has_errors() {
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
                        let is_sent = tried.sent.is_some();
                        wait_and_record(
                            resource_type,
                            session,
                            request.planned,
                            written,
                            deadline,
                            &mut applied,
                        )
                        .await;
                        let has_met = !Private::read(&applied.private).waiting;
                        if is_sent
                            && has_met
                            && repeats < REPEATS
                            && is_undone(resource_type, session, request, target).await
                        {
                            applied.diagnostics = Diagnostics::default();
                            tried = Tried::default();
                            repeats += 1;
                            continue;
                        }
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
            // All attempts were used. The error before the last read is more useful than a timeout.
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
        // After any of these errors, a new read shows whether the write was processed and is still required.
        let again = matches!(
            failed.kind(),
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

/// Whether a client that had read an earlier version of the object has overwritten the update. Release 1.6 permits that
/// (measured), and objects with entries have several clients.
async fn is_undone(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
    target: Target<'_>,
) -> bool {
    if resource_type.entries.is_empty() {
        return false;
    }
    let [namespace, name] = resource_type.place(request.prior);
    let object = resource_type.object(&namespace, &name);
    let Ok(Some(current)) = resource_type.lifecycle.get(session, object).await else {
        return false;
    };
    let live = target.live;
    let stored = stored_object(&resource_type.spec, current, live).spec;
    wanted_spec(resource_type, request, stored.clone(), target)
        .is_ok_and(|wanted| in_effect(&resource_type.spec, &wanted, live) != stored)
}

/// Whether an update changes an attribute that is written to the platform.
fn changes_platform(resource_type: &ResourceType, request: &ApplyRequest<'_>) -> bool {
    let [prior, planned] = [request.prior, request.planned];
    written_attributes(resource_type).any(|name| prior.attribute(name) != planned.attribute(name))
}

/// Whether the object still matches the state from which the plan was made.
fn is_unchanged_since_plan(
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    current: &Object,
    live: Option<&JsonSchema>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut seen = decode(
        &resource_type.spec,
        &current.spec,
        request.prior,
        live,
        Mode::Drift,
        &mut Diagnostics::new(),
    );
    leave_to_platform(&resource_type.spec, request.prior, &mut seen.value);
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
                format!(
                "{} {} changed after this plan was made",
                capitalised(&resource_type.title),
                id(&current.namespace, &current.name)
            ),
            format!(
                "`{}` was changed outside of this configuration. Nothing was written. Run `terraform plan` to see the \
                 change, then apply.",
                attribute.name
            ),
            );
    }
    moved.is_empty()
}

pub(super) async fn write_update(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
    current: Object,
    target: Target<'_>,
    tried: &mut Tried,
) -> Result<Written, NotWritten> {
    let live = target.live;
    let lifecycle = resource_type.lifecycle;
    let owners = current.entries.keys();
    let mut current = stored_object(&resource_type.spec, current, live);
    take_over_entries(resource_type, request.planned, &mut current);
    let stored = current.spec.clone();
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
    if resource_type.entry.is_some() {
        let owner = current.annotations.get(OPERATION).cloned();
        let owner = owner.unwrap_or_else(random_name);
        wanted.annotations.insert(OPERATION.to_owned(), owner);
        wanted.annotations.remove(KEPT);
        wanted
            .annotations
            .extend(entry_annotations(resource_type, request.planned));
    } else {
        let (key, value) = MANAGED_BY;
        wanted.labels.insert(key.to_owned(), value.to_owned());
    }
    // An explicit default is written once, when it is added to the configuration. It has no effect to wait for.
    let said = encode_for(
        target,
        &resource_type.spec,
        request.prior,
        request.prior,
        stored.clone(),
    )?;
    let has_effect = in_effect(&resource_type.spec, &wanted.spec, live) != stored;
    // The change was written including defaults, but the response was lost. Writing it again would remove the
    // platform's finalizer for minutes.
    let is_written = tried.had_effect && !has_effect;
    let changes_spec = has_effect || (wanted.spec != said && !is_written);
    let changes_labels = wanted.labels != current.labels
        || wanted.annotations != current.annotations
        || owners != current.entries.keys();
    if !changes_spec && !changes_labels {
        let remembered = Private::read(request.private);
        let pending = remembered.pending_of(&current);
        let pending = pending.and_then(|pending| lifecycle.pending_after_read(pending, &current));
        let mut private = remembered.seen(&current, pending);
        if let Some(before) = tried.sent.take() {
            private.pending = lifecycle.pending_after_lost_write(&before, &current);
        }
        return Ok(Written {
            pending: private.pending.clone().filter(|_| tried.had_effect),
            private,
            object: current,
        });
    }
    // If the response is lost, the prior object shows which state the platform has to leave.
    tried.sent.get_or_insert_with(|| current.clone());
    tried.had_effect |= has_effect;
    let place = resource_type.object(&wanted.namespace, &wanted.name);
    let object = lifecycle.replace(session, place, &wanted).await?;
    let is_untouched = Private::read(request.private).is_untouched(&current);
    let pending = lifecycle.pending_after_write(is_untouched, &current, &object);
    let private = Private::written(&object, pending);
    Ok(Written {
        // Labels do not change the release, so `Ready` does not change.
        pending: private.pending.clone().filter(|_| tried.had_effect),
        private,
        object,
    })
}

/// Why nothing was written, if it is known.
pub(super) enum NotWritten {
    /// The names of these attributes on this platform are not known.
    Unnamed(Vec<String>),
    /// A request failed.
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

/// Earlier attempts: a write whose response was lost may have been processed, and is waited for as well.
#[derive(Default)]
pub(super) struct Tried {
    /// The object before the first write. The platform may not have processed it yet.
    sent: Option<Object>,
    /// The write changes more than labels and explicit defaults.
    had_effect: bool,
    /// Why the last write failed, if it is known.
    pub(super) failed: Option<Error>,
}
