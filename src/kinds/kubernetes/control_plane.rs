use crate::kinds::preset::Preset;
use crate::kinds::resources::Resources;
use crate::schema::{Json, Spec};

/// The control plane. It runs outside the nodes and costs them nothing.
#[derive(Spec)]
pub(super) struct ControlPlane {
    /// How many copies of the control plane run. With 1, the API is away while it restarts.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// The API server, which everything in the cluster talks to.
    api_server: Option<ApiServer>,
    /// The controller manager, which makes what is declared come true.
    controller_manager: Option<Component>,
    /// The scheduler, which chooses nodes for pods.
    scheduler: Option<Component>,
    /// Konnectivity, the tunnel between the control plane and the nodes.
    konnectivity: Option<Konnectivity>,
}

#[derive(Spec)]
struct ApiServer {
    /// CPU and memory given one by one; it wins over `resources_preset`. Changing it restarts the
    /// control plane, one copy after another.
    resources: Option<Resources>,
    /// CPU and memory by name, such as `c1.medium`: a family (`t1`, `c1`, `s1`, `u1` and `m1`: 0.5,
    /// 1, 2, 4 and 8 GiB of memory per core) and a size from `nano` to `4xlarge`. Platforms before
    /// 1.4 know only short names such as `large`. Changing it restarts the control plane, one copy
    /// after another.
    #[spec(default = "c1.medium")]
    resources_preset: Option<Preset>,
    /// Further command-line flags of the API server, such as `--feature-gates=NAME=true`. A flag it
    /// does not know keeps it from starting. For logins use `oidc`, not `--oidc-…` flags.
    #[spec(since = "1.6")]
    extra_args: Option<Vec<String>>,
    /// Further volumes of the API server, each an object as in a Kubernetes pod. Only config maps
    /// and secrets of the tenant can be mounted; the names `talos-ca` and `talos-tls-cert` are
    /// taken.
    #[spec(since = "1.6")]
    extra_volumes: Option<Vec<Json>>,
    /// Where the API server sees its `extra_volumes`, each a volume mount as in a Kubernetes
    /// container.
    #[spec(since = "1.6")]
    extra_volume_mounts: Option<Vec<Json>>,
}

#[derive(Spec)]
struct Component {
    /// CPU and memory given one by one; it wins over `resources_preset`. Changing it restarts the
    /// control plane, one copy after another.
    resources: Option<Resources>,
    /// CPU and memory by name, such as `t1.micro`: a family (`t1`, `c1`, `s1`, `u1` and `m1`: 0.5,
    /// 1, 2, 4 and 8 GiB of memory per core) and a size from `nano` to `4xlarge`. Platforms before
    /// 1.4 know only short names such as `micro`. Changing it restarts the control plane, one copy
    /// after another.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Konnectivity {
    /// Its end in the control plane.
    server: Option<Component>,
}
