//! Objects that others use by name. The platform does not prevent their deletion.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::Object;
use crate::resource::lifecycle::ObjectRef;
use crate::resource::plan::users::deletion_order_hint;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::wait::poll::Poll;
use crate::schema::Diagnostics;

/// The time to wait until a user is being deleted, because the same apply may delete it as well.
const GRACE: Duration = Duration::from_secs(8);

/// The maximum age of a list of users, so that concurrent deletions share one.
const FRESH: Duration = Duration::from_secs(1);

/// The timeout of a list of users. Without one, nothing is checked.
const PATIENCE: Duration = Duration::from_secs(15);

/// The users of an object to delete, by name.
pub(crate) struct Users {
    names: Vec<String>,
    /// They are being deleted, and the timeout expired before they were gone.
    are_terminating: bool,
}

/// Waits until the object has no users except those that are being deleted. `Err` if a user remains, or when the
/// timeout expires. If the users cannot be listed, the object is treated as unused.
pub(crate) async fn wait_until_unused(
    resource_type: &ResourceType,
    session: &Session,
    target: ObjectRef<'_>,
    deadline: Instant,
) -> Result<(), Users> {
    let Some(used_by) = &resource_type.used_by else {
        return Ok(());
    };
    let users_resource = (used_by.api_resource)();
    let refused_from = Instant::now() + GRACE;
    let mut poll = Poll::until(deadline);
    loop {
        let looking = session.for_at_most(PATIENCE);
        let uses = |user: &Object| (used_by.uses)(user, target.name);
        let users = looking
            .client
            .list(&users_resource, target.namespace, FRESH, uses);
        let Some(users) = users.await else {
            return Ok(());
        };
        let (going, staying): (Vec<_>, Vec<_>) = users.iter().partition(|user| user.is_terminating);
        if going.is_empty() && staying.is_empty() {
            return Ok(());
        }
        let is_refused = !staying.is_empty() && Instant::now() >= refused_from;
        let never = std::future::pending::<()>();
        if is_refused || poll.next_or(session, FRESH, never).await.is_err() {
            let are_terminating = staying.is_empty();
            let users = if are_terminating { going } else { staying };
            let mut names: Vec<_> = users.iter().map(|user| user.name.clone()).collect();
            names.sort();
            return Err(Users {
                names,
                are_terminating,
            });
        }
    }
}

/// Reports the users of an object that was not deleted.
pub(crate) fn in_use_error(
    resource_type: &ResourceType,
    id: &str,
    users: &Users,
    diagnostics: &mut Diagnostics,
) {
    let Some(used_by) = &resource_type.used_by else {
        return;
    };
    let names: Vec<String> = users.names.iter().map(|name| format!("`{name}`")).collect();
    let (title, names) = (used_by.title, names.join(", "));
    let summary = format!(
        "Could not delete {} {id}: it is in use",
        resource_type.title
    );
    if users.are_terminating {
        let detail = format!(
            "It is used by the {title} {names}, which is still being deleted. Run this again later, or raise \
             `timeouts.delete`."
        );
        return diagnostics.error(summary, detail);
    }
    let detail = format!(
        "It is used by the {title} {names} (`{}`), so it was not deleted. Remove it from there, or delete the {title} \
         first. {}",
        used_by.attribute,
        deletion_order_hint(resource_type, used_by)
    );
    diagnostics.error(summary, detail);
}
