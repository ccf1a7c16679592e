//! The attributes of every resource and data source, beside those of its spec.

use std::collections::BTreeMap;

use crate::schema::{Duration, Spec};

/// What every resource has before its spec.
#[derive(Spec)]
pub(crate) struct ResourceIdentity {
    /// Where the object is: `namespace/name`.
    #[spec(computed)]
    id: String,
    /// The name of the object, unique in its namespace among its kind.
    #[spec(replace)]
    name: String,
    /// The namespace of the tenant it lies in, such as `tenant-acme`. Left out, the provider's `namespace`,
    /// else the one of the kubeconfig's context; an object that exists stays where it is.
    #[spec(computed, replace)]
    namespace: Option<String>,
}

/// What every data source has before its spec.
#[derive(Spec)]
pub(crate) struct DataSourceIdentity {
    /// Where the object is: `namespace/name`.
    #[spec(computed)]
    id: String,
    /// The name of the object to read.
    name: String,
    /// The namespace of the tenant it lies in, such as `tenant-acme`. Left out, the provider's `namespace`,
    /// else the one of the kubeconfig's context.
    #[spec(computed)]
    namespace: Option<String>,
}

/// What every data source has after its spec.
#[derive(Spec)]
pub(crate) struct FoundMetadata {
    /// All labels of the object but the provider's own.
    #[spec(computed)]
    labels: Option<BTreeMap<String, String>>,
    /// All annotations of the object but the provider's own and kubectl's copy of the manifest.
    #[spec(computed)]
    annotations: Option<BTreeMap<String, String>>,
}

/// What every resource has after its spec.
#[derive(Spec)]
pub(crate) struct ObjectSettings {
    /// Labels of the object. Only these are managed: labels that others set stay, and are not shown.
    labels: Option<BTreeMap<String, String>>,
    /// Annotations of the object. Only these are managed: annotations that others set stay, and are not shown.
    annotations: Option<BTreeMap<String, String>>,
    /// Whether plans that delete data are refused: a destroy, a replacement, and a change that deletes part of
    /// the object, such as a database. Defaults to `deletion_protection` of the provider. To destroy a protected
    /// object, set this to `false` and apply first. A value that is known only after apply counts as `true` until
    /// then. Terraform does not tell of the replacement of a tainted object. Only Terraform knows it: other
    /// clients can still delete the object.
    deletion_protection: Option<bool>,
}

/// How long a resource waits.
#[derive(Spec)]
pub(crate) struct WaitSettings {
    /// How long an operation waits before it gives up, such as `30s` or `1h30m`. An apply that gives up warns,
    /// and the next one goes on waiting.
    timeouts: Option<TimeoutSettings>,
}

/// What a resource and a data source with credentials has.
#[derive(Spec)]
pub(crate) struct CredentialStorage {
    /// Whether the credentials among the attributes are kept in the state, where whoever reads the state
    /// reads them. Left out, the provider's `store_credentials` decides, and else they are. With `false` they
    /// are empty or null here, and in a data source the secrets of the spec are null as well. Where there is an ephemeral
    /// resource of the same name with `_credentials`, take the credentials from it: nothing keeps it. It
    /// changes nothing on the platform.
    store_credentials: Option<bool>,
}

#[derive(Spec)]
pub(crate) struct TimeoutSettings {
    /// How long a create waits.
    create: Option<Duration>,
    /// How long an update waits.
    update: Option<Duration>,
    /// How long a delete waits. It is taken from the state: apply a change of it before you destroy.
    delete: Option<Duration>,
}

/// What the platform reports of every object.
#[derive(Spec)]
pub(crate) struct Readiness {
    /// Whether the platform has installed it and what runs in it works. If `false`, the `conditions` of the
    /// data source give the reason.
    #[spec(computed)]
    ready: Option<bool>,
}
