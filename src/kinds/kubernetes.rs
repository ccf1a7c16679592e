mod addons;
mod control_plane;
mod node_group;
mod oidc;
mod outputs;
mod talos;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::addons::Addons;
use self::control_plane::ControlPlane;
use self::node_group::{NodeGroup, NodeHealthCheck};
use self::oidc::Oidc;
use self::outputs::KubernetesOutputs;
use self::talos::{Images, Talos};
use super::shared::{KnownValues, Lookup, ValueList, conflict, warn, warn_at};
use crate::api::ApiResource;
use crate::lifecycle::{Application, Entry, MovedEntry};
use crate::resource::{EntryKind, Kind, Needs, OutputSet, Timeouts};
use crate::schema::{Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_kubernetes",
    title: "Kubernetes cluster",
    description: "A managed Kubernetes cluster: a control plane run by the platform, and node groups that scale \
                  automatically. It requires an etcd in its tenant or a parent tenant (`etcd` of `hikube_tenant`) \
                  and does not start without one.",
    subcategory: "Kubernetes",
    api_resource: || ApiResource::application("Kubernetes", "kuberneteses"),
    release_prefix: "kubernetes-",
    spec: Kubernetes::block,
    dependents: outputs::dependents,
    outputs: OutputSet::of::<KubernetesOutputs>(),
    timeouts: Timeouts {
        create: 40,
        update: 40,
        delete: 40,
    },
    needs: Some(Needs {
        service: "etcd",
        without: "Without it, the cluster does not run, even if it is reported as ready.",
    }),
    entries: &[EntryKind {
        type_name: "hikube_kubernetes_node_pool",
        title: "node pool",
        description: "A node pool of a `hikube_kubernetes`: nodes of one size that scale automatically. It is a node group \
                      of the cluster up to platform 1.6, and an object of its own later; the upgrade keeps the resource \
                      and its nodes. Deleting it deletes its nodes.",
        attribute: "node_groups",
        moved_to: Some(nodes),
        ..EntryKind::new(&NODE_POOL)
    }],
    ..Kind::new(&Application)
};

const NODE_POOL: MovedEntry = MovedEntry {
    // Read in the platform's charts.
    entry: Entry::of_map("nodeGroups").with_implicit(
        "md0",
        r#"{"minReplicas": 0, "maxReplicas": 10, "instanceType": "u1.medium", "diskSize": "20Gi", "resources": {},
            "roles": ["ingress-nginx"]}"#,
    ),
    resource: nodes,
    container: "cluster",
    inherited: &["version", "talos", "images", "storageClass"],
};

const fn nodes() -> ApiResource {
    ApiResource::application("KubernetesNodes", "kubernetesnodeses")
}

#[derive(Spec)]
#[spec(rules(
    oidc_is_configured_once,
    gpus_require_gpu_operator,
    ingress_nginx_requires_nodes
))]
struct Kubernetes {
    /// Minor version of Kubernetes. Upgrading replaces the nodes of each group after the control plane.
    #[spec(default = "v1.35", one_minor_at_a_time)]
    version: Option<KubernetesVersion>,
    /// Domain of the cluster's API (port 443). Defaults to `kubernetes-NAME` under the tenant's domain. Changing
    /// this changes the address in every kubeconfig.
    #[spec(default = "")]
    host: Option<String>,
    /// Storage class of the node disks, and default class for volumes in the cluster: `replicated` or `local` on
    /// Hikube.
    #[spec(default = "replicated", replace)]
    storage_class: Option<String>,
    /// Node groups, keyed by name. Adding or removing a group leaves the others unchanged. Renaming a group deletes
    /// its nodes and creates new ones. Without groups, the cluster has `md0` with 0 to 10 nodes of type `u1.medium`
    /// and the role `ingress-nginx`. On platform 1.6 or later, the groups given here replace `md0`. Before 1.6,
    /// every cluster has `md0` in addition, and the upgrade to 1.6 adds it to the configuration on the platform, so
    /// that the next plan removes it. To keep its nodes, declare `md0`; to keep it without nodes, declare it with
    /// `max_replicas = 0`.
    #[spec(
        until = "1.6",
        instead = "Node groups are objects of their own there, and the existing ones have become such objects: manage \
                   each with a `hikube_kubernetes_node_pool`.",
        loses = "the node group and its nodes",
        implicit_entry = "md0",
        keys(
            "[-a-z0-9]*[a-z0-9]",
            "must consist of lower-case letters, digits and `-`, and end with a letter or digit"
        ),
        key_in("kubernetes-{name}-{key}", 63)
    )]
    node_groups: Option<BTreeMap<String, NodeGroup>>,
    /// Replacement of unhealthy nodes.
    #[spec(since = "1.6", until = "1.6")]
    node_health_check: Option<NodeHealthCheck>,
    /// Addons that the platform installs and updates in the cluster.
    addons: Option<Addons>,
    /// Size and settings of the control plane.
    control_plane: Option<ControlPlane>,
    /// Logins through an identity provider.
    #[spec(since = "1.6")]
    oidc: Option<Oidc>,
    /// Talos Linux, the operating system of the nodes.
    #[spec(since = "1.6")]
    talos: Option<Talos>,
    /// Images of platform helpers, for platforms that pull from a private registry.
    #[spec(since = "1.6")]
    images: Option<Images>,
}

struct KubernetesVersion;

impl KnownValues for KubernetesVersion {
    const VALUES: ValueList = &[
        ("v1.35 v1.34", "Requires platform 1.1 or later."),
        ("v1.33 v1.32 v1.31", ""),
        ("v1.30", "Removed in platform 1.6."),
        ("v1.29 v1.28", "Platform 0.41 only."),
    ];
}

/// The API server does not start with both.
fn oidc_is_configured_once(scope: &mut Scope<'_>) {
    let flags = scope.elements("control_plane.api_server.extra_args");
    let mut flags = flags.iter().filter_map(Value::as_str);
    let mode = scope.text_or("oidc.mode", "None");
    if let (Some(mode), Some(flag)) = (mode, flags.find(|flag| flag.starts_with("--oidc-")))
        && mode != "None"
    {
        let flag = flag.split('=').next().unwrap_or(flag);
        let detail = format!(
            "`control_plane.api_server.extra_args` has `{flag}`, which conflicts with `oidc.mode = \"{mode}\"`: the \
             API server does not start with both. Remove the flag, or set `oidc.mode` to `None`."
        );
        conflict(scope, "control_plane", detail);
    }
}

fn gpus_require_gpu_operator(scope: &mut Scope<'_>) {
    let groups = scope.entries("node_groups");
    let mut with_gpus = groups.iter().filter(|(_, group)| group.is_set("gpus"));
    if let (Some((name, _)), true) = (
        with_gpus.next(),
        scope.is_off("addons.gpu_operator.enabled"),
    ) {
        let path = scope.path("node_groups").key(name).attribute("gpus");
        let detail = format!(
            "The node group `{name}` has `gpus`, but the addon `gpu_operator` is not enabled: without its drivers, \
             pods cannot use the GPUs. Set `addons.gpu_operator.enabled` to `true`, unless you install the drivers \
             yourself."
        );
        warn_at(scope, &path, "GPUs have no drivers", detail);
    }
}

fn ingress_nginx_requires_nodes(scope: &mut Scope<'_>) {
    let may_have_role = |group: &Value| {
        let mut roles = group.elements("roles").into_iter();
        group.at("roles").is_unknown()
            || roles.any(|role| role.is_unknown() || role.as_str() == Some("ingress-nginx"))
    };
    let groups = scope.entries("node_groups");
    // Without groups there is `md0`, which has the role.
    let has_nodes = groups.is_empty() || groups.values().any(may_have_role);
    if scope.is_on("addons.ingress_nginx.enabled") && !has_nodes {
        let detail = "The addon `ingress_nginx` runs only on nodes with the role `ingress-nginx`, which no node group \
                      has: it stays pending. Add `roles = [\"ingress-nginx\"]` to a group.";
        warn(
            scope,
            "addons.ingress_nginx",
            "No nodes for ingress-nginx",
            detail,
        );
    }
}
