use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Map;
use tokio::time::Instant;

use super::declared::{configuration, kind};
use crate::action::declaration::Invocation;
use crate::api::{ErrorKind, MANAGED_BY, OPERATION, Object};
use crate::folder::random_name;
use crate::resource::spec::encode::encode;
use crate::resource::wait::diagnostic::shown;
use crate::resource::wait::poll::{POLL, Poll};
use crate::resource::{
    Connect, Namespace, PlanRequest, ResourceType, Session, api_error, capitalised, plan_change,
};
use crate::schema::Diagnostics;
use crate::value::Value;

/// The longest name of a job: the platform labels what it makes with the name.
const LONGEST_NAME: usize = 63;

/// A job to run.
pub(super) struct Job {
    /// The resource type of its object.
    pub(super) type_name: &'static str,
    /// The start of a name, if the configuration has none.
    pub(super) stem: String,
    /// The end of the last progress, given the object.
    pub(super) done: fn(&Object) -> String,
}

/// The session of the invocation, which is connected already.
struct Connected<'a>(&'a Session);

impl Connect for Connected<'_> {
    fn connect<'a>(&'a self, _: &'a mut Diagnostics) -> BoxFuture<'a, Option<Session>> {
        Box::pin(async { Some(self.0.clone()) })
    }
}

/// Creates the object of a job and waits until it has succeeded.
pub(super) async fn run(invocation: Invocation<'_>, job: Job) {
    let Invocation {
        session,
        config,
        deadline,
        timeout,
        progress,
        diagnostics,
    } = invocation;
    let Some(kind) = kind(job.type_name) else {
        return;
    };
    let (resource_type, started) = (ResourceType::of(kind), Instant::now());
    let name = match config.attribute("name").as_str() {
        Some(name) => name.to_owned(),
        None => dated(&job.stem, Timestamp::now()),
    };
    let values = configuration(&resource_type, config, &name);
    let Some(planned) = checked(&resource_type, session, &values, diagnostics).await else {
        return;
    };
    let namespace = planned.attribute("namespace").as_str().unwrap_or_default();
    let (id, title) = (format!("{namespace}/{name}"), &resource_type.title);
    let live = session.live(&resource_type.api_resource).await;
    let spec = encode(
        &resource_type.spec,
        &planned,
        &Value::Null,
        Map::new(),
        live.as_deref(),
    );
    let (key, value) = MANAGED_BY;
    let wanted = Object {
        name: name.clone(),
        namespace: namespace.to_owned(),
        labels: BTreeMap::from([(key.to_owned(), value.to_owned())]),
        annotations: BTreeMap::from([(OPERATION.to_owned(), random_name())]),
        spec,
        ..Object::default()
    };
    progress.report(&format!("Starting {title} {id}"));
    let resource = &resource_type.api_resource;
    let mut object = match session.client.create(resource, &wanted).await {
        Ok(object) => object,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return diagnostics.error(
                format!("{} {id} already exists", capitalised(title)),
                "A job runs once. Choose another `name`, or leave it out: the name then has the time.",
            );
        }
        Err(error) => return api_error(diagnostics, &resource_type, "create", &id, &error),
    };
    let (client, mut poll) = (&session.client, Poll::until(deadline));
    loop {
        let Some(reason) = resource_type.lifecycle.not_ready_reason(&object) else {
            let (done, elapsed) = ((job.done)(&object), shown(started.elapsed()));
            return progress.report(&format!(
                "{} {id} {done} after {elapsed}",
                capitalised(title)
            ));
        };
        progress.report(&reason);
        if object.status_text("phase").as_deref() == Some("Failed") {
            let reason = reason.strip_prefix("Failed: ").unwrap_or(&reason);
            return diagnostics.error(
                format!("{} {id} failed", capitalised(title)),
                format!(
                    "The platform reports: {reason}\n\nCorrect the cause, and invoke the action again. The job stays on the \
                     platform."
                ),
            );
        }
        if let Err(is_stopped) = poll.next(session).await {
            let summary = if is_stopped {
                format!("Interrupted while waiting for {title} {id}")
            } else {
                format!(
                    "{} {id} did not end within {}",
                    capitalised(title),
                    shown(timeout)
                )
            };
            return diagnostics.error(
                summary,
                format!(
                    "The job goes on. Last status: {reason}. Before the action is invoked again, check whether it has ended."
                ),
            );
        }
        let read = client.get_opt(resource, namespace, &name);
        match read.await {
            Ok(Some(read)) => object = read,
            // A read can lag behind the create.
            Ok(None) if started.elapsed() < POLL => {}
            Ok(None) => {
                return diagnostics.error(
                    format!("{} {id} was deleted", capitalised(title)),
                    "The job was deleted before it ended, so its result is not known.",
                );
            }
            // The job goes on while the API is not available. The timeout and an interrupt end the next round.
            Err(error)
                if matches!(error.kind(), ErrorKind::Busy | ErrorKind::Uncertain)
                    || *session.stop.borrow() => {}
            Err(error) => return api_error(diagnostics, &resource_type, "read", &id, &error),
        }
    }
}

/// The plan of the object, with the checks of its resource. None if the platform would refuse it, with diagnostics.
async fn checked(
    resource_type: &ResourceType,
    session: &Session,
    values: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    let request = PlanRequest {
        prior: &Value::Null,
        config: values,
        private: &[],
        namespace: &Namespace::None,
        stores_credentials: true,
        protects_from_deletion: false,
        is_applying: false,
        live: None,
    };
    let plan = plan_change(resource_type, &request, &Connected(session), diagnostics).await?;
    diagnostics.extend(plan.diagnostics);
    (!diagnostics.has_errors()).then_some(plan.planned)
}

/// A name with the time, which no other job has.
fn dated(stem: &str, now: Timestamp) -> String {
    let time = now.strftime("%Y%m%d-%H%M%S").to_string();
    let stem: String = stem.chars().take(LONGEST_NAME - time.len() - 1).collect();
    format!("{}-{time}", stem.trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_the_time_has_at_most_63_characters() {
        let now: Timestamp = "2026-03-01T12:30:05Z".parse().expect("a time");
        assert_eq!(dated("main", now), "main-20260301-123005");
        let long = dated(&"ab-".repeat(30), now);
        assert!(
            long.len() <= LONGEST_NAME && long.ends_with("-20260301-123005"),
            "{long}"
        );
        assert!(!long.contains("--"), "{long}");
    }
}
