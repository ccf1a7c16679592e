use std::time::Duration;

use tokio::time::Instant;

use super::record::wait_and_record;
use super::request::{Applied, ApplyRequest, Operation, operation_deadline};
use super::update::{NotWritten, Tried, write_update};
use crate::api::{Error, ErrorKind, Object};
use crate::resource::declaration::kind::Adopted;
use crate::resource::diagnostics::error::{api_error, unnamed_fields_error};
use crate::resource::lifecycle::ObjectRef;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::spec::names::Target;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::resource::wait::poll::Poll;
use crate::value::Value;

/// How long the platform may take to create the object after its tenant.
const APPEARS_WITHIN: Duration = Duration::from_secs(120);

/// Adopts the object that the platform created, and writes the configuration. Settings made outside of Terraform are
/// kept, and are drift in the next plan.
pub(crate) async fn adopt(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
    adopted: Adopted,
) -> Applied {
    let mut applied = Applied::default();
    let deadline = operation_deadline(resource_type.timeouts, request.planned, Operation::Create);
    let session = &session.within(deadline);
    let text = |name: &str| request.planned.attribute(name).as_str().unwrap_or_default();
    let (namespace, name) = (text("namespace"), text("name"));
    let object = resource_type.object(namespace, name);
    let id = &id(namespace, name);
    let live = session.live(&resource_type.api_resource).await;
    let planned_with = Private::read(request.private);
    let target = Target {
        live: live.as_deref(),
        renamed: planned_with.renamed.as_ref(),
    };
    let nothing = Value::Null;
    let request = &ApplyRequest {
        prior: &nothing,
        private: &[],
        ..*request
    };
    let (mut poll, mut tried) = (Poll::until(deadline), Tried::default());
    loop {
        let current = match find(resource_type, session, object, deadline).await {
            Ok(Some(current)) => current,
            Ok(None) => {
                missing(resource_type, adopted, namespace, &mut applied);
                return applied;
            }
            Err(error) => {
                api_error(&mut applied.diagnostics, resource_type, "read", id, &error);
                return applied;
            }
        };
        let failed = match write_update(
            resource_type,
            session,
            request,
            current,
            target,
            &mut tried,
        )
        .await
        {
            Ok(written) => {
                let planned = request.planned;
                wait_and_record(
                    resource_type,
                    session,
                    planned,
                    written,
                    deadline,
                    &mut applied,
                )
                .await;
                return applied;
            }
            Err(NotWritten::Unnamed(unnamed)) => {
                let messages = &mut applied.diagnostics;
                unnamed_fields_error(messages, resource_type, "update", id, &unnamed);
                return applied;
            }
            Err(NotWritten::Failed(error)) => error,
        };
        let again = matches!(
            failed.kind(),
            ErrorKind::Conflict | ErrorKind::Busy | ErrorKind::Uncertain
        );
        if !again || poll.next(session).await.is_err() {
            api_error(
                &mut applied.diagnostics,
                resource_type,
                "update",
                id,
                &failed,
            );
            return applied;
        }
        tried.failed = Some(failed);
    }
}

/// Waits until the platform has created the object.
async fn find(
    resource_type: &ResourceType,
    session: &Session,
    target: ObjectRef<'_>,
    deadline: Instant,
) -> Result<Option<Object>, Error> {
    let mut poll = Poll::until(deadline.min(Instant::now() + APPEARS_WITHIN));
    let mut was_absent = false;
    loop {
        let found = match resource_type.lifecycle.get(session, target).await {
            Ok(found) => found.filter(|object| !object.is_terminating),
            // The timeout expired.
            Err(Error::NoAnswer { .. }) if was_absent => None,
            Err(error) => return Err(error),
        };
        if found.is_some() || poll.next(session).await.is_err() {
            return Ok(found);
        }
        was_absent = true;
    }
}

fn missing(resource_type: &ResourceType, adopted: Adopted, namespace: &str, applied: &mut Applied) {
    let title = &resource_type.title;
    let how = match adopted.switch {
        Some(switch) => format!(
            "The platform creates it for a tenant with `{switch} = true`. Set that on the `hikube_tenant` of \
             `{namespace}`, and let this resource refer to the tenant: `namespace = \
             hikube_tenant.NAME.status_namespace`."
        ),
        None => format!("Check that `{namespace}` is the namespace of a tenant."),
    };
    applied
        .diagnostics
        .error(format!("No {title} in {namespace}"), how);
}
