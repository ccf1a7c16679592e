mod volume;

use std::collections::BTreeSet;

use self::volume::Volume;
use super::shared::{Lookup, Preset, Resources, missing};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Adopted, Kind};
use crate::schema::{Bytes, Choice, Scope, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_seaweedfs",
    title: "object storage",
    description: "Settings of a tenant's object storage (SeaweedFS), in which its S3 buckets are, and which the platform \
                  creates for a tenant with `seaweedfs = true`. Creating this resource takes over the existing storage; \
                  destroying it leaves the storage as it is.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("SeaweedFS", "seaweedfses"),
    adopted: Some(Adopted {
        name: "seaweedfs",
        switch: Some("seaweedfs"),
    }),
    spec: SeaweedFs::block,
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(a_client_has_a_server, volume::pools_fit_the_topology))]
struct SeaweedFs {
    /// Domain of the S3 API. Defaults to `s3` under the tenant's domain. Changing this changes the endpoint of all
    /// buckets.
    #[spec(default = "")]
    host: Option<String>,
    /// Layout of the storage, which cannot change later: the platform refuses it.
    #[spec(default = "Simple")]
    topology: Option<Topology>,
    /// Number of copies of each object; with `MultiZone` at most the number of zones.
    #[spec(default = 2, min = 1)]
    replication_factor: Option<i64>,
    /// Database with the names of the objects.
    db: Option<Database>,
    /// Masters, which assign objects to volumes.
    master: Option<Servers3>,
    /// Filers, which know the names of the objects.
    filer: Option<Filer>,
    /// Volume servers, which store the objects.
    volume: Option<Volume>,
    /// Servers of the S3 API.
    s3: Option<Servers2>,
}

#[derive(Choice)]
enum Topology {
    /// All volume servers in one zone.
    Simple,
    /// Volume servers in several zones, by `volume.zones`.
    MultiZone,
    /// No volume servers of its own: it uses the storage at `filer.grpc_host`.
    Client,
}

#[derive(Spec)]
struct Database {
    /// Number of replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. Defaults to the platform's default class.
    #[spec(default = "")]
    storage_class: Option<String>,
    /// CPU and memory of each replica. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.small`. Ignored if `resources` is set.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Servers3 {
    /// Number of servers, which should be odd: more than half of them must run.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each server. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.small`. Ignored if `resources` is set.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Servers2 {
    /// Number of servers.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each server. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.small`. Ignored if `resources` is set.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Filer {
    /// Number of filers.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Domain at which other clusters reach the filers, or with the topology `Client` that of the filers it uses.
    #[spec(default = "")]
    grpc_host: Option<String>,
    /// Port at that domain.
    #[spec(default = 443, min = 1, max = 65535)]
    grpc_port: Option<i64>,
    /// Networks that may reach the filers from outside, in CIDR notation.
    whitelist: Option<BTreeSet<String>>,
    /// CPU and memory of each filer. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each filer, as a preset such as `t1.small`. Ignored if `resources` is set.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
}

fn a_client_has_a_server(scope: &mut Scope<'_>) {
    if scope.at("topology").as_str() == Some("Client") && scope.is_empty("filer.grpc_host") {
        let detail = "The topology `Client` uses the storage of another cluster. Set `filer.grpc_host` to the domain of \
                      its filers.";
        missing(scope, "topology", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, refused};

    #[test]
    fn a_client_has_a_server() {
        refused(&KIND, &json!({ "topology": "Client" }), "`filer.grpc_host`");
        let host = json!({ "topology": "Client", "filer": { "grpc_host": "?" } });
        accepted(&KIND, &host);
    }

    #[test]
    fn pools_fit_the_topology() {
        let pools = json!({ "fast": { "disk_type": "ssd" } });
        accepted(&KIND, &json!({ "volume": { "pools": pools } }));
        let zones = json!({ "a": { "pools": pools } });
        accepted(
            &KIND,
            &json!({ "topology": "MultiZone", "volume": { "zones": zones } }),
        );
        let both = json!({ "topology": "MultiZone", "volume": { "pools": pools, "zones": zones } });
        refused(&KIND, &both, "`volume.zones`");
        let upper = json!({ "volume": { "pools": { "fast": { "disk_type": "SSD" } } } });
        refused(&KIND, &upper, "lower-case");
    }
}
