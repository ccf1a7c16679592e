use serde_json::Map;

use super::Session;
use super::apply::Applied;
use super::kind::Part;
use super::model::Model;
use super::outputs::{id, shown_labels};
use super::private::Private;
use super::report::{another_object, report};
use super::seen::{Found, LOOKED, Seen, find_all, look};
use super::spec::{Decoded, Mode, decode, encode};
use crate::api::{Error, Fault, JsonSchema, OPERATION, Object};
use crate::schema::Diagnostics;
use crate::value::Value;

/// What to read.
pub struct ReadRequest<'a> {
    /// The state.
    pub state: &'a Value,
    /// What the provider remembers of the object.
    pub private: &'a [u8],
}

/// What was read: like what an apply reached.
pub type Refreshed = Applied;

impl Model {
    /// Reads the object and shows every field that differs from the state.
    pub async fn read(&self, session: &Session, request: &ReadRequest<'_>) -> Refreshed {
        let text = |name: &str| request.state.attribute(name).as_str().unwrap_or_default();
        let (namespace, name) = (text("namespace"), text("name"));
        let remembered = Private::read(request.private);
        let mut refreshed = Refreshed::default();
        let parts = (self.kind.parts)(&self.remembered(request.state));
        let (read, found) = tokio::join!(
            session
                .client
                .read_opt(&self.kind.resource, namespace, name),
            find_all(session, namespace, &parts, LOOKED)
        );
        let read = self
            .not_older(session, read, namespace, name, &remembered)
            .await;
        if let Ok(Some(object)) = &read {
            if remembered.is_another(object) {
                let id = id(namespace, name);
                another_object(&mut refreshed.diagnostics, self.kind, &id, &object.uid);
                keep(request, &mut refreshed);
                return refreshed;
            }
            session.owned.add(&object.uid);
        }
        // What is being imported is in no state yet.
        if let Ok(Some(object)) = &read
            && let Some(operation) = object.annotations.get(OPERATION)
            && !remembered.imported
        {
            session.journal.see(operation);
        }
        match read {
            Ok(Some(object)) if object.is_terminating => {
                refreshed.diagnostics.warn(
                    "Is Being Deleted",
                    format!(
                        "The {} `{}` is being deleted and is taken as gone.",
                        self.kind.title,
                        id(namespace, name)
                    ),
                );
            }
            Ok(Some(object)) => match self.looked(session, object, parts, found).await {
                Ok(seen) => {
                    let (state, private) = (request.state, &remembered);
                    refreshed.state = self
                        .refreshed(session, state, &seen, private, &mut refreshed.diagnostics)
                        .await;
                    refreshed.private = remembered.seen(&seen.object).to_bytes();
                }
                Err(error) => self.unread(request, &error, &mut refreshed),
            },
            Ok(None) => {}
            Err(error)
                if error.fault() == Fault::Forbidden
                    && session.client.is_tenant_deleted(namespace).await =>
            {
                refreshed.diagnostics.warn(
                    format!("Tenant of {} was deleted", id(namespace, name)),
                    format!(
                        "There is no tenant for the namespace `{namespace}` any more, and the {} was deleted with it.",
                        self.kind.title
                    ),
                );
            }
            Err(error) => self.unread(request, &error, &mut refreshed),
        }
        refreshed
    }

    /// Whether the platform serves the kind, asked by a read of the object that is planned. An error says so where
    /// it does not.
    pub async fn is_served(
        &self,
        session: &Session,
        planned: &Value,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let text = |name: &str| planned.attribute(name).as_str().unwrap_or("unknown");
        let (namespace, name) = (text("namespace"), text("name"));
        let found = session.client.get_opt(&self.kind.resource, namespace, name);
        match found.await {
            Err(error) if error.fault() == Fault::NotServed => {
                report(diagnostics, self.kind, "read", &id(namespace, name), &error);
                false
            }
            _ => true,
        }
    }

    /// Says why a plan that would write cannot be made.
    pub fn report_unplanned(&self, planned: &Value, error: &Error, diagnostics: &mut Diagnostics) {
        let text = |name: &str| planned.attribute(name).as_str().unwrap_or("unknown");
        let id = id(text("namespace"), text("name"));
        report(diagnostics, self.kind, "plan", &id, error);
    }

    /// The object as the state has it: what tells which parts it most likely has.
    fn remembered(&self, state: &Value) -> Object {
        let text = |name: &str| state.attribute(name).as_str().unwrap_or_default();
        Object {
            namespace: text("namespace").to_owned(),
            name: text("name").to_owned(),
            spec: encode(&self.spec, state, &Value::Null, Map::new(), None),
            ..Object::default()
        }
    }

    /// The object with its parts: those that were asked for at the same time, if they are the ones it has.
    async fn looked(
        &self,
        session: &Session,
        object: Object,
        parts: Vec<Part>,
        found: Vec<Result<Found, Error>>,
    ) -> Result<Seen, Error> {
        if parts == (self.kind.parts)(&object) {
            return Seen::of(session, object, parts, found);
        }
        look(session, self.kind, object, LOOKED).await
    }

    /// What could not be read stays as it is.
    fn unread(&self, request: &ReadRequest<'_>, error: &Error, refreshed: &mut Refreshed) {
        let text = |name: &str| request.state.attribute(name).as_str().unwrap_or_default();
        let id = id(text("namespace"), text("name"));
        report(&mut refreshed.diagnostics, self.kind, "read", &id, error);
        keep(request, refreshed);
    }

    async fn refreshed(
        &self,
        session: &Session,
        prior: &Value,
        seen: &Seen,
        remembered: &Private,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let object = &seen.object;
        let mut messages = Diagnostics::new();
        let mut read = self.spec_read(object, prior, None, &mut messages);
        // Most objects need no more than the declaration; the platform's schema decides the rest. Of what is taken
        // over nothing is known, so also whether what is empty there is a default: that is asked once.
        let is_undecided = self.is_undecided(&read, object);
        if is_undecided || remembered.moved || remembered.imported {
            match session.client.schema(&self.kind.resource).await {
                Ok(live) => {
                    messages = Diagnostics::new();
                    read = self.spec_read(object, prior, Some(&live), &mut messages);
                }
                Err(_) if !is_undecided => {}
                Err(why) => messages.warn(
                    "Defaults Not Compared",
                    format!(
                        "Some fields of the {} `{}` differ from the defaults this provider knows, and the \
                         platform's own could not be read ({why}). They are taken as defaults.",
                        self.kind.title,
                        id(&object.namespace, &object.name)
                    ),
                ),
            }
        }
        diagnostics.extend(messages);
        if let Some(denied) = &seen.denied {
            self.report_denied(&id(&object.namespace, &object.name), denied, diagnostics);
        }
        self.state_read(prior, &read, seen, remembered)
    }

    /// The spec of an object, beside what the state has.
    pub(super) fn spec_read(
        &self,
        object: &Object,
        prior: &Value,
        live: Option<&JsonSchema>,
        messages: &mut Diagnostics,
    ) -> Decoded {
        decode(&self.spec, &object.spec, prior, live, Mode::Drift, messages)
    }

    /// Whether only the platform's schema tells what a read without it means.
    pub(super) fn is_undecided(&self, read: &Decoded, object: &Object) -> bool {
        read.in_doubt || self.has_former_fields(object)
    }

    /// The state that a read leads to.
    pub(super) fn state_read(
        &self,
        prior: &Value,
        read: &Decoded,
        seen: &Seen,
        remembered: &Private,
    ) -> Value {
        let mut state = prior.clone();
        for attribute in &self.spec.attributes {
            state.set_attribute(attribute.name, read.value.attribute(attribute.name).clone());
        }
        for (name, stored) in [
            ("labels", &seen.object.labels),
            ("annotations", &seen.object.annotations),
        ] {
            let owned = (!remembered.imported).then(|| prior.attribute(name));
            state.set_attribute(name, shown_labels(stored, owned));
        }
        self.put_outputs(&mut state, seen);
        state
    }

    /// Whether the object has a field under a former name, of which only the platform's schema tells what
    /// is its default.
    fn has_former_fields(&self, object: &Object) -> bool {
        let former = self
            .spec
            .attributes
            .iter()
            .filter_map(|attribute| attribute.formerly.as_ref());
        former
            .into_iter()
            .any(|former| object.spec.contains_key(former.name))
    }
}

/// Leaves the state and what is remembered as they were.
fn keep(request: &ReadRequest<'_>, refreshed: &mut Refreshed) {
    refreshed.state = request.state.clone();
    refreshed.private = request.private.to_vec();
}
