use std::collections::BTreeMap;

use crate::kinds::shared::{Lookup, Preset, Resources, conflict};
use crate::schema::{Bytes, Scope, Spec};

#[derive(Spec)]
pub(super) struct Volume {
    /// Number of volume servers.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Size of each server's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. Defaults to the platform's default class.
    #[spec(default = "")]
    storage_class: Option<String>,
    /// Type of the disks, for example `ssd`, by which buckets choose a pool.
    #[spec(
        default = "",
        since = "1.1",
        pattern("[a-z0-9]*", "lower-case letters and digits")
    )]
    disk_type: Option<String>,
    /// CPU and memory of each server. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.small`. Ignored if `resources` is set.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
    /// Further pools of volume servers, keyed by name, with the topology `Simple`. Removing a pool deletes the objects in
    /// it.
    #[spec(
        since = "1.1",
        loses = "the pool and the objects in it",
        keys(
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            "must consist of lower-case letters, digits and `-`"
        )
    )]
    pools: Option<BTreeMap<String, Pool>>,
    /// Zones of volume servers, keyed by name, with the topology `MultiZone`. Removing a zone deletes the copies in it.
    #[spec(
        loses = "the zone and the copies in it",
        keys(
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            "must consist of lower-case letters, digits and `-`"
        )
    )]
    zones: Option<BTreeMap<String, Zone>>,
}

#[derive(Spec)]
struct Pool {
    /// Type of the disks, for example `ssd`.
    #[spec(pattern("[a-z0-9]+", "lower-case letters and digits"))]
    disk_type: String,
    /// Number of volume servers. Defaults to that of the zone or of all.
    #[spec(min = 1)]
    replicas: Option<i64>,
    /// Size of each server's volume. Defaults to that of the zone or of all.
    #[spec(grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. Defaults to that of all.
    storage_class: Option<String>,
    /// CPU and memory of each server. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.small`. Ignored if `resources` is set. Defaults to that of
    /// all.
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Zone {
    /// Number of volume servers. Defaults to that of all.
    #[spec(min = 1)]
    replicas: Option<i64>,
    /// Size of each server's volume. Defaults to that of all.
    #[spec(grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. Defaults to that of all.
    #[spec(since = "1.1")]
    storage_class: Option<String>,
    /// Name of the data center. Defaults to the name of the zone.
    #[spec(since = "1.1")]
    data_center: Option<String>,
    /// Labels of the platform's servers in the zone, as YAML. Defaults to `topology.kubernetes.io/zone: NAME`.
    #[spec(since = "1.1")]
    node_selector: Option<String>,
    /// Further pools of volume servers in the zone, keyed by name. Removing a pool deletes the objects in it.
    #[spec(
        since = "1.1",
        loses = "the pool and the objects in it",
        keys(
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            "must consist of lower-case letters, digits and `-`"
        )
    )]
    pools: Option<BTreeMap<String, Pool>>,
}

/// The platform installs nothing otherwise.
pub(super) fn pools_fit_the_topology(scope: &mut Scope<'_>) {
    let topology = scope.text_or("topology", "Simple");
    if topology.as_deref() == Some("MultiZone") && scope.is_set("volume.pools") {
        let detail = "With the topology `MultiZone`, pools belong to zones: `volume.pools` is not allowed. Move it to \
                      `pools` of an entry of `volume.zones`.";
        conflict(scope, "volume.pools", detail);
    }
}
