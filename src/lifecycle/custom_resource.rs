use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::conditions::conditions;
use super::verdict::{Verdict, wait_for_verdict};
use crate::api::{Error, ErrorKind, Object, Preconditions};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef, Written};
use crate::resource::observe::freshness::newest;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::resource::wait::poll::Poll;
use crate::schema::{Block, Choice, Spec};
use crate::value::Value;

/// The time in which the controller of a custom resource reports on a write. Some controllers report only problems.
const FIRST_REPORT: Duration = Duration::from_secs(3);

/// A custom resource of Kubernetes: reads return the last write, duplicates are reported as such, and the state of an
/// object is in its conditions.
pub struct CustomResource {
    /// Why an object is not ready, by its status; none if it is ready.
    pub not_ready_reason: fn(&Object) -> Option<String>,
    /// The maximum length of a name, and the reason as the end of a sentence.
    pub longest_name: (usize, &'static str),
}

/// What an apply waits for.
#[derive(Spec)]
struct WaitForSetting {
    /// What to wait for after a create or update. Defaults to `ready`.
    wait_for: Option<WaitForChoice>,
}

#[derive(Choice)]
enum WaitForChoice {
    /// Nothing: the apply ends as soon as the object is stored.
    #[choice(value = "none")]
    Nothing,
    /// The platform reports no problem with the object.
    #[choice(value = "ready")]
    Ready,
}

/// What only a data source shows.
#[derive(Spec)]
struct CustomResourceStatus {
    /// Conditions that the platform reports, keyed by type: `True`, or `False` or `Unknown` with the reason.
    #[spec(computed)]
    conditions: Option<BTreeMap<String, String>>,
}

impl Lifecycle for CustomResource {
    fn wait_for(&self) -> Block {
        WaitForSetting::block()
    }

    fn status(&self) -> Block {
        CustomResourceStatus::block()
    }

    fn put_status(&self, state: &mut Value, object: &Object) {
        state.set_attribute("conditions", conditions(object));
    }

    fn not_ready_reason(&self, object: &Object) -> Option<String> {
        (self.not_ready_reason)(object)
    }

    fn longest_name(&self, _: &str) -> (usize, String) {
        let (longest, why) = self.longest_name;
        (longest, why.to_owned())
    }

    fn wait<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        written: &'a mut Written,
        wait_for: WaitFor,
        deadline: Instant,
    ) -> BoxFuture<'a, (Object, WaitOutcome)> {
        Box::pin(async move {
            let judge = |object: &Object, elapsed| {
                let reason = (self.not_ready_reason)(object);
                let has_reported = !object.status.is_empty() || elapsed >= FIRST_REPORT;
                if wait_for == WaitFor::Nothing || reason.is_none() && has_reported {
                    return Verdict::Ended(WaitOutcome::Met);
                }
                Verdict::Pending(reason.unwrap_or_else(|| "no status is reported yet".to_owned()))
            };
            wait_for_verdict(session, target, written, deadline, judge).await
        })
    }

    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        _: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>> {
        Box::pin(async move {
            Ok(match newest(self, session, target, remembered).await? {
                Some(object) if remembered.is_another(&object) => Deletable::Another(object.uid),
                Some(object) => Deletable::Present {
                    is_terminating: object.is_terminating,
                    uid: object.uid,
                },
                None => Deletable::Absent,
            })
        })
    }

    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>> {
        Box::pin(async move {
            let Some(uid) = uid else {
                return Ok(Deleted::Gone(Vec::new()));
            };
            // Another object with the same name must not be deleted.
            let this = Preconditions {
                uid: Some(uid.clone()),
                ..Preconditions::default()
            };
            let (namespace, name) = (target.namespace, target.name);
            let sent = session
                .client
                .delete_if(target.resource, namespace, name, &this);
            match sent.await {
                Err(error) if error.is_gone(target.name) => return Ok(Deleted::Gone(Vec::new())),
                // Another object has the name now, as the next read shows.
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                other => other?,
            }
            let mut poll = Poll::until(deadline);
            loop {
                match self.get(session, target).await? {
                    Some(object) if object.uid == uid => {}
                    _ => return Ok(Deleted::Gone(Vec::new())),
                }
                if poll.next(session).await.is_err() {
                    return Ok(Deleted::NotYet);
                }
            }
        })
    }
}
