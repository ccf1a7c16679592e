use crate::kinds::shared::{Preset, Resources};
use crate::schema::{Json, Spec};

/// It runs outside the nodes and uses none of their resources.
#[derive(Spec)]
pub(super) struct ControlPlane {
    /// Number of control plane replicas. With `1`, the API is unavailable while it restarts.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Kubernetes API server.
    api_server: Option<ApiServer>,
    /// Kubernetes controller manager.
    controller_manager: Option<Component>,
    /// Kubernetes scheduler.
    scheduler: Option<Component>,
    /// Konnectivity, the tunnel between the control plane and the nodes.
    konnectivity: Option<Konnectivity>,
}

#[derive(Spec)]
struct ApiServer {
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the control plane one replica at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `c1.medium`. Ignored if `resources` is set. Changing this restarts the
    /// control plane one replica at a time.
    #[spec(default = "c1.medium")]
    resources_preset: Option<Preset>,
    /// Additional command-line flags of the API server, for example `--feature-gates=NAME=true`. The API server
    /// does not start with an unknown flag. For logins, use `oidc` instead of `--oidc-…` flags.
    #[spec(since = "1.6")]
    extra_args: Option<Vec<String>>,
    /// Additional volumes of the API server, each a Kubernetes pod volume as JSON. Only ConfigMaps and Secrets of
    /// the tenant can be mounted. The names `talos-ca` and `talos-tls-cert` are reserved.
    #[spec(since = "1.6")]
    extra_volumes: Option<Vec<Json>>,
    /// Mounts of `extra_volumes` in the API server, each a Kubernetes volume mount as JSON.
    #[spec(since = "1.6")]
    extra_volume_mounts: Option<Vec<Json>>,
}

#[derive(Spec)]
struct Component {
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the control plane one replica at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `t1.micro`. Ignored if `resources` is set. Changing this restarts the
    /// control plane one replica at a time.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Konnectivity {
    /// Konnectivity server in the control plane.
    server: Option<Component>,
}
