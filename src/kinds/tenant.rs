use std::collections::BTreeMap;

use super::shared::{Lookup, warn_at};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{
    Dependent, Kind, NameRule, Observe, Observed, OutputSet, Outputs, Planned, Timeouts,
};
use crate::schema::{Quantity, Scope, Spec, Unit, respelling};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_tenant",
    title: "tenant",
    description: "A tenant: a namespace inside a parent tenant, with its own quotas, access rights and optional services. \
                  Deleting it deletes everything in it.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Tenant", "tenants"),
    release_prefix: "tenant-",
    name_rule: NameRule::Tenant,
    spec: Tenant::block,
    dependents: |object| {
        let namespace = object.status_text("namespace");
        let dependent = |namespace| Dependent::Tenant { namespace };
        namespace.map(dependent).into_iter().collect()
    },
    outputs: OutputSet::of::<TenantOutputs>(),
    timeouts: Timeouts {
        create: 30,
        update: 30,
        delete: 40,
    },
    ..Kind::new(&Application)
};

#[derive(Outputs)]
struct TenantOutputs {
    /// Namespace of this tenant, for `namespace` of the resources in it. It is known at plan: a data source that
    /// reads inside a new tenant needs `depends_on`.
    #[output(use_state_for_unknown, known_at_plan = planned_namespace)]
    status_namespace: Option<String>,
    /// Domain of the tenant's services: `host`, or the domain that the platform assigned.
    #[output(unknown_when_changed("host"))]
    status_host: Option<String>,
}

impl Observe for TenantOutputs {
    fn observe(seen: &Observed, _: &Value) -> TenantOutputs {
        let object = &seen.object;
        // It is known before the platform reports it, so that resources in the tenant are not replaced.
        let reported = object.status_text("namespace");
        TenantOutputs {
            status_namespace: reported
                .or_else(|| tenant_namespace(&object.namespace, &object.name)),
            status_host: seen.tenant_note("host").map(str::to_owned),
        }
    }
}

fn planned_namespace(values: &Value) -> Planned<Option<String>> {
    let text = |name: &str| values.attribute(name).as_str();
    let place = text("namespace").zip(text("name"));
    let namespace = place.and_then(|(parent, name)| tenant_namespace(parent, name));
    namespace.map(Some).into()
}

/// The namespace of a tenant, from the namespace of its parent and its name (read in the platform's source).
pub fn tenant_namespace(parent: &str, name: &str) -> Option<String> {
    match parent {
        "tenant-root" if name == "root" => Some(parent.to_owned()),
        "tenant-root" => Some(format!("tenant-{name}")),
        _ if parent.starts_with("tenant-") => Some(format!("{parent}-{name}")),
        _ => None,
    }
}

#[derive(Spec)]
#[spec(rules(quotas_are_known, quotas_of_bytes_have_a_unit))]
struct Tenant {
    /// Domain of the tenant's services. Defaults to the tenant's name under the parent's domain. Only platform
    /// administrators may set or change it.
    #[spec(default = "")]
    host: Option<String>,
    /// Whether the tenant has its own etcd, which stores the state of Kubernetes clusters. A cluster requires one in
    /// its tenant or a parent tenant. Setting this to `false` deletes the etcd and the state of the clusters that
    /// use it.
    #[spec(
        default = false,
        loses = "the etcd and the state of the Kubernetes clusters that use it"
    )]
    etcd: Option<bool>,
    /// Whether the tenant has its own monitoring stack: metrics, logs and Grafana. Otherwise it uses the parent's.
    /// Setting this to `false` deletes the stack and the data it has collected.
    #[spec(
        default = false,
        loses = "the monitoring stack and the metrics and logs it has collected"
    )]
    monitoring: Option<bool>,
    /// Whether the tenant has its own ingress controller with a public address. Otherwise it uses the parent's.
    /// Changing this moves HTTP traffic to another address.
    #[spec(
        default = false,
        loses = "the ingress controller and its public address"
    )]
    ingress: Option<bool>,
    /// Whether the tenant has its own Gateway API gateway. Decided by the platform if unset. Setting this to
    /// `false` deletes the gateway and cuts its traffic.
    #[spec(since = "1.6", loses = "the gateway and its public address")]
    gateway: Option<bool>,
    /// Whether the tenant has its own S3 object storage, in which its buckets are created. Otherwise it uses the
    /// parent's. Setting this to `false` deletes the storage and the buckets in it.
    #[spec(default = false, loses = "the object storage and the buckets in it")]
    seaweedfs: Option<bool>,
    /// Whether the tenant has a compute plane: a Kubernetes cluster that the platform operates for applications with
    /// untrusted code, and to which the tenant has no kubeconfig. Setting this to `false` deletes the cluster.
    #[spec(
        default = false,
        since = "1.7",
        loses = "the compute plane and what runs on it"
    )]
    computeplane: Option<bool>,
    /// Whether network policies isolate the tenant from other tenants.
    #[spec(default = true, until = "0.41")]
    isolated: Option<bool>,
    /// Scheduling class of the platform, which selects the nodes for the tenant's workloads. Ignored if the parent
    /// tenant has one.
    #[spec(default = "", since = "1.3")]
    scheduling_class: Option<String>,
    /// Quotas, keyed by resource: `cpu`, `memory`, `storage`, `pods`, `services.loadbalancers` and other names of
    /// Kubernetes quotas. A quota cannot exceed what the parent has left. Lowering a quota below current usage keeps
    /// what is running and rejects new workloads.
    #[spec(keys(
        "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?",
        "must be names of resources, such as `cpu` or `nvidia.com/AD102GL_L40S`"
    ))]
    resource_quotas: Option<BTreeMap<String, Quantity>>,
}

/// Names of quotas without a `/` that the platform passes on (read in its charts). It expands `cpu` to
/// `requests.cpu` and `limits.cpu`, and so on.
const QUOTAS: &str = "cpu memory ephemeral-storage storage pods services services.loadbalancers services.nodeports \
                      services.clusterip configmaps secrets persistentvolumeclaims replicationcontrollers \
                      resourcequotas";

fn quotas_are_known(scope: &mut Scope<'_>) {
    for (name, _) in scope.entries("resource_quotas") {
        let path = scope.path("resource_quotas").key(&name);
        let expanded = name
            .strip_prefix("requests.")
            .or(name.strip_prefix("limits."));
        if let Some(quota) = expanded {
            let detail = format!(
                "`{name}` is not a quota of a tenant: the platform adds `requests.` and `limits.` itself. Use `{quota}`."
            );
            scope.error_at(&path, "Unknown quota", detail);
        } else if !name.contains('/') && !QUOTAS.split(' ').any(|known| known == name) {
            let hint = respelling(&name, QUOTAS.split(' '));
            let hint = hint.map_or_else(String::new, |known| format!(" Did you mean `{known}`?"));
            let detail = format!(
                "The quota `{name}` may be unknown to the platform, which then does not install the tenant.{hint} Known \
                 names: `{}`, and extended resources such as `nvidia.com/AD102GL_L40S`.",
                QUOTAS.replace(' ', "`, `")
            );
            warn_at(scope, &path, &format!("Unknown quota {name}"), detail);
        }
    }
}

fn quotas_of_bytes_have_a_unit(scope: &mut Scope<'_>) {
    for (name, amount) in scope.entries("resource_quotas") {
        let amount = amount.as_str().unwrap_or_default();
        // A quota of 0 is allowed.
        let is_zero = amount.starts_with('0') && !amount.contains('.');
        let is_bytes = matches!(&*name, "memory" | "storage" | "ephemeral-storage") && !is_zero;
        if let Some(problem) = Unit::Bytes.problem(amount).filter(|_| is_bytes) {
            let path = scope.path("resource_quotas").key(&name);
            scope.error_at(
                &path,
                "Invalid Attribute Value",
                format!("`{path}` {problem}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, refused, warned};

    #[test]
    fn the_namespace_follows_from_the_parent_and_the_name() {
        let of = |parent, name| tenant_namespace(parent, name).unwrap_or_default();
        assert_eq!(of("tenant-root", "root"), "tenant-root");
        assert_eq!(of("tenant-root", "acme"), "tenant-acme");
        assert_eq!(of("tenant-acme", "dev"), "tenant-acme-dev");
        assert_eq!(of("default", "acme"), "");
    }

    #[test]
    fn quotas_are_known() {
        let tenant = |name: &str, amount: &str| json!({ "resource_quotas": { name: amount } });
        for (name, amount) in [
            ("cpu", "8"),
            ("memory", "16Gi"),
            ("storage", "0"),
            ("services.loadbalancers", "2"),
            ("nvidia.com/AD102GL_L40S", "1"),
            ("count/deployments.apps", "3"),
            ("pods", "20"),
        ] {
            accepted(&KIND, &tenant(name, amount));
        }
        refused(&KIND, &tenant("requests.cpu", "8"), "Use `cpu`");
        refused(&KIND, &tenant("limits.memory", "8Gi"), "Use `memory`");
        refused(&KIND, &tenant("memory", "16"), "Did you mean `16Gi`?");
        warned(&KIND, &tenant("gpu", "1"), "Known names: `cpu`");
        warned(
            &KIND,
            &tenant("services.LoadBalancers", "1"),
            "Did you mean `services.loadbalancers`?",
        );
    }
}
