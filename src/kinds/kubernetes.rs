mod access;
mod addons;
mod control_plane;
mod node_group;
mod oidc;
mod talos;

use std::collections::BTreeMap;

use self::addons::Addons;
use self::control_plane::ControlPlane;
use self::node_group::{NodeGroup, NodeHealthCheck};
use self::oidc::Oidc;
use self::talos::{Images, Talos};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, NameRule, Needs, OutputSet, Timeouts};
use crate::schema::{Choice, Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_kubernetes",
    title: "Kubernetes cluster",
    description: "A Kubernetes cluster of your own: a control plane run by the platform, and \
                  groups of nodes that grow and shrink by themselves. It needs an etcd in its \
                  tenant or in a tenant above (`etcd` of `hikube_tenant`); without one it waits.",
    subcategory: "Kubernetes",
    api_resource: || ApiResource::application("Kubernetes", "kuberneteses"),
    release_prefix: "kubernetes-",
    lifecycle: &Application,
    name_rule: NameRule::Label,
    spec: Kubernetes::block,
    waits_by_default: Kind::WAITS,
    dependents: access::parts,
    dependents_timeout: None,
    outputs: OutputSet::of::<access::Access>(),
    timeouts: Timeouts {
        create: 40,
        update: 40,
        delete: 40,
    },
    used_by: None,
    needs: Some(Needs {
        service: "etcd",
        without: "Until there is one, nothing of the cluster runs, even if it is reported as ready.",
    }),
};

#[derive(Spec)]
#[spec(rules(one_way_to_oidc, gpus_have_their_operator, ingress_has_its_nodes))]
struct Kubernetes {
    /// Version of Kubernetes. Raising it upgrades the control plane and then replaces the nodes
    /// group by group.
    #[spec(default = "v1.35", one_minor_at_a_time)]
    version: Option<Version>,
    /// The domain of the cluster's API, served at port 443. Left out, `kubernetes-NAME` in front of
    /// the tenant's domain. Changing it changes the address in every kubeconfig.
    #[spec(default = "")]
    host: Option<String>,
    /// The class of storage of the nodes' disks, and the usual one for volumes in the cluster: on
    /// Hikube `replicated` or `local`.
    #[spec(default = "replicated", replace)]
    storage_class: Option<String>,
    /// Groups of nodes, keyed by name. Without any, the cluster has one group, `md0`, with 0 to 10
    /// nodes of `u1.medium` and the role `ingress-nginx`. On platform 1.6 or later the groups given
    /// here take its place. Before 1.6 every cluster has `md0` beside them, and the upgrade to 1.6
    /// writes it into the cluster: the next plan then wants to remove it. To keep its nodes, declare
    /// `md0` here as well; to keep it without nodes, with `max_replicas = 0`. Adding or removing an
    /// entry adds or removes its nodes and leaves the other groups alone. **Renaming a group deletes
    /// its nodes and creates others.**
    #[spec(
        loses = "the node group and its nodes",
        implicit_entry = "md0",
        keys(
            "[-a-z0-9]*[a-z0-9]",
            "must consist of lower-case letters, digits and `-`, and end with a letter or digit"
        ),
        key_in("kubernetes-{name}-{key}", 63)
    )]
    node_groups: Option<BTreeMap<String, NodeGroup>>,
    /// When a node counts as broken and is replaced.
    #[spec(since = "1.6")]
    node_health_check: Option<NodeHealthCheck>,
    /// What the platform installs and keeps up to date in the cluster.
    addons: Option<Addons>,
    /// The size and settings of the control plane.
    control_plane: Option<ControlPlane>,
    /// Who may log in to the cluster through an identity provider.
    #[spec(since = "1.6")]
    oidc: Option<Oidc>,
    /// The operating system of the nodes.
    #[spec(since = "1.6")]
    talos: Option<Talos>,
    /// Where helpers of the platform are pulled from, when not from its usual registries.
    #[spec(since = "1.6")]
    images: Option<Images>,
}

#[derive(Choice)]
#[choice(open)]
enum Version {
    /// Kubernetes 1.35, on platform 1.3 and later.
    #[choice(value = "v1.35")]
    V1x35,
    /// Kubernetes 1.34, on platform 1.3 and later.
    #[choice(value = "v1.34")]
    V1x34,
    /// Kubernetes 1.33.
    #[choice(value = "v1.33")]
    V1x33,
    /// Kubernetes 1.32.
    #[choice(value = "v1.32")]
    V1x32,
    /// Kubernetes 1.31.
    #[choice(value = "v1.31")]
    V1x31,
    /// Kubernetes 1.30, no longer on platform 1.6.
    #[choice(value = "v1.30")]
    V1x30,
    /// Kubernetes 1.29, on platform 0.41 only.
    #[choice(value = "v1.29")]
    V1x29,
    /// Kubernetes 1.28, on platform 0.41 only.
    #[choice(value = "v1.28")]
    V1x28,
}

/// The API server does not start when it finds both ways.
fn one_way_to_oidc(scope: &mut Scope<'_>) {
    let has_mode = scope
        .get("oidc")
        .attribute("mode")
        .as_str()
        .is_some_and(|mode| mode != "None");
    let flags = scope
        .get("control_plane")
        .attribute("api_server")
        .attribute("extra_args");
    let flags = flags.as_elements().unwrap_or_default();
    let flag = flags
        .iter()
        .filter_map(Value::as_str)
        .find(|flag| flag.starts_with("--oidc-"));
    if let (true, Some(flag)) = (has_mode, flag) {
        let name = flag.split('=').next().unwrap_or(flag);
        let detail = format!(
            "`control_plane.api_server.extra_args` has `{name}` while `oidc.mode` is on: the API \
             server does not start with both. Remove the flag, or set `oidc.mode` to `None`."
        );
        scope.error("control_plane", "Invalid Attribute Combination", detail);
    }
}

fn gpus_have_their_operator(scope: &mut Scope<'_>) {
    let operator = scope.get("addons").attribute("gpu_operator");
    let is_off = |value: &Value| matches!(value, Value::Null | Value::Bool(false));
    if scope.get("addons").is_unknown()
        || operator.is_unknown()
        || !is_off(operator.attribute("enabled"))
    {
        return;
    }
    let groups = scope.get("node_groups").as_map();
    let mut groups = groups.into_iter().flatten();
    let has_gpus = |entry: &Value| {
        let gpus = entry.attribute("gpus").as_elements();
        gpus.is_some_and(|gpus| !gpus.is_empty())
    };
    let Some(name) = groups.find_map(|(name, entry)| has_gpus(entry).then(|| name.clone())) else {
        return;
    };
    let path = scope.path("node_groups").key(&name).attribute("gpus");
    let detail = format!(
        "The node group `{name}` has `gpus`, and the addon `gpu_operator` is off: pods cannot use the GPUs \
         without its drivers. Add `addons = {{ gpu_operator = {{ enabled = true }} }}`, unless you install \
         them yourself."
    );
    scope.warn_at(&path, "GPUs without drivers", detail);
}

fn ingress_has_its_nodes(scope: &mut Scope<'_>) {
    let ingress = scope.get("addons").attribute("ingress_nginx");
    // Without groups there is the platform's own, which has the role.
    let (Some(true), Some(groups)) = (
        ingress.attribute("enabled").as_bool(),
        scope.get("node_groups").as_map(),
    ) else {
        return;
    };
    let may_have_role = |entry: &Value| {
        let roles = entry.attribute("roles");
        let is_it = |role: &Value| role.is_unknown() || role.as_str() == Some("ingress-nginx");
        let listed = roles.as_elements().unwrap_or_default().iter().any(is_it);
        entry.is_unknown() || roles.is_unknown() || listed
    };
    if groups.is_empty() || groups.values().any(may_have_role) {
        return;
    }
    let path = scope.path("addons").attribute("ingress_nginx");
    scope.warn_at(
        &path,
        "No nodes for ingress-nginx",
        "The addon `ingress_nginx` is on and runs only on nodes with the role `ingress-nginx`, which no node \
         group has: it stays pending. Add `roles = [\"ingress-nginx\"]` to a group.",
    );
}
