//! The attributes of every resource and data source, in addition to those of its spec.

use std::collections::BTreeMap;

use crate::schema::{Duration, Spec};

/// The attributes of every resource before its spec.
#[derive(Spec)]
pub(crate) struct ResourceIdentity {
    /// ID of the object: `namespace/name`.
    #[spec(computed)]
    id: String,
    /// Name of the object, unique in the namespace among objects of its kind.
    #[spec(replace)]
    name: String,
    /// Namespace of the tenant, for example `tenant-acme`. Defaults to `namespace` of the provider.
    #[spec(computed, replace)]
    namespace: Option<String>,
}

/// The attributes of every data source before its spec.
#[derive(Spec)]
pub(crate) struct DataSourceIdentity {
    /// ID of the object: `namespace/name`.
    #[spec(computed)]
    id: String,
    /// Name of the object to read.
    name: String,
    /// Namespace of the tenant, for example `tenant-acme`. Defaults to `namespace` of the provider.
    #[spec(computed)]
    namespace: Option<String>,
}

/// The attributes of every data source after its spec.
#[derive(Spec)]
pub(crate) struct FoundMetadata {
    /// Labels of the object, except the provider's own.
    #[spec(computed)]
    labels: Option<BTreeMap<String, String>>,
    /// Annotations of the object, except the provider's own and kubectl's copy of the manifest.
    #[spec(computed)]
    annotations: Option<BTreeMap<String, String>>,
}

/// The attributes of every resource after its spec.
#[derive(Spec)]
pub(crate) struct ObjectSettings {
    /// Labels of the object. Labels set by others are kept and not shown.
    labels: Option<BTreeMap<String, String>>,
    /// Annotations of the object. Annotations set by others are kept and not shown.
    annotations: Option<BTreeMap<String, String>>,
    /// Whether to reject plans that delete the object or its data. Defaults to `deletion_protection` of the
    /// provider.
    deletion_protection: Option<bool>,
}

/// The timeouts of a resource's operations.
#[derive(Spec)]
pub(crate) struct WaitSettings {
    /// Timeouts of operations, for example `30s` or `1h30m`.
    timeouts: Option<TimeoutSettings>,
}

/// The attribute of a resource or data source with credentials.
#[derive(Spec)]
pub(crate) struct CredentialStorage {
    /// Whether credentials are kept in the state. Defaults to `store_credentials` of the provider.
    store_credentials: Option<bool>,
}

#[derive(Spec)]
pub(crate) struct TimeoutSettings {
    /// Timeout of a create.
    create: Option<Duration>,
    /// Timeout of an update.
    update: Option<Duration>,
    /// Timeout of a delete. It is read from the state: apply a change before you destroy.
    delete: Option<Duration>,
}

/// The status of every object.
#[derive(Spec)]
pub(crate) struct Readiness {
    /// Whether the object is installed and its workloads are running. If `false`, `conditions` of the data source
    /// has the reason.
    #[spec(computed)]
    ready: Option<bool>,
}
