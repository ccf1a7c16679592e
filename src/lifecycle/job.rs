use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::conditions::conditions;
use super::custom_resource::CustomResource;
use super::verdict::{Verdict, wait_for_verdict};
use crate::api::{ApiResource, Error, Object};
use crate::resource::lifecycle::{Deletable, Deleted, Lifecycle, ObjectRef, Written};
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::wait::outcome::{WaitFor, WaitOutcome};
use crate::resource::wait::poll::Poll;
use crate::schema::{Block, Choice, Spec};
use crate::value::Value;

/// A job: a custom resource whose controller works on it once. Its phase ends with `Succeeded` or `Failed`, and later
/// changes have no effect.
pub struct Job {
    object: CustomResource,
    /// What a job leaves under its own name; none if it leaves nothing.
    result: Option<fn() -> ApiResource>,
}

impl Job {
    /// A job that leaves an object of this kind with its own name.
    pub const fn that_makes(
        result: fn() -> ApiResource,
        longest_name: (usize, &'static str),
    ) -> Job {
        Job {
            result: Some(result),
            ..Job::new(longest_name)
        }
    }

    /// A job that changes other objects only.
    pub const fn new(longest_name: (usize, &'static str)) -> Job {
        Job {
            object: CustomResource {
                not_ready_reason,
                longest_name,
            },
            result: None,
        }
    }
}

/// What an apply waits for.
#[derive(Spec)]
struct WaitForSetting {
    /// What to wait for after a create. Defaults to `ready`.
    wait_for: Option<WaitForChoice>,
}

#[derive(Choice)]
enum WaitForChoice {
    /// Nothing: the apply ends as soon as the job is stored, and a failure is not reported.
    #[choice(value = "none")]
    Nothing,
    /// The job has succeeded. It is an error if it fails.
    #[choice(value = "ready")]
    Ready,
}

/// What only a data source shows.
#[derive(Spec)]
struct JobStatus {
    /// Phase of the job: `Pending`, `Running`, `Succeeded` or `Failed`. Null if the platform has not taken it up yet.
    #[spec(computed)]
    phase: Option<String>,
    /// Reason of the phase, if the platform gives one.
    #[spec(computed)]
    message: Option<String>,
    /// Conditions that the platform reports, keyed by type: `True`, or `False` or `Unknown` with the reason.
    #[spec(computed)]
    conditions: Option<BTreeMap<String, String>>,
}

impl Lifecycle for Job {
    fn wait_for(&self) -> Block {
        WaitForSetting::block()
    }

    fn status(&self) -> Block {
        JobStatus::block()
    }

    fn put_status(&self, state: &mut Value, object: &Object) {
        for name in ["phase", "message"] {
            let text = object.status_text(name).filter(|text| !text.is_empty());
            state.set_attribute(name, text.as_deref().map_or(Value::Null, Value::from));
        }
        state.set_attribute("conditions", conditions(object));
    }

    fn not_ready_reason(&self, object: &Object) -> Option<String> {
        not_ready_reason(object)
    }

    fn longest_name(&self, release_prefix: &str) -> (usize, String) {
        self.object.longest_name(release_prefix)
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
            let judge = |job: &Object, _| verdict(job, wait_for);
            let waited = wait_for_verdict(session, target, written, deadline, judge);
            let (job, outcome) = waited.await;
            // The watch has only texts of the status, and outputs need the reference to the result.
            match self.get(session, target).await {
                Ok(Some(whole)) if whole.uid == job.uid => (whole, outcome),
                _ => (job, outcome),
            }
        })
    }

    /// A running job that changes other objects is left to its end: the platform would not start again what it has
    /// stopped for the time.
    fn find_deletable<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        remembered: &'a Private,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deletable, Error>> {
        Box::pin(async move {
            let mut poll = Poll::until(deadline);
            while self.result.is_none()
                && let Some(job) = self.get(session, target).await?
                && phase(&job) == Phase::Running
                && !job.is_terminating
                && !remembered.is_another(&job)
            {
                if poll.next(session).await.is_err() {
                    return Ok(Deletable::NotTakenUp);
                }
            }
            let found = self
                .object
                .find_deletable(session, target, remembered, deadline);
            found.await
        })
    }

    fn delete<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        uid: Option<String>,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Deleted, Error>> {
        self.object.delete(session, target, uid, deadline)
    }

    /// What has succeeded is not done again because the platform forgot the job, as long as its result exists.
    fn outlives_object<'a>(
        &'a self,
        session: &'a Session,
        target: ObjectRef<'a>,
        state: &'a Value,
    ) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move {
            if state.attribute("ready").as_bool() != Some(true) {
                return Ok(false);
            }
            let Some(result) = self.result else {
                return Ok(true);
            };
            let (client, result) = (&session.client, result());
            let found = client.get_opt(&result, target.namespace, target.name);
            Ok(found.await?.is_some())
        })
    }
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The controller has not begun.
    Waiting,
    Running,
    Succeeded,
    Failed,
}

fn phase(job: &Object) -> Phase {
    match job.status_text("phase").as_deref() {
        Some("Running") => Phase::Running,
        Some("Succeeded") => Phase::Succeeded,
        Some("Failed") => Phase::Failed,
        _ => Phase::Waiting,
    }
}

fn verdict(job: &Object, wait_for: WaitFor) -> Verdict {
    if wait_for == WaitFor::Nothing {
        return Verdict::Ended(WaitOutcome::Met);
    }
    match (phase(job), not_ready_reason(job)) {
        (Phase::Failed, _) => Verdict::Ended(WaitOutcome::Unsuccessful(message(job))),
        (_, None) => Verdict::Ended(WaitOutcome::Met),
        (_, Some(reason)) => Verdict::Pending(reason),
    }
}

fn message(job: &Object) -> String {
    let message = job.status_text("message");
    let message = message.filter(|message| !message.is_empty());
    message.unwrap_or_else(|| "no reason".to_owned())
}

/// While something that a job needs is missing, the reason is in its condition `Ready`.
fn not_ready_reason(job: &Object) -> Option<String> {
    match phase(job) {
        Phase::Succeeded => return None,
        Phase::Failed => return Some(format!("Failed: {}", message(job))),
        Phase::Waiting | Phase::Running => {}
    }
    let phase = job.status_text("phase");
    let phase = phase.as_deref().unwrap_or("Pending");
    Some(match job.condition("Ready") {
        Some(ready) if ready.status == "False" => {
            format!("{phase}; {}: {}", ready.reason, ready.message)
        }
        _ => phase.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(status: serde_json::Value) -> Object {
        Object {
            status: status.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        }
    }

    #[test]
    fn only_a_job_that_succeeded_is_ready() {
        let reason = |status| not_ready_reason(&job(status));
        assert_eq!(reason(json!({"phase": "Succeeded"})), None);
        assert_eq!(reason(json!({})).as_deref(), Some("Pending"));
        assert_eq!(
            reason(json!({"phase": "Running"})).as_deref(),
            Some("Running")
        );
        let waiting = json!({"conditions": [
            {"type": "Ready", "status": "False", "reason": "StrategyNotReady", "message": "soon"},
        ]});
        assert_eq!(
            reason(waiting).as_deref(),
            Some("Pending; StrategyNotReady: soon")
        );
        let failed = reason(json!({"phase": "Failed", "message": "no room"}));
        assert_eq!(failed.as_deref(), Some("Failed: no room"));
    }

    #[test]
    fn a_wait_ends_with_the_message_of_a_failed_job() {
        let ended = |status, wait_for| match verdict(&job(status), wait_for) {
            Verdict::Ended(WaitOutcome::Unsuccessful(message)) => Some(message),
            Verdict::Ended(_) => Some("met".to_owned()),
            Verdict::Pending(_) => None,
        };
        let failed = json!({"phase": "Failed", "message": "no room"});
        assert_eq!(
            ended(failed.clone(), WaitFor::Ready).as_deref(),
            Some("no room")
        );
        assert_eq!(ended(failed, WaitFor::Nothing).as_deref(), Some("met"));
        assert_eq!(ended(json!({"phase": "Running"}), WaitFor::Workloads), None);
        let done = json!({"phase": "Succeeded"});
        assert_eq!(ended(done, WaitFor::Workloads).as_deref(), Some("met"));
    }
}
