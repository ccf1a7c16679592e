use std::collections::BTreeSet;

use crate::kinds::shared::{Gpu, Lookup, Resources, conflict, not_above, warn};
use crate::schema::{Bytes, Duration, Field, Scope, Shape, Spec, Text, Unit};

/// The platform fills no defaults inside a map entry, so what it requires is always sent.
#[derive(Spec)]
#[spec(
    rules(min_replicas_is_not_above_max, resources_replace_instance_type),
    platform_rules(resources_exclude_instance_type)
)]
pub(super) struct NodeGroup {
    /// Minimum number of nodes. With `0`, the first node starts when a pod needs it. Changing this affects running
    /// nodes only if there are too few.
    #[spec(always_send, default = 0, min = 0)]
    min_replicas: Option<i64>,
    /// Maximum number of nodes. Lowering this below the current number drains and removes nodes.
    #[spec(always_send, default = 10, min = 0)]
    max_replicas: Option<i64>,
    /// Instance type of the nodes, for example `u1.medium`. On Hikube, `s1` has 2 GiB of memory per CPU, `u1` 4 and
    /// `m1` 8. Changing this replaces the nodes of the group one at a time.
    #[spec(always_send, default = "u1.medium")]
    instance_type: Option<String>,
    /// CPU and memory of each node. Overrides `instance_type`. Changing this replaces the nodes of the group one at
    /// a time.
    #[spec(always_send, default_json = "{}")]
    resources: Option<Resources>,
    /// Size of each node's disk, for example `20Gi`, which holds images, logs and ephemeral volumes. Changing this
    /// replaces the nodes of the group one at a time.
    #[spec(always_send, default = "20Gi", renamed_from = "ephemeralStorage")]
    disk_size: Option<Bytes>,
    /// Storage class of the node disks. Defaults to `storage_class` of the cluster. Changing this replaces the nodes
    /// of the group one at a time.
    #[spec(since = "1.6")]
    storage_class: Option<String>,
    /// Roles of the nodes, set as labels `node-role.kubernetes.io/ROLE`. The addon `ingress_nginx` runs only on
    /// nodes with the role `ingress-nginx`.
    roles: Option<BTreeSet<String>>,
    /// GPUs of each node, one entry per GPU. They require the addon `gpu_operator`. Changing this replaces the nodes
    /// of the group one at a time.
    gpus: Option<Vec<Gpu>>,
    /// Reserved resources and eviction thresholds.
    #[spec(since = "1.6")]
    kubelet: Option<Kubelet>,
    /// Number or share of unhealthy nodes, such as `1` or `50%`, above which nodes are no longer replaced. Defaults
    /// to `node_health_check.max_unhealthy`.
    #[spec(since = "1.6")]
    max_unhealthy: Option<MaxUnhealthy>,
    /// Time in which a new node must become ready before it is replaced, for example `10m`. Defaults to
    /// `node_health_check.node_startup_timeout`.
    #[spec(since = "1.6")]
    node_startup_timeout: Option<Duration>,
}

#[derive(Spec)]
struct Kubelet {
    /// CPU reserved for the kubelet and the container runtime, for example `100m`. Defaults to 5 % of the node's
    /// CPU, between `50m` and `500m`.
    kube_reserved_cpu: Option<ReservedCpu>,
    /// Memory reserved for the kubelet and the container runtime, for example `512Mi`. Defaults to 5 % of the
    /// node's memory, between `256Mi` and `1Gi`.
    kube_reserved_memory: Option<ReservedMemory>,
    /// CPU reserved for the operating system, for example `100m`. Defaults to 5 % of the node's CPU, between `50m`
    /// and `500m`.
    system_reserved_cpu: Option<ReservedCpu>,
    /// Memory reserved for the operating system, for example `512Mi`. Defaults to 5 % of the node's memory, between
    /// `256Mi` and `1Gi`.
    system_reserved_memory: Option<ReservedMemory>,
    /// Free memory below which pods are evicted immediately: a share such as `7%` or an amount such as `200Mi`.
    #[spec(default = "7%")]
    eviction_hard_memory: Option<EvictionThreshold>,
    /// Free memory below which pods are evicted after a grace period: a share such as `10%` or an amount such as
    /// `1Gi`.
    #[spec(default = "10%")]
    eviction_soft_memory: Option<EvictionThreshold>,
}

#[derive(Spec)]
pub(super) struct NodeHealthCheck {
    /// Number or share of unhealthy nodes in a group, such as `1` or `50%`, above which nodes are no longer
    /// replaced. A share is safer.
    #[spec(default = "50%")]
    max_unhealthy: Option<MaxUnhealthy>,
    /// Time in which a new node must become ready before it is replaced, for example `10m`. Nodes that pull their
    /// image more slowly are replaced forever.
    #[spec(default = "10m")]
    node_startup_timeout: Option<Duration>,
}

/// Declares texts of a form. The API has them as strings, never as numbers, so they are no quantities.
macro_rules! texts {
    ($($name:ident: $unit:expr, $pattern:literal, $words:literal;)*) => {
        $(
            struct $name;

            impl Field for $name {
                fn shape() -> Shape {
                    let pattern = Some(($pattern, $words));
                    Shape::Text(Text { unit: $unit, pattern, ..Text::default() })
                }
            }
        )*
    };
}

texts! {
    ReservedCpu: Some(Unit::Cpu), "[0-9]+m|[0-9]+(\\.[0-9]+)?", "an amount of CPU such as `100m` or `0.5`";
    ReservedMemory: Some(Unit::Bytes),
        "[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?",
        "an amount of memory such as `512Mi`";
    EvictionThreshold: Some(Unit::Bytes),
        "[0-9]+(\\.[0-9]+)?(%|([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?)",
        "a share such as `7%` or an amount of memory such as `200Mi`";
    MaxUnhealthy: None, "[0-9]+%?", "a share such as `50%` or a whole number such as `1`";
}

fn min_replicas_is_not_above_max(scope: &mut Scope<'_>) {
    not_above(scope, ("min_replicas", 0), ("max_replicas", 10));
}

fn has_resources(scope: &Scope<'_>) -> bool {
    scope.is_set("resources.cpu") || scope.is_set("resources.memory")
}

fn resources_replace_instance_type(scope: &mut Scope<'_>) {
    let instance_type = scope.text_or("instance_type", "").unwrap_or_default();
    if has_resources(scope) && !instance_type.is_empty() {
        let detail = format!(
            "`resources` overrides `instance_type`, which is `{instance_type}`, on platform 1.4 or later. Earlier \
             platforms cannot create such nodes. Remove `resources`, or set `instance_type = \"\"`."
        );
        warn(scope, "resources", "Instance type is ignored", detail);
    }
}

/// Releases before 1.4, which call the disk otherwise, give the machine both, and KubeVirt refuses it (read in
/// their charts).
fn resources_exclude_instance_type(scope: &mut Scope<'_>) {
    let instance_type = scope
        .text_or("instance_type", "u1.medium")
        .unwrap_or_default();
    if has_resources(scope) && !instance_type.is_empty() && !scope.platform_has("diskSize") {
        let detail = "This platform cannot create nodes with both `resources` and an instance type. Set \
                      `instance_type = \"\"`, or remove `resources`.";
        conflict(scope, "resources", detail);
    }
}
