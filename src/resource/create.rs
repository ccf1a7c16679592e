use std::collections::BTreeMap;

use serde_json::Map;
use tokio::time::Instant;

use super::apply::{Applied, ApplyRequest, Operation};
use super::model::Model;
use super::outputs::id;
use super::report::{report, report_existing};
use super::seen::Seen;
use super::spec::encode;
use super::wait::{Poll, Written};
use super::{Session, private::Private};
use crate::api::{Error, Fault, MANAGED_BY, OPERATION, Object};
use crate::value::Value;

impl Model {
    /// Makes the object. A lost answer makes no second one, and a namesake that is still being deleted is
    /// waited out.
    pub(super) async fn create(&self, session: &Session, request: &ApplyRequest<'_>) -> Applied {
        let mut applied = Applied::default();
        let deadline = self.deadline(request.planned, Operation::Create);
        let session = &session.within(deadline);
        let live = session.live(self.kind).await;
        let text = |name: &str| {
            request
                .planned
                .attribute(name)
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let mut annotations = label_map(request.planned.attribute("annotations"));
        annotations.insert(OPERATION.to_owned(), operation_id());
        let mut labels = label_map(request.planned.attribute("labels"));
        labels.insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        let wanted = Object {
            name: text("name"),
            namespace: text("namespace"),
            labels,
            annotations,
            spec: encode(
                &self.spec,
                request.config,
                &Value::Null,
                Map::new(),
                live.as_deref(),
            ),
            ..Object::default()
        };
        match self.make(session, &wanted, deadline).await {
            Ok(object) => {
                // What was made is in the state whatever happens to the wait.
                applied.state = self.state_of(request.planned, &Seen::alone(object.clone()));
                let private = Private::of(&object);
                applied.private = private.to_bytes();
                let written = Written {
                    object,
                    ready_since: None,
                    private,
                };
                self.settle(session, request.planned, written, deadline, &mut applied)
                    .await;
            }
            Err(error) => {
                let id = id(&wanted.namespace, &wanted.name);
                match error.fault() {
                    Fault::AlreadyExists => {
                        let namesake = session
                            .client
                            .get_opt(&self.kind.resource, &wanted.namespace, &wanted.name)
                            .await;
                        let is_ours = matches!(namesake, Ok(Some(namesake))
                            if namesake.annotations.contains_key(OPERATION));
                        report_existing(&mut applied.diagnostics, self.kind, &id, is_ours);
                    }
                    _ => report(&mut applied.diagnostics, self.kind, "create", &id, &error),
                }
            }
        }
        applied
    }

    async fn make(
        &self,
        session: &Session,
        wanted: &Object,
        deadline: Instant,
    ) -> Result<Object, Error> {
        let mut poll = Poll::until(deadline);
        loop {
            let error = match session.client.create(&self.kind.resource, wanted).await {
                Ok(object) => return Ok(object),
                Err(error) => error,
            };
            let waits = match error.fault() {
                Fault::Terminating => true,
                // Release 1.6 says the same of a living and of a terminating namesake now and then: a look
                // tells them apart.
                Fault::AlreadyExists => {
                    let found = session.client.get_opt(
                        &self.kind.resource,
                        &wanted.namespace,
                        &wanted.name,
                    );
                    found.await?.is_some_and(|namesake| namesake.is_terminating)
                }
                _ => false,
            };
            if !waits || poll.next(session).await.is_err() {
                return Err(error);
            }
            tracing::debug!(name = wanted.name, "a namesake is being deleted; waiting");
        }
    }
}

/// Labels or annotations as the API takes them.
pub(super) fn label_map(labels: &Value) -> BTreeMap<String, String> {
    let entries = labels.as_map().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// A random name for this one operation.
fn operation_id() -> String {
    let mut random = [0u8; 16];
    // Without randomness the name would not be this operation's alone; the clock then tells it apart.
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        return jiff::Timestamp::now().as_nanosecond().to_string();
    }
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
