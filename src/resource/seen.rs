use std::collections::BTreeMap;
use std::time::Duration;

use super::Session;
use super::kind::{Kind, Part};
use super::outputs::is_ready;
use crate::api::{Error, Fault, Object, Secret, Service, TenantNotes};

/// How old what a refresh looks at may be: a plan is a view of one moment anyway.
pub(super) const LOOKED: Duration = Duration::from_secs(10);

/// For what must not be old: no list answers it but one that was asked for at the same time.
pub(super) const NOW: Duration = Duration::from_millis(150);

/// What was seen of an object: itself, and what the platform made for it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The object.
    pub object: Object,
    secrets: BTreeMap<String, Secret>,
    services: BTreeMap<String, Service>,
    tenant: TenantNotes,
    /// What is not there yet.
    missing: Vec<Part>,
    /// What may not be read, in the API's words.
    pub(super) denied: Option<String>,
    /// Whether credentials are kept in the state where the resource does not say.
    pub(super) stores_credentials: bool,
}

impl Seen {
    /// The object alone.
    pub(super) fn alone(object: Object) -> Seen {
        Seen {
            object,
            ..Seen::default()
        }
    }

    /// A Secret, where it is there and may be read.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }

    /// A Service, where it is there and may be read.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// What the platform notes at the tenant's namespace.
    pub fn tenant_note(&self, key: &str) -> Option<&str> {
        self.tenant.get(key).map(String::as_str)
    }

    /// Whether the object is installed, what runs in it works, and what it is used by is there.
    pub(super) fn is_usable(&self) -> bool {
        is_ready(&self.object) && self.missing.is_empty()
    }

    /// What an apply waits for and is not there yet, in words.
    pub(super) fn missing(&self) -> Option<String> {
        self.missing.first().map(|part| match part {
            Part::Secret { name, .. } => {
                format!("the Secret `{name}` with the credentials is not there yet")
            }
            Part::Address { service } => {
                format!("the Service `{service}` has no address from outside yet")
            }
            Part::Tenant { namespace } => {
                format!("the namespace `{namespace}` is not there yet")
            }
        })
    }
}

/// Looks at what the platform made for an object, no older than `age`. What may not be read counts as
/// neither there nor missing.
///
/// # Errors
/// Where the API could not be asked.
pub(super) async fn look(
    session: &Session,
    kind: &Kind,
    object: Object,
    age: Duration,
) -> Result<Seen, Error> {
    let parts = (kind.parts)(&object);
    let mut seen = Seen {
        stores_credentials: session.stores_credentials,
        ..Seen::alone(object)
    };
    for part in parts {
        match seen.take(session, &part, age).await {
            Ok(true) => {}
            Ok(false) => seen.missing.push(part),
            Err(error) if error.fault() == Fault::Forbidden => {
                seen.denied = Some(error.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(seen)
}

impl Seen {
    /// Looks at one part; whether it is all there.
    async fn take(&mut self, session: &Session, part: &Part, age: Duration) -> Result<bool, Error> {
        let namespace = &self.object.namespace;
        match part {
            Part::Secret { name, keys } => {
                let is_needed = !keys.is_empty();
                let found = if is_needed {
                    session.client.secret(namespace, name, age).await?
                } else {
                    match session.client.tenant_secret(namespace, name, age).await {
                        Err(error) if error.fault() == Fault::Forbidden => None,
                        found => found?,
                    }
                };
                let has_all = |secret: &Secret| keys.iter().all(|key| secret.text(key).is_some());
                let is_whole = found.as_ref().is_some_and(has_all);
                self.secrets
                    .extend(found.map(|secret| (name.clone(), secret)));
                Ok(is_whole || !is_needed)
            }
            Part::Address { service } => {
                let found = session.client.service(namespace, service, age).await?;
                let has_address = found
                    .as_ref()
                    .is_some_and(|found| !found.addresses.is_empty());
                self.services
                    .extend(found.map(|found| (service.clone(), found)));
                Ok(has_address)
            }
            Part::Tenant { namespace } => {
                let found = match session.client.tenant_notes(namespace, age).await {
                    // So is answered on 1.3 and 1.6 for one that is not there yet as well: it is
                    // neither to be waited for nor told as a right that is missing.
                    Err(error) if error.fault() == Fault::Forbidden => return Ok(true),
                    found => found?,
                };
                let is_there = found.is_some();
                self.tenant = found.unwrap_or_default();
                Ok(is_there)
            }
        }
    }
}
