use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::shared::{Endpoint, Preset, Resources, SecretName, User};
use crate::api::{ApiResource, Object};
use crate::lifecycle::Application;
use crate::resource::{Dependent, Kind, Observe, Observed, OutputSet, Outputs, Planned};
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vpn",
    title: "VPN server",
    description: "A VPN server (Outline, Shadowsocks) through which people reach the internet and the tenant's network. It \
                  does not connect networks. It always has a public address.",
    subcategory: "Network",
    api_resource: || ApiResource::application("VPN", "vpns"),
    release_prefix: "vpn-",
    spec: Vpn::block,
    dependents,
    outputs: OutputSet::of::<VpnOutputs>(),
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("vpn-{name}-vpn");
const URLS: SecretName = SecretName("vpn-{name}-urls");
const PORT: i64 = 40000;

#[derive(Outputs)]
struct VpnOutputs {
    /// Public address, unless `external_ips` is set. Make `host` resolve to it, or set `host` to it.
    #[output(unknown_when_changed("external_ips"))]
    external_host: Option<String>,
    /// Port, for TCP and UDP.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Access keys, keyed by user.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users", "host")
    )]
    credentials: Option<BTreeMap<String, AccessKey>>,
}

#[derive(Spec, ToValue)]
struct AccessKey {
    /// Access key for an Outline client, `ss://…`, with the password of the user.
    url: Option<Secret>,
}

fn dependents(object: &Object) -> Vec<Dependent> {
    let addresses = object.spec.get("externalIPs").and_then(Json::as_array);
    let has_own = addresses.is_some_and(|addresses| !addresses.is_empty());
    let address = (!has_own).then(|| Dependent::Address {
        service: SERVER.name(object),
    });
    let urls = URLS.with_passwords(object);
    urls.into_iter().chain(address).collect()
}

impl Observe for VpnOutputs {
    fn observe(seen: &Observed, values: &Value) -> VpnOutputs {
        VpnOutputs {
            external_host: SERVER.address(seen),
            port: PORT,
            credentials: URLS.logins(seen, values, |_, url| AccessKey {
                url: Some(url.into()),
            }),
        }
    }
}

#[derive(Spec)]
struct Vpn {
    /// Number of replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Whether the server sees the addresses of its clients. It has a public address in any case.
    #[spec(default = false)]
    external: Option<bool>,
    /// Domain or address in the access keys. Changing this changes all of them.
    #[spec(default = "")]
    host: Option<String>,
    /// Users, keyed by name. Removing a user revokes its access key; renaming it creates a new one.
    #[spec(
        loses = "the user and its access key",
        keys("[-_.A-Za-z0-9]+", "must consist of letters, digits, `-`, `_` and `.`"),
        key_in("{key}", 253)
    )]
    users: Option<BTreeMap<String, User>>,
    /// Addresses of the platform's servers at which the VPN server is reachable, in place of a public address of its
    /// own.
    #[spec(api = "externalIPs")]
    external_ips: Option<BTreeSet<String>>,
}
