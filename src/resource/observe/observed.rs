use std::collections::BTreeMap;

use crate::api::{Error, ErrorKind, Object, Secret, Service, TenantMetadata};
use crate::resource::declaration::dependent::Dependent;
use crate::resource::session::Session;

/// An observed object and its dependents.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The object.
    pub object: Object,
    secrets: BTreeMap<String, Secret>,
    services: BTreeMap<String, Service>,
    /// Internal addresses of virtual machines.
    vm_addresses: BTreeMap<String, String>,
    tenant: TenantMetadata,
    /// Objects of other kinds.
    objects: BTreeMap<String, Object>,
    /// Dependents that do not exist yet.
    missing: Vec<Dependent>,
    /// Dependents that are forbidden, with the API's message.
    pub(crate) denied: Option<String>,
    /// The default of `store_credentials`.
    pub(crate) stores_credentials: bool,
}

impl Observed {
    /// An object without dependents, for a plan.
    pub(crate) fn alone(object: Object) -> Observed {
        Observed {
            object,
            stores_credentials: true,
            ..Observed::default()
        }
    }

    /// The same dependents of another object.
    pub(crate) fn with_object(&self, object: Object) -> Observed {
        Observed {
            object,
            ..self.clone()
        }
    }

    /// A Secret, if it exists and is readable.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }

    /// A Service, if it exists and is readable.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// The internal address of a virtual machine, if it is running and readable.
    pub fn vm_address(&self, vm: &str) -> Option<&str> {
        self.vm_addresses.get(vm).map(String::as_str)
    }

    /// An object of another kind, if it exists and is readable.
    pub fn other(&self, name: &str) -> Option<&Object> {
        self.objects.get(name)
    }

    /// The metadata of the tenant's namespace.
    pub fn tenant_note(&self, key: &str) -> Option<&str> {
        self.tenant.get(key).map(String::as_str)
    }

    /// Missing dependents that an apply waits for, for messages.
    pub(crate) fn missing(&self) -> Option<String> {
        self.missing.first().map(|part| match part {
            Dependent::Secret { name, .. } => {
                format!("the Secret `{name}` with the credentials is not there yet")
            }
            Dependent::Address { service } => {
                format!("the Service `{service}` has no address from outside yet")
            }
            Dependent::VmAddress { vm } => {
                format!("the virtual machine `{vm}` has no address inside the platform yet")
            }
            Dependent::Object { resource, name } => {
                format!("the {} `{name}` is not there yet", resource.kind)
            }
            Dependent::Tenant { namespace } => {
                format!("the namespace `{namespace}` is not there yet")
            }
        })
    }
}

/// The result of reading a dependent.
pub(crate) enum FoundDependent {
    Secret(Option<Secret>),
    Service(Option<Service>),
    VmAddress(Option<String>),
    Tenant(Option<TenantMetadata>),
    Object(Box<Object>),
    /// It is neither waited for nor reported as a missing permission.
    Hidden,
}

impl Observed {
    /// Whether all dependents that an apply waits for are complete.
    pub(crate) fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// An object and the results for its dependents, in order.
    pub(crate) fn of(
        session: &Session,
        object: Object,
        parts: Vec<Dependent>,
        found: Vec<Result<FoundDependent, Error>>,
    ) -> Result<Observed, Error> {
        let mut seen = Observed {
            stores_credentials: session.stores_credentials,
            ..Observed::alone(object)
        };
        for (part, found) in parts.into_iter().zip(found) {
            match found {
                Ok(found) => seen.add(part, found),
                Err(error) if error.kind() == ErrorKind::Forbidden => {
                    seen.denied = Some(error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(seen)
    }

    /// Adds the result for a dependent.
    pub(crate) fn add(&mut self, part: Dependent, found: FoundDependent) {
        if !self.take(&part, found) {
            self.missing.push(part);
        }
    }

    /// Stores the result for a dependent. Returns whether it is complete.
    fn take(&mut self, part: &Dependent, found: FoundDependent) -> bool {
        match (part, found) {
            (Dependent::Secret { name, keys }, FoundDependent::Secret(Some(secret))) => {
                let is_whole = keys.iter().all(|key| secret.text(key).is_some());
                self.secrets.insert(name.clone(), secret);
                is_whole
            }
            (Dependent::Address { service }, FoundDependent::Service(Some(found))) => {
                let has_address = !found.addresses.is_empty();
                self.services.insert(service.clone(), found);
                has_address
            }
            (Dependent::VmAddress { vm }, FoundDependent::VmAddress(Some(address))) => {
                self.vm_addresses.insert(vm.clone(), address);
                true
            }
            (Dependent::Object { name, .. }, FoundDependent::Object(found)) => {
                self.objects.insert(name.clone(), *found);
                true
            }
            (Dependent::Tenant { .. }, FoundDependent::Tenant(Some(notes))) => {
                self.tenant = notes;
                true
            }
            (_, FoundDependent::Hidden) => true,
            // Without required keys, any content is complete.
            (Dependent::Secret { keys, .. }, _) => keys.is_empty(),
            _ => false,
        }
    }
}
