use std::collections::BTreeSet;

use crate::schema::{Choice, Json, Scope, Spec};
use crate::value::Value;

/// What the platform installs in the cluster.
#[derive(Spec)]
#[spec(rules(hami_has_gpus, ouroboros_has_ingress))]
pub(super) struct Addons {
    /// cert-manager, which obtains and renews TLS certificates.
    cert_manager: Option<Addon>,
    /// Cilium, the network of the pods. It is always installed.
    cilium: Option<Fixed>,
    /// CoreDNS, the name service of the pods. It is always installed.
    coredns: Option<Fixed>,
    /// Flux, which applies what lies in a Git repository.
    fluxcd: Option<Addon>,
    /// The Gateway API, the successor of ingresses.
    #[spec(api = "gatewayAPI")]
    gateway_api: Option<GatewayApi>,
    /// NVIDIA's GPU operator: drivers and monitoring for nodes with `gpus`.
    gpu_operator: Option<Addon>,
    /// HAMi, which shares one GPU between pods. It needs `gpu_operator`.
    #[spec(since = "1.6")]
    hami: Option<Hami>,
    /// ingress-nginx, which brings web traffic to services in the cluster. It runs only on nodes
    /// with the role `ingress-nginx`.
    ingress_nginx: Option<IngressNginx>,
    /// Agents that send metrics and logs of the cluster to the tenant's monitoring.
    monitoring_agents: Option<Addon>,
    /// Ouroboros, which lets pods reach the cluster's own public addresses when ingress-nginx
    /// expects the PROXY protocol. It needs `ingress_nginx`.
    #[spec(since = "1.6")]
    ouroboros: Option<Ouroboros>,
    /// Velero, which backs up and restores what is in the cluster.
    velero: Option<Addon>,
    /// The vertical pod autoscaler, which sizes pods by what they use. It is always installed.
    vertical_pod_autoscaler: Option<Fixed>,
}

#[derive(Spec)]
struct Addon {
    /// Whether it is installed. Switching it off uninstalls it, and what it serves in the cluster
    /// stops.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Values for its Helm chart, on top of the platform's. They are applied to the running
    /// cluster; wrong ones keep the addon from being installed.
    values_override: Option<Json>,
}

#[derive(Spec)]
struct Fixed {
    /// Values for its Helm chart, on top of the platform's. They are applied to the running
    /// cluster; wrong ones can interrupt it.
    values_override: Option<Json>,
}

#[derive(Spec)]
struct GatewayApi {
    /// Whether it is installed. Switching it off removes it, and the gateways and routes in the
    /// cluster stop.
    #[spec(default = false)]
    enabled: Option<bool>,
}

#[derive(Spec)]
struct Hami {
    /// Whether it is installed. Switching it off uninstalls it: pods that ask for a part of a GPU
    /// no longer start.
    #[spec(default = false, since = "1.6")]
    enabled: Option<bool>,
    /// Values for its Helm chart, on top of the platform's. They are applied to the running
    /// cluster; wrong ones keep the addon from being installed.
    #[spec(since = "1.6")]
    values_override: Option<Json>,
}

#[derive(Spec)]
struct Ouroboros {
    /// Whether it is installed. Switching it off uninstalls it: pods no longer reach the cluster's
    /// own public addresses.
    #[spec(default = false, since = "1.6")]
    enabled: Option<bool>,
    /// Values for its Helm chart, on top of the platform's. They are applied to the running
    /// cluster; wrong ones keep the addon from being installed.
    #[spec(since = "1.6")]
    values_override: Option<Json>,
}

#[derive(Spec)]
struct IngressNginx {
    /// Whether it is installed. It needs a group with the role `ingress-nginx` that has at least
    /// one node. Switching it off uninstalls it and cuts the traffic it carries.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// How web traffic reaches it. Changing it changes the address that traffic must go to.
    #[spec(default = "Proxied")]
    expose_method: Option<ExposeMethod>,
    /// The domains that the tenant's ingress passes on to this cluster. They only count with
    /// `Proxied`.
    hosts: Option<BTreeSet<String>>,
    /// Values for its Helm chart, on top of the platform's. They are applied to the running
    /// cluster; wrong ones can cut its traffic.
    values_override: Option<Json>,
}

#[derive(Choice)]
enum ExposeMethod {
    /// Through the ingress of the tenant, for the domains in `hosts`.
    Proxied,
    /// At an address of its own, for every domain.
    LoadBalancer,
}

fn hami_has_gpus(scope: &mut Scope<'_>) {
    needs(scope, "hami", "gpu_operator");
}

fn ouroboros_has_ingress(scope: &mut Scope<'_>) {
    needs(scope, "ouroboros", "ingress_nginx");
}

fn needs(scope: &mut Scope<'_>, addon: &str, other: &str) {
    let is_on = scope.get(addon).attribute("enabled").as_bool() == Some(true);
    let other_enabled = scope.get(other).attribute("enabled");
    let is_other_off = matches!(other_enabled, Value::Null | Value::Bool(false));
    if is_on && is_other_off {
        scope.error(
            addon,
            "Invalid Attribute Combination",
            format!(
                "`{addon}` needs `{other}`. Add `{other} = {{ enabled = true }}`, or switch \
                 `{addon}` off."
            ),
        );
    }
}
