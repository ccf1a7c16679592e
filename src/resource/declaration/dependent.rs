use std::time::Duration;

/// Something the platform makes for an object, beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependent {
    /// A Secret. An apply waits until all of its `keys` have a text; without any, it is taken as it is
    /// found.
    Secret {
        /// Its name.
        name: String,
        /// What must be in it.
        keys: Vec<String>,
    },
    /// A Service. An apply waits until it has an address from outside.
    Address {
        /// Its name.
        service: String,
    },
    /// A virtual machine that runs. An apply waits until it has an address inside the platform.
    VmAddress {
        /// Its name.
        vm: String,
    },
    /// What the platform notes at the namespace of a tenant.
    Tenant {
        /// The namespace.
        namespace: String,
    },
}

/// Parts that are not there after some time.
#[derive(Clone, Copy, Debug)]
pub struct DependentsTimeout {
    /// How long after the object is ready they may still come.
    pub after: Duration,
    /// What to do then: the end of a sentence that begins with what is missing.
    pub advice: &'static str,
}
