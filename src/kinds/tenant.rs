use std::collections::BTreeMap;

use crate::api::Resource;
use crate::resource::{Kind, NameRule, Output, Part, Timeouts};
use crate::schema::{Field, Quantity, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_tenant",
    title: "Tenant",
    description: "A tenant: a namespace of its own inside the tenant it is made in, with its own \
                  quotas, access rights and, if wanted, its own services. Deleting it deletes \
                  everything in it.",
    subcategory: "Tenants",
    resource: Resource {
        kind: "Tenant",
        plural: "tenants",
        prefix: "tenant-",
    },
    name_rule: NameRule::Tenant,
    spec: Tenant::object,
    ready_alone: Kind::READY_ALONE,
    parts: |object| {
        let namespace = object.status_text("namespace");
        let part = |namespace| Part::Tenant { namespace };
        namespace.map(part).into_iter().collect()
    },
    late: None,
    outputs: &[
        Output {
            name: "status_namespace",
            description: "The namespace of this tenant: the `namespace` of what is made inside it.",
            shape: String::shape,
            secret: false,
            follows: &[],
            stable: true,
            read: |seen, _| seen.object.status_text("namespace").into(),
        },
        Output {
            name: "status_host",
            description: "The domain under which the services of this tenant are reached: `host`, or where \
                          that is left out the one the platform gave it.",
            shape: String::shape,
            secret: false,
            follows: &["host"],
            stable: false,
            read: |seen, _| seen.tenant_note("host").into(),
        },
    ],
    timeouts: Timeouts {
        create: 30,
        update: 30,
        delete: 40,
    },
};

#[derive(Spec)]
struct Tenant {
    /// The domain under which the services of the tenant are reached. Left out, it is the tenant's
    /// name in front of the domain of the tenant above. Only an administrator of the platform may
    /// set or change it; others are refused.
    #[spec(default = "")]
    host: Option<String>,
    /// Whether the tenant runs an etcd of its own. The control planes of Kubernetes clusters keep
    /// their state in it: a cluster needs one in its tenant or in a tenant above. **Turning it off
    /// deletes it with its data, and with that the state of the clusters that use it.**
    #[spec(default = false)]
    etcd: Option<bool>,
    /// Whether the tenant runs a monitoring stack of its own, with metrics, logs and Grafana.
    /// Without it, the one of the tenant above is used. Turning it off deletes it and what it has
    /// collected.
    #[spec(default = false)]
    monitoring: Option<bool>,
    /// Whether the tenant runs an ingress controller of its own, with an address of its own.
    /// Without it, web traffic comes through the one of the tenant above. Turning it on or off
    /// moves that traffic to another address.
    #[spec(default = false)]
    ingress: Option<bool>,
    /// Whether the tenant runs a Gateway API gateway of its own. Left out, the platform decides.
    /// Turning it off deletes the gateway and cuts what is reached through it.
    #[spec(since = "1.6")]
    gateway: Option<bool>,
    /// Whether the tenant runs an S3 object storage of its own, which its buckets then lie in.
    /// Without it, buckets lie in the storage of the tenant above. **Turning it off deletes that
    /// storage and the buckets in it.**
    #[spec(default = false)]
    seaweedfs: Option<bool>,
    /// Whether network policies keep the tenant apart from other tenants. Later platforms have no
    /// such switch.
    #[spec(default = true, until = "0.41")]
    isolated: Option<bool>,
    /// The name of a scheduling class of the platform, which decides on which nodes the workloads
    /// of the tenant run. It only counts where the tenant above has none.
    #[spec(default = "", since = "1.3")]
    scheduling_class: Option<String>,
    /// How much the tenant may use in all, by resource: `cpu`, `memory`, `storage`, `pods`,
    /// `services.loadbalancers` and others that Kubernetes counts. A quota may not exceed what the
    /// tenant above has left. What already runs keeps running when a quota shrinks below it; new
    /// things are then refused.
    resource_quotas: Option<BTreeMap<String, Quantity>>,
}
