use super::component::{Least, Most};
use crate::schema::{Bytes, Spec};

#[derive(Spec)]
pub(super) struct MetricsStorage {
    /// Name of the storage.
    name: String,
    /// How long metrics are kept, for example `14d`.
    retention_period: String,
    /// Of several values within this interval one is kept, for example `15s`.
    deduplication_interval: String,
    /// Size of the volume, for example `10Gi`.
    #[spec(always_send, default = "10Gi", grow_only)]
    storage: Option<Bytes>,
    /// Storage class of the volume. Defaults to the platform's default class.
    storage_class_name: Option<String>,
    /// Component that receives metrics.
    vminsert: Option<Component>,
    /// Component that answers queries.
    vmselect: Option<Component>,
    /// Component that stores metrics.
    vmstorage: Option<Component>,
}

#[derive(Spec)]
struct Component {
    /// Least CPU and memory.
    min_allowed: Option<Least>,
    /// Most CPU and memory.
    max_allowed: Option<Most>,
}

#[derive(Spec)]
pub(super) struct LogsStorage {
    /// Name of the storage.
    name: String,
    /// How long logs are kept, for example `30d`. A number alone counts months.
    #[spec(always_send, default = "1")]
    retention_period: Option<String>,
    /// Size of the volume, for example `10Gi`.
    #[spec(always_send, default = "10Gi", grow_only)]
    storage: Option<Bytes>,
    /// Storage class of the volume.
    #[spec(always_send, default = "replicated")]
    storage_class_name: Option<String>,
}
