use std::collections::BTreeSet;

use super::shared::{Lookup, Preset, Resources, conflict};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Adopted, Kind};
use crate::schema::{Scope, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_ingress",
    title: "ingress controller",
    description: "Settings of a tenant's ingress controller (ingress-nginx), which the platform creates for a tenant with \
                  `ingress = true`. Creating this resource takes over the existing controller; destroying it leaves the \
                  controller as it is.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Ingress", "ingresses"),
    adopted: Some(Adopted {
        name: "ingress",
        switch: Some("ingress"),
    }),
    spec: Ingress::block,
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(one_proxy_at_most))]
struct Ingress {
    /// Number of replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Networks that may connect, in CIDR notation. Defaults to all.
    whitelist: Option<BTreeSet<String>>,
    /// Whether requests come through Cloudflare's proxy, so that the address of a visitor is taken from its headers.
    #[spec(default = false)]
    cloudflare_proxy: Option<bool>,
    /// Whether connections come with the PROXY protocol. Set it only if the load balancer in front adds it: otherwise no
    /// request is answered.
    #[spec(default = false, since = "1.6")]
    proxy_protocol: Option<bool>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.micro`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.micro")]
    resources_preset: Option<Preset>,
}

/// The platform installs nothing with both.
fn one_proxy_at_most(scope: &mut Scope<'_>) {
    if scope.is_on("cloudflare_proxy") && scope.is_on("proxy_protocol") {
        let detail = "`proxy_protocol` conflicts with `cloudflare_proxy`: the address of a visitor comes from one of them. \
                      Set one to `false`.";
        conflict(scope, "proxy_protocol", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, refused};

    #[test]
    fn one_proxy_at_most() {
        accepted(
            &KIND,
            &json!({ "cloudflare_proxy": true, "proxy_protocol": "?" }),
        );
        let both = json!({ "cloudflare_proxy": true, "proxy_protocol": true });
        refused(&KIND, &both, "Set one to `false`");
    }
}
