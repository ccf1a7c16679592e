use std::time::Duration;

use crate::api::ApiResource;

/// An object that the platform creates for an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependent {
    /// A Secret. An apply waits until all `keys` have a value. Without keys, any content is accepted.
    Secret {
        /// Its name.
        name: String,
        /// The required keys.
        keys: Vec<String>,
    },
    /// A Service. An apply waits until it has a public address.
    Address {
        /// Its name.
        service: String,
    },
    /// A running virtual machine. An apply waits until it has an internal address.
    VmAddress {
        /// Its name.
        vm: String,
    },
    /// An object of another kind. An apply does not wait for it.
    Object {
        /// Its kind.
        resource: ApiResource,
        /// Its name.
        name: String,
    },
    /// The metadata of a tenant's namespace.
    Tenant {
        /// The namespace.
        namespace: String,
    },
}

/// The timeout of dependents.
#[derive(Clone, Copy, Debug)]
pub struct DependentsTimeout {
    /// The time after the object is ready in which dependents may appear.
    pub after: Duration,
    /// The advice after that time: the end of a sentence that begins with the missing dependents.
    pub advice: &'static str,
}
