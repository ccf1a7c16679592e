use super::shared::{Lookup, warn};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Adopted, Kind};
use crate::schema::{Bytes, Cpu, Scope, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_etcd",
    title: "etcd",
    description: "Settings of a tenant's etcd, which stores the state of its Kubernetes clusters, and which the platform \
                  creates for a tenant with `etcd = true`. Creating this resource takes over the existing etcd; \
                  destroying it leaves the etcd as it is.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Etcd", "etcds"),
    adopted: Some(Adopted {
        name: "etcd",
        switch: Some("etcd"),
    }),
    spec: Etcd::block,
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(a_majority_survives))]
struct Etcd {
    /// Version of etcd. Upgrading restarts the members one at a time and cannot be undone.
    #[spec(
        default = "3.6.11",
        upgrade_only,
        since = "1.6",
        pattern("[0-9]+\\.[0-9]+\\.[0-9]+", "a version such as `3.6.11`")
    )]
    version: Option<String>,
    /// Size of each member's volume, for example `4Gi`.
    #[spec(default = "4Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. The platform does not move existing volumes to another class.
    #[spec(default = "")]
    storage_class: Option<String>,
    /// Number of members, which should be odd: more than half of them must run.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each member. Changing this restarts the members one at a time.
    resources: Option<EtcdResources>,
}

#[derive(Spec)]
struct EtcdResources {
    /// CPU, for example `1000m`.
    #[spec(default = "1000m")]
    cpu: Option<Cpu>,
    /// Memory, for example `512Mi`.
    #[spec(default = "512Mi")]
    memory: Option<Bytes>,
}

fn a_majority_survives(scope: &mut Scope<'_>) {
    let members = scope.number_or("replicas", 3);
    if let Some(even) = members.filter(|members| members % 2 == 0) {
        let detail = format!(
            "`replicas` is {even}. More than half of the members must run, so {even} survive no more failures than {}. \
             Choose an odd number.",
            even - 1
        );
        warn(scope, "replicas", "Even number of etcd members", detail);
    }
}
