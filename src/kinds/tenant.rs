use std::collections::BTreeMap;

use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{
    Dependent, Kind, NameRule, Observe, Observed, OutputSet, Outputs, Planned, Timeouts,
};
use crate::schema::{Quantity, Scope, Spec, Unit, respelling};
use crate::value::Value;

/// The namespace of the tenant above all.
const ROOT: &str = "tenant-root";

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_tenant",
    title: "Tenant",
    description: "A tenant: a namespace of its own inside the tenant it is made in, with its own \
                  quotas, access rights and, if wanted, its own services. Deleting it deletes \
                  everything in it.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Tenant", "tenants"),
    release_prefix: "tenant-",
    lifecycle: &Application,
    name_rule: NameRule::Tenant,
    spec: Tenant::block,
    waits_by_default: Kind::WAITS,
    dependents: |object| {
        let namespace = object.status_text("namespace");
        let part = |namespace| Dependent::Tenant { namespace };
        namespace.map(part).into_iter().collect()
    },
    dependents_timeout: None,
    outputs: OutputSet::of::<Access>(),
    timeouts: Timeouts {
        create: 30,
        update: 30,
        delete: 40,
    },
    used_by: None,
    needs: None,
};

/// Where the tenant is, and how it is reached.
#[derive(Outputs)]
struct Access {
    /// The namespace of this tenant: the `namespace` of what is made inside it. It is known at plan, so a data
    /// source that reads inside a new tenant needs `depends_on`.
    #[output(use_state_for_unknown, known_at_plan = planned_namespace)]
    status_namespace: Option<String>,
    /// The domain under which the services of this tenant are reached: `host`, or where that is left out the
    /// one the platform gave it.
    #[output(unknown_when_changed("host"))]
    status_host: Option<String>,
}

impl Observe for Access {
    fn observe(seen: &Observed, _: &Value) -> Access {
        let object = &seen.object;
        // Before the platform says so, it is known all the same: what is made inside must not move.
        let reported = object.status_text("namespace");
        Access {
            status_namespace: reported.or_else(|| namespace_of(&object.namespace, &object.name)),
            status_host: seen.tenant_note("host").map(str::to_owned),
        }
    }
}

fn planned_namespace(values: &Value) -> Planned<Option<String>> {
    let text = |name: &str| values.attribute(name).as_str();
    let place = text("namespace").zip(text("name"));
    place
        .and_then(|(parent, name)| namespace_of(parent, name))
        .map(Some)
        .into()
}

/// The namespace the platform gives a tenant, by the namespace it lies in and its name (read in its source).
fn namespace_of(parent: &str, name: &str) -> Option<String> {
    match parent {
        ROOT if name == "root" => Some(ROOT.to_owned()),
        ROOT => Some(format!("tenant-{name}")),
        _ if parent.starts_with("tenant-") => Some(format!("{parent}-{name}")),
        _ => None,
    }
}

#[derive(Spec)]
#[spec(rules(quotas_count))]
struct Tenant {
    /// The domain under which the services of the tenant are reached. Left out, it is the tenant's
    /// name in front of the domain of the tenant above. Only an administrator of the platform may
    /// set or change it; others are refused.
    #[spec(default = "")]
    host: Option<String>,
    /// Whether the tenant runs an etcd of its own. The control planes of Kubernetes clusters keep
    /// their state in it: a cluster needs one in its tenant or in a tenant above. **Turning it off
    /// deletes it with its data, and with that the state of the clusters that use it.**
    #[spec(
        default = false,
        loses = "the etcd and the state of the Kubernetes clusters that use it"
    )]
    etcd: Option<bool>,
    /// Whether the tenant runs a monitoring stack of its own, with metrics, logs and Grafana.
    /// Without it, the one of the tenant above is used. Turning it off deletes it and what it has
    /// collected.
    #[spec(
        default = false,
        loses = "the monitoring stack and the metrics and logs it has collected"
    )]
    monitoring: Option<bool>,
    /// Whether the tenant runs an ingress controller of its own, with an address of its own.
    /// Without it, web traffic comes through the one of the tenant above. Turning it on or off
    /// moves that traffic to another address.
    #[spec(
        default = false,
        loses = "the ingress controller and its public address"
    )]
    ingress: Option<bool>,
    /// Whether the tenant runs a Gateway API gateway of its own. Left out, the platform decides.
    /// Turning it off deletes the gateway and cuts what is reached through it.
    #[spec(since = "1.6", loses = "the gateway and its public address")]
    gateway: Option<bool>,
    /// Whether the tenant runs an S3 object storage of its own, which its buckets then lie in.
    /// Without it, buckets lie in the storage of the tenant above. **Turning it off deletes that
    /// storage and the buckets in it.**
    #[spec(default = false, loses = "the object storage and the buckets in it")]
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
    #[spec(keys(
        "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?",
        "must be names of resources, such as `cpu` or `nvidia.com/AD102GL_L40S`"
    ))]
    resource_quotas: Option<BTreeMap<String, Quantity>>,
}

/// The names of quotas without a `/` that the platform passes on (read in its charts). It writes `cpu` as
/// `requests.cpu` and `limits.cpu`, and so on, by itself.
const QUOTAS: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "storage",
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "services.clusterip",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "replicationcontrollers",
    "resourcequotas",
];

fn quotas_count(scope: &mut Scope<'_>) {
    let quotas = scope.get("resource_quotas").as_map();
    let quotas: Vec<(String, Option<String>)> = quotas
        .into_iter()
        .flatten()
        .map(|(name, amount)| (name.clone(), amount.as_str().map(str::to_owned)))
        .collect();
    for (name, amount) in quotas {
        let path = scope.path("resource_quotas").key(&name);
        let short = name
            .strip_prefix("requests.")
            .or(name.strip_prefix("limits."));
        if let Some(short) = short {
            let detail = format!(
                "`{name}` is not a quota of a tenant: the platform adds `requests.` and `limits.` by itself and \
                 would ask for `requests.{name}`. Use `{short}`."
            );
            scope.error_at(&path, "Unknown quota", detail);
        } else if !name.contains('/') && !QUOTAS.contains(&name.as_str()) {
            let hint = respelling(&name, QUOTAS.iter().copied())
                .map_or_else(String::new, |known| format!(" Did you mean `{known}`?"));
            let known: Vec<String> = QUOTAS.iter().map(|known| format!("`{known}`")).collect();
            let detail = format!(
                "The platform may not know the quota `{name}`; then the tenant is not installed.{hint} Known \
                 names: {}, and extended resources such as `nvidia.com/AD102GL_L40S`.",
                known.join(", ")
            );
            scope.warn_at(&path, "Unknown quota", detail);
        }
        let is_bytes = matches!(name.as_str(), "memory" | "storage" | "ephemeral-storage");
        let amount = amount.unwrap_or_default();
        // None at all can be meant.
        let is_none = amount.starts_with('0') && !amount.contains('.');
        if let Some(problem) = Unit::Bytes
            .problem(&amount)
            .filter(|_| is_bytes && !is_none)
        {
            let detail = format!("`{path}` {problem}");
            scope.error_at(&path, "Invalid Attribute Value", detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_follows_from_the_parent_and_the_name() {
        let of = |parent, name| namespace_of(parent, name).unwrap_or_default();
        assert_eq!(of("tenant-root", "root"), "tenant-root");
        assert_eq!(of("tenant-root", "acme"), "tenant-acme");
        assert_eq!(of("tenant-acme", "dev"), "tenant-acme-dev");
        assert_eq!(of("default", "acme"), "");
    }
}
