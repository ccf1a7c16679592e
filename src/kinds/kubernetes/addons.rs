use std::collections::BTreeSet;

use crate::kinds::shared::requires;
use crate::schema::{Choice, Json, Scope, Spec};

#[derive(Spec)]
#[spec(rules(hami_requires_gpu_operator, ouroboros_requires_ingress_nginx))]
pub(super) struct Addons {
    /// cert-manager, which issues and renews TLS certificates.
    cert_manager: Option<Addon>,
    /// Cilium, the pod network. Always installed.
    cilium: Option<BuiltInAddon>,
    /// CoreDNS, the cluster DNS. Always installed.
    coredns: Option<BuiltInAddon>,
    /// Flux, which deploys from Git repositories.
    #[spec(until = "1.6", instead = "Install Flux in the cluster yourself.")]
    fluxcd: Option<Addon>,
    /// Gateway API, the successor of Ingress.
    #[spec(api = "gatewayAPI")]
    gateway_api: Option<GatewayApi>,
    /// NVIDIA GPU Operator, which installs drivers and monitoring on nodes with `gpus`.
    gpu_operator: Option<Addon>,
    /// HAMi, which shares a GPU between pods. Requires `gpu_operator`.
    #[spec(since = "1.6")]
    hami: Option<Addon>,
    /// ingress-nginx, which routes HTTP traffic to services in the cluster. Runs only on nodes with the role
    /// `ingress-nginx`.
    ingress_nginx: Option<IngressNginx>,
    /// Agents that send metrics and logs of the cluster to the tenant's monitoring.
    monitoring_agents: Option<Addon>,
    /// Ouroboros, which lets pods reach the cluster's own public addresses when ingress-nginx expects the PROXY
    /// protocol. Requires `ingress_nginx`.
    #[spec(since = "1.6")]
    ouroboros: Option<Addon>,
    /// Velero, which backs up and restores the contents of the cluster.
    velero: Option<Addon>,
    /// Vertical Pod Autoscaler, which adjusts the resources of pods to their usage. Always installed.
    vertical_pod_autoscaler: Option<BuiltInAddon>,
}

#[derive(Spec)]
struct Addon {
    /// Whether the addon is installed. Setting this to `false` uninstalls it and stops what it serves in the
    /// cluster.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Helm values that override the platform's, as JSON. Applied to the running cluster: invalid values prevent
    /// the addon from being installed.
    values_override: Option<Json>,
}

#[derive(Spec)]
struct BuiltInAddon {
    /// Helm values that override the platform's, as JSON. Applied to the running cluster: invalid values can
    /// interrupt it.
    values_override: Option<Json>,
}

#[derive(Spec)]
struct GatewayApi {
    /// Whether the Gateway API is installed. Setting this to `false` removes it, and the gateways and routes in the
    /// cluster stop working.
    #[spec(default = false)]
    enabled: Option<bool>,
}

#[derive(Spec)]
struct IngressNginx {
    /// Whether ingress-nginx is installed. It requires a node group with the role `ingress-nginx` and at least one
    /// node. Setting this to `false` uninstalls it and cuts its traffic.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// How traffic reaches ingress-nginx. Changing this changes the address that clients must use.
    #[spec(default = "Proxied")]
    expose_method: Option<ExposeMethod>,
    /// Domains that the tenant's ingress forwards to this cluster. Used only with `Proxied`.
    hosts: Option<BTreeSet<String>>,
    /// Helm values that override the platform's, as JSON. Applied to the running cluster: invalid values can cut
    /// its traffic.
    values_override: Option<Json>,
}

#[derive(Choice)]
enum ExposeMethod {
    /// Through the tenant's ingress, for the domains in `hosts`.
    Proxied,
    /// Through a public address of the cluster, for all domains.
    LoadBalancer,
}

fn hami_requires_gpu_operator(scope: &mut Scope<'_>) {
    requires(scope, "hami.enabled", "gpu_operator.enabled");
}

fn ouroboros_requires_ingress_nginx(scope: &mut Scope<'_>) {
    requires(scope, "ouroboros.enabled", "ingress_nginx.enabled");
}
