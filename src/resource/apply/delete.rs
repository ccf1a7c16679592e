use tokio::time::Instant;

use super::in_use::{Users, in_use_error, wait_until_unused};
use super::request::{Applied, ApplyRequest, Operation, operation_deadline};
use crate::api::{Error, ErrorKind};
use crate::resource::diagnostics::error::{api_error, foreign_object_error};
use crate::resource::lifecycle::{Deletable, Deleted, ObjectRef};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::Value;

/// The outcome of a destroy.
enum Destroyed {
    /// The object is gone, but these workloads still exist.
    Gone(Vec<String>),
    /// It is being deleted, and the timeout expired.
    NotYet,
    /// No DELETE was sent, because the platform did not process the last write.
    NotTakenUp,
    /// No DELETE was sent, because these still use the object.
    InUse(Users),
    /// An object with the same name and another uid exists.
    Another(String),
}

/// Destroys the object and waits until it is gone. If that fails, it stays in the state.
pub(crate) async fn destroy(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    let [namespace, name] = resource_type.place(request.prior);
    let target = resource_type.object(&namespace, &name);
    let deadline = operation_deadline(resource_type.timeouts, request.prior, Operation::Delete);
    let session = &session.within(deadline);
    let mut applied = Applied::default();
    let id = id(target.namespace, target.name);
    let messages = &mut applied.diagnostics;
    let remembered = Private::read(request.private);
    match try_destroy(resource_type, session, target, &remembered, deadline).await {
        Err(error)
            if error.kind() == ErrorKind::Forbidden
                && session.client.is_tenant_deleted(target.namespace).await =>
        {
            return applied;
        }
        Ok(Destroyed::Gone(left)) => {
            warn_of_remains(resource_type, &id, &left, messages);
            return applied;
        }
        Ok(Destroyed::InUse(users)) => in_use_error(resource_type, &id, &users, messages),
        Ok(Destroyed::NotYet) => messages.error(
            format!("Deletion timed out: {id}"),
            format!(
                "The {} is still being deleted. Run `terraform destroy` again; it does not wait for it a second \
                 time. To wait longer, raise `timeouts.delete`.",
                resource_type.title
            ),
        ),
        Ok(Destroyed::NotTakenUp) if *session.stop.borrow() => messages.error(
            format!("Could not delete {} {id}", resource_type.title),
            "Terraform was interrupted before the deletion was sent.",
        ),
        Ok(Destroyed::NotTakenUp) => messages.error(
            format!("Could not delete {} {id}", resource_type.title),
            "The platform is still working on the last change. Deleting the object now would leave workloads running \
             or stopped, so no deletion was sent. Run `terraform destroy` again later. To wait longer, raise \
             `timeouts.delete`. If `ready` does not change for a long time, contact the support of the platform.",
        ),
        Ok(Destroyed::Another(uid)) => foreign_object_error(messages, resource_type, &id, &uid),
        Err(error) => api_error(messages, resource_type, "delete", &id, &error),
    }
    applied.state = request.prior.clone();
    // The deletion was approved. The deposed object of `create_before_destroy` has no configuration in which the
    // protection could be disabled.
    if applied.state.attribute("deletion_protection").as_bool() == Some(true) {
        applied
            .state
            .set_attribute("deletion_protection", Value::Bool(false));
    }
    applied.private = request.private.to_vec();
    applied
}

async fn try_destroy(
    resource_type: &ResourceType,
    session: &Session,
    target: ObjectRef<'_>,
    remembered: &Private,
    deadline: Instant,
) -> Result<Destroyed, Error> {
    let lifecycle = resource_type.lifecycle;
    let found = lifecycle.find_deletable(session, target, remembered, deadline);
    let uid = match found.await? {
        Deletable::Present {
            uid,
            is_terminating,
        } => {
            if !is_terminating {
                match wait_until_unused(resource_type, session, target, deadline).await {
                    Ok(()) => {}
                    Err(_) if *session.stop.borrow() => return Ok(Destroyed::NotTakenUp),
                    Err(users) => return Ok(Destroyed::InUse(users)),
                }
            }
            Some(uid)
        }
        Deletable::Absent => None,
        Deletable::Another(uid) => return Ok(Destroyed::Another(uid)),
        Deletable::NotTakenUp => return Ok(Destroyed::NotTakenUp),
    };
    Ok(
        match lifecycle.delete(session, target, uid, deadline).await? {
            Deleted::Gone(left) => Destroyed::Gone(left),
            Deleted::NotYet => Destroyed::NotYet,
            Deleted::NotTakenUp => Destroyed::NotTakenUp,
        },
    )
}

fn warn_of_remains(
    resource_type: &ResourceType,
    id: &str,
    left: &[String],
    diagnostics: &mut Diagnostics,
) {
    if left.is_empty() {
        return;
    }
    diagnostics.warn(
        format!("Workloads of {} {id} are still running", resource_type.title),
        format!(
            "The object is deleted, but these workloads still exist: {}. They may go away by themselves. If they are \
             still there after a few minutes, contact the support of the platform: a tenant cannot remove them.",
            left.join(", ")
        ),
    );
}
