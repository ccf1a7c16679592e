use std::collections::BTreeSet;

use crate::kinds::gpu::Gpu;
use crate::kinds::resources::Resources;
use crate::schema::{Bytes, Duration, Scope, Spec};
use crate::value::Value;

/// A group of equal nodes. The platform fills no defaults inside a map entry, so what it requires
/// is sent even when left out.
#[derive(Spec)]
#[spec(
    rules(min_is_no_more_than_max, sized_once),
    platform_rules(sized_either_way)
)]
pub(super) struct NodeGroup {
    /// The fewest nodes the group shrinks to. With 0, the first one starts when something needs it.
    /// Changing it leaves running nodes alone, unless there are too few.
    #[spec(always_send, default = 0, min = 0)]
    min_replicas: Option<i64>,
    /// The most nodes the group grows to. Lowering it below what runs removes nodes, after what
    /// runs there has moved away.
    #[spec(always_send, default = 10, min = 0)]
    max_replicas: Option<i64>,
    /// CPU and memory of a node by name, such as `u1.medium`. On Hikube the family `s1` has 2 GiB
    /// of memory per core, `u1` 4 and `m1` 8. Changing it replaces every node of the group, one
    /// after another.
    #[spec(always_send, default = "u1.medium")]
    instance_type: Option<String>,
    /// CPU and memory of a node given one by one; it wins over `instance_type`. Changing it
    /// replaces every node of the group, one after another.
    #[spec(always_send, default_json = "{}")]
    resources: Option<Resources>,
    /// The size of the disk of a node, such as `20Gi`: container images, logs and what pods keep on
    /// their node. Changing it replaces every node of the group, one after another.
    #[spec(always_send, default = "20Gi", renamed_from = "ephemeralStorage")]
    disk_size: Option<Bytes>,
    /// The class of storage of the nodes' disks. Left out, the cluster's. Changing it replaces
    /// every node of the group, one after another.
    #[spec(since = "1.6")]
    storage_class: Option<String>,
    /// The roles of the nodes: each becomes a label `node-role.kubernetes.io/ROLE`. The addon
    /// `ingress_nginx` runs only on nodes with the role `ingress-nginx`.
    roles: Option<BTreeSet<String>>,
    /// The GPUs of each node, one entry for each; they need the addon `gpu_operator`. Changing them
    /// replaces every node of the group, one after another.
    gpus: Option<Vec<Gpu>>,
    /// What a node keeps back for itself, and when it starts to evict pods.
    #[spec(since = "1.6")]
    kubelet: Option<Kubelet>,
    /// How many nodes of the group may be broken before the platform stops replacing them: a share
    /// such as `50%` or a number such as `1`. Left out, as in `node_health_check`.
    #[spec(
        since = "1.6",
        pattern("[0-9]+%?", "a share such as `50%` or a whole number such as `1`")
    )]
    max_unhealthy: Option<String>,
    /// How long a new node may take to become ready before it is replaced, such as `10m`. Left out,
    /// as in `node_health_check`.
    #[spec(since = "1.6")]
    node_startup_timeout: Option<Duration>,
}

/// The four reservations are texts in the API, never numbers, so they are no [`Quantity`].
#[derive(Spec)]
struct Kubelet {
    /// The CPU kept back for the kubelet and the container runtime, such as `100m`. Left out, 5 %
    /// of the node's, between `50m` and `500m`.
    #[spec(
        since = "1.6",
        cpu,
        pattern(
            "[0-9]+m|[0-9]+(\\.[0-9]+)?",
            "an amount of CPU such as `100m` or `0.5`"
        )
    )]
    kube_reserved_cpu: Option<String>,
    /// The memory kept back for the kubelet and the container runtime, such as `512Mi`. Left out, 5
    /// % of the node's, between `256Mi` and `1Gi`.
    #[spec(
        since = "1.6",
        bytes,
        pattern(
            "[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?",
            "an amount of memory such as `512Mi`"
        )
    )]
    kube_reserved_memory: Option<String>,
    /// The CPU kept back for the operating system, such as `100m`. Left out, 5 % of the node's,
    /// between `50m` and `500m`.
    #[spec(
        since = "1.6",
        cpu,
        pattern(
            "[0-9]+m|[0-9]+(\\.[0-9]+)?",
            "an amount of CPU such as `100m` or `0.5`"
        )
    )]
    system_reserved_cpu: Option<String>,
    /// The memory kept back for the operating system, such as `512Mi`. Left out, 5 % of the node's,
    /// between `256Mi` and `1Gi`.
    #[spec(
        since = "1.6",
        bytes,
        pattern(
            "[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?",
            "an amount of memory such as `512Mi`"
        )
    )]
    system_reserved_memory: Option<String>,
    /// The free memory below which pods are evicted at once: a share such as `7%` or an amount such
    /// as `200Mi`.
    #[spec(
        default = "7%",
        since = "1.6",
        bytes,
        pattern(
            "[0-9]+(\\.[0-9]+)?(%|([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?)",
            "a share such as `7%` or an amount of memory such as `200Mi`"
        )
    )]
    eviction_hard_memory: Option<String>,
    /// The free memory below which pods are evicted after a while, with time to end: a share such
    /// as `10%` or an amount such as `1Gi`.
    #[spec(
        default = "10%",
        since = "1.6",
        bytes,
        pattern(
            "[0-9]+(\\.[0-9]+)?(%|([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?)",
            "a share such as `10%` or an amount of memory such as `1Gi`"
        )
    )]
    eviction_soft_memory: Option<String>,
}

#[derive(Spec)]
pub(super) struct NodeHealthCheck {
    /// How many nodes of a group may be broken before the platform stops replacing them: a share
    /// such as `50%`, which is the safer form, or a number such as `1`.
    #[spec(
        default = "50%",
        since = "1.6",
        pattern("[0-9]+%?", "a share such as `50%` or a whole number such as `1`")
    )]
    max_unhealthy: Option<String>,
    /// How long a new node may take to become ready before it is replaced, such as `10m`. Raise it
    /// where nodes are slow to fetch their image, or they are replaced forever.
    #[spec(default = "10m", since = "1.6")]
    node_startup_timeout: Option<Duration>,
}

fn min_is_no_more_than_max(scope: &mut Scope<'_>) {
    let bound = |name: &str, default: i64| {
        let value = scope.get(name);
        if value.is_null() {
            Some(default)
        } else {
            value.as_i64()
        }
    };
    if let (Some(least), Some(most)) = (bound("min_replicas", 0), bound("max_replicas", 10))
        && least > most
    {
        let which = if scope.has("max_replicas") {
            "is"
        } else {
            "is left out and so is"
        };
        scope.error(
            "min_replicas",
            "Invalid Attribute Combination",
            format!(
                "`min_replicas` is {least} and `max_replicas` {which} {most}. Lower the first or \
                 raise the second."
            ),
        );
    }
}

fn sized_once(scope: &mut Scope<'_>) {
    let type_name = scope.get("instance_type").as_str().unwrap_or_default();
    if type_name.is_empty() || !is_sized(scope) {
        return;
    }
    let detail = format!(
        "`resources` and `instance_type` (`{type_name}`) both size the nodes. From platform 1.4 on `resources` \
         wins; earlier platforms cannot create such nodes. Remove `resources`, or set `instance_type = \"\"`."
    );
    scope.warn("resources", "Nodes are sized twice", detail);
}

/// Releases before 1.4, which call the disk otherwise, give the machine both, and KubeVirt refuses it (read in
/// their charts).
fn sized_either_way(scope: &mut Scope<'_>) {
    let is_typed = match scope.get("instance_type") {
        Value::Null => true,
        given => given.as_str().is_some_and(|name| !name.is_empty()),
    };
    if is_typed && is_sized(scope) && !scope.platform_has("diskSize") {
        scope.error(
            "resources",
            "Invalid Attribute Combination",
            "This platform cannot create nodes with both `resources` and an instance type. Set \
             `instance_type = \"\"`, or remove `resources`.",
        );
    }
}

fn is_sized(scope: &Scope<'_>) -> bool {
    let resources = scope.get("resources");
    ["cpu", "memory"]
        .iter()
        .any(|name| resources.attribute(name).as_str().is_some())
}
