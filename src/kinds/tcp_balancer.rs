use std::collections::BTreeSet;

use super::shared::{Endpoint, Lookup, Preset, Resources, conflict, warn};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs};
use crate::schema::{Choice, Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_tcp_balancer",
    title: "TCP load balancer",
    description: "A load balancer (HAProxy) that distributes TCP connections at ports 80 and 443 over VMs or other \
                  machines.",
    subcategory: "Network",
    api_resource: || ApiResource::application("TCPBalancer", "tcpbalancers"),
    release_prefix: "tcp-balancer-",
    spec: TcpBalancer::block,
    dependents: |object| SERVER.if_external(object).into_iter().collect(),
    outputs: OutputSet::of::<TcpBalancerOutputs>(),
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("tcp-balancer-{name}-haproxy");

#[derive(Outputs)]
struct TcpBalancerOutputs {
    /// Host name inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
}

impl Observe for TcpBalancerOutputs {
    fn observe(seen: &Observed, _: &Value) -> TcpBalancerOutputs {
        TcpBalancerOutputs {
            host: SERVER.host(&seen.object),
            external_host: SERVER.address(seen),
        }
    }
}

#[derive(Spec)]
#[spec(rules(a_whitelist_is_not_empty, a_whitelist_is_used))]
struct TcpBalancer {
    /// Number of HAProxy replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas, which closes
    /// open connections.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the replicas, which closes open connections.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Whether the load balancer has a public address. Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Where connections to ports 80 and 443 go.
    http_and_https: Option<HttpAndHttps>,
    /// Whether only the networks in `whitelist` may connect.
    #[spec(default = false, api = "whitelistHTTP")]
    whitelist_http: Option<bool>,
    /// Networks that may connect if `whitelist_http` is `true`, in CIDR notation.
    whitelist: Option<BTreeSet<String>>,
}

#[derive(Spec)]
struct HttpAndHttps {
    /// `tcp` forwards connections as they are. `tcp-with-proxy` adds the PROXY protocol (version 2), which tells the
    /// endpoints the address of the client; they must understand it.
    #[spec(default = "tcp")]
    mode: Option<Mode>,
    /// Ports of the endpoints.
    target_ports: Option<TargetPorts>,
    /// IP addresses or host names of the endpoints, without a port.
    endpoints: Option<Vec<String>>,
}

#[derive(Choice)]
#[choice(kebab_case)]
enum Mode {
    /// As they are.
    Tcp,
    /// With the PROXY protocol.
    TcpWithProxy,
}

#[derive(Spec)]
struct TargetPorts {
    /// Port to which connections to port 80 go. `0` closes port 80.
    #[spec(default = 80, min = 0, max = 65535)]
    http: Option<i64>,
    /// Port to which connections to port 443 go. `0` closes port 443.
    #[spec(default = 443, min = 0, max = 65535)]
    https: Option<i64>,
}

/// HAProxy does not start with it (read in the platform's charts).
fn a_whitelist_is_not_empty(scope: &mut Scope<'_>) {
    if scope.is_on("whitelist_http") && scope.is_empty("whitelist") {
        let detail = "`whitelist_http` is `true`, but `whitelist` is empty: HAProxy does not start. Add a network to \
                      `whitelist`, or set `whitelist_http` to `false`.";
        conflict(scope, "whitelist_http", detail);
    }
}

fn a_whitelist_is_used(scope: &mut Scope<'_>) {
    if scope.is_off("whitelist_http") && scope.is_set("whitelist") {
        let detail =
            "`whitelist` is ignored unless `whitelist_http` is `true`: anyone can connect.";
        warn(scope, "whitelist", "Whitelist not used", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, refused, warned};

    #[test]
    fn a_whitelist_is_not_empty_and_used() {
        let networks = json!(["192.0.2.0/24"]);
        accepted(
            &KIND,
            &json!({ "whitelist_http": true, "whitelist": networks }),
        );
        accepted(&KIND, &json!({ "whitelist_http": true, "whitelist": "?" }));
        accepted(
            &KIND,
            &json!({ "whitelist_http": "?", "whitelist": networks }),
        );
        refused(&KIND, &json!({ "whitelist_http": true }), "does not start");
        warned(
            &KIND,
            &json!({ "whitelist": networks }),
            "anyone can connect",
        );
    }
}
