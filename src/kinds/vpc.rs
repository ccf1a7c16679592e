use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};

use super::shared::{Lookup, warn_at};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs, Planned};
use crate::schema::{Scope, Spec};
use crate::value::{Path, Value};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vpc",
    title: "VPC",
    description: "A virtual private cloud: private subnets for VMs, in addition to the tenant's default network. It has \
                  no gateway, NAT or load balancer. Attach a VM with `networks` of `hikube_vm`. It cannot be deleted \
                  while VMs are attached.",
    subcategory: "Network",
    api_resource: || ApiResource::application("VirtualPrivateCloud", "virtualprivateclouds"),
    release_prefix: "virtualprivatecloud-",
    spec: Vpc::block,
    outputs: OutputSet::of::<VpcOutputs>(),
    ..Kind::new(&Application)
};

#[derive(Outputs)]
struct VpcOutputs {
    /// IDs of the subnets, keyed by name: the `name` in `networks` of `hikube_vm`.
    #[output(unknown_when_changed("subnets"), known_at_plan = planned_ids)]
    subnet_ids: BTreeMap<String, String>,
}

fn planned_ids(values: &Value) -> Planned<BTreeMap<String, String>> {
    let text = |name: &str| values.attribute(name).as_str();
    let subnets = values.attribute("subnets");
    let names = subnets.as_elements().unwrap_or_default().iter();
    let names: Option<Vec<&str>> = names
        .map(|subnet| subnet.attribute("name").as_str())
        .collect();
    match (text("namespace"), text("name"), names) {
        (Some(namespace), Some(name), Some(names)) if !subnets.is_unknown() => {
            Planned::Known(ids(namespace, name, names.into_iter()))
        }
        _ => Planned::Unknown,
    }
}

impl Observe for VpcOutputs {
    fn observe(seen: &Observed, _: &Value) -> VpcOutputs {
        let object = &seen.object;
        // A map keyed by name before platform 1.0.
        let names: Vec<&str> = match object.spec.get("subnets") {
            Some(serde_json::Value::Object(subnets)) => {
                subnets.keys().map(String::as_str).collect()
            }
            Some(serde_json::Value::Array(subnets)) => {
                let names = subnets.iter().map(|subnet| subnet.get("name")?.as_str());
                names.flatten().collect()
            }
            _ => Vec::new(),
        };
        VpcOutputs {
            subnet_ids: ids(&object.namespace, &object.name, names.into_iter()),
        }
    }
}

fn ids<'a>(
    namespace: &str,
    name: &str,
    subnets: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    subnets
        .map(|subnet| (subnet.to_owned(), subnet_id(namespace, name, subnet)))
        .collect()
}

/// The ID of a subnet of a VPC, which the platform derives from the names (read in its charts; the same in every
/// release).
pub fn subnet_id(namespace: &str, vpc: &str, subnet: &str) -> String {
    let vpc = hash(&format!("{namespace}/virtualprivatecloud-{vpc}"), 6);
    let subnet = hash(&format!("{namespace}/vpc-{vpc}/{subnet}"), 8);
    format!("subnet-{subnet}")
}

/// The first hexadecimal digits of the SHA-256 digest.
fn hash(text: &str, digits: usize) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    let hex: String = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex[..digits].to_owned()
}

#[derive(Spec)]
#[spec(rules(subnets_have_ranges_of_their_own))]
struct Vpc {
    /// Subnets. The order does not matter. Removing a subnet, or renaming it, cuts off the VMs in it.
    #[spec(
        was_map = "name",
        loses = "the subnet and the connections of the VMs in it"
    )]
    subnets: Option<Vec<Subnet>>,
    /// Connections to VPCs of other tenants. The other VPC must declare the connection as well.
    #[spec(since = "1.2")]
    peers: Option<Vec<Peer>>,
    /// Static routes.
    #[spec(since = "1.2")]
    routes: Option<Vec<Route>>,
}

#[derive(Spec)]
struct Subnet {
    /// Name of the subnet.
    #[spec(pattern(
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "lower-case letters, digits and `-`, with a letter or digit at both ends"
    ))]
    name: String,
    /// Address range (IPv4, in CIDR notation), for example `172.16.1.0/24`. Choose one in `172.16.0.0/12` that no other
    /// network uses. The platform may not change the range of a subnet with VMs.
    cidr: Option<String>,
}

#[derive(Spec)]
struct Peer {
    /// Namespace of the other tenant.
    tenant_namespace: String,
    /// Name of the VPC there.
    vpc_name: String,
}

#[derive(Spec)]
struct Route {
    /// Address range of the destination, in CIDR notation.
    cidr: String,
    /// IP address of the next hop.
    #[spec(api = "nextHopIP")]
    next_hop_ip: String,
}

/// A range of IPv4 addresses: its first and its last.
fn range(cidr: &str) -> Option<(u32, u32)> {
    let (address, length) = cidr.split_once('/')?;
    let IpAddr::V4(address) = address.parse().ok()? else {
        return None;
    };
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
    let first = u32::from(address) & !hosts;
    Some((first, first | hosts))
}

/// The platform checks none of it, and the network fails later.
fn subnets_have_ranges_of_their_own(scope: &mut Scope<'_>) {
    let mut known: Vec<(String, (u32, u32))> = Vec::new();
    let at = |scope: &Scope<'_>, index: usize, name: &str| -> Path {
        scope.path("subnets").index(index).attribute(name)
    };
    for (index, subnet) in scope.elements("subnets").iter().enumerate() {
        let Some(name) = subnet.at("name").as_str().map(str::to_owned) else {
            continue;
        };
        if known.iter().any(|(other, _)| *other == name) {
            let path = at(scope, index, "name");
            let detail = format!("There are two subnets `{name}`. Rename one of them.");
            scope.error_at(&path, "Invalid Attribute Value", detail);
        }
        let path = at(scope, index, "cidr");
        let Some(cidr) = subnet.at("cidr").as_str() else {
            if subnet.at("cidr").is_null() {
                let detail = format!(
                    "The subnet `{name}` has no address range, and VMs in it get no address. Set `cidr`, for example to \
                     `172.16.1.0/24`."
                );
                scope.error_at(&path, "Missing Attribute Value", detail);
            }
            continue;
        };
        let Some(own) = range(cidr) else {
            let detail =
                format!("`{cidr}` is not an IPv4 range in CIDR notation, such as `172.16.1.0/24`.");
            scope.error_at(&path, "Invalid Attribute Value", detail);
            continue;
        };
        let overlaps = |(first, last): &(u32, u32)| own.0 <= *last && *first <= own.1;
        if let Some((other, _)) = known.iter().find(|(_, range)| overlaps(range)) {
            let detail = format!(
                "The range `{cidr}` of the subnet `{name}` overlaps that of the subnet `{other}`. Choose ranges without \
                 common addresses."
            );
            scope.error_at(&path, "Invalid Attribute Combination", detail);
        } else if !range("172.16.0.0/12")
            .is_some_and(|(first, last)| first <= own.0 && own.1 <= last)
        {
            let detail = format!(
                "`{cidr}` is not in `172.16.0.0/12`. Other ranges can overlap networks of the platform, which are then not \
                 reachable from the VMs."
            );
            warn_at(
                scope,
                &path,
                &format!("Unusual range of subnet {name}"),
                detail,
            );
        }
        known.push((name, own));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::kinds::expectations::{accepted, refused, warned};

    fn subnets(ranges: &[Json]) -> Json {
        let subnet = |(index, cidr)| json!({ "name": format!("s{index}"), "cidr": cidr });
        let subnets: Vec<Json> = ranges.iter().enumerate().map(subnet).collect();
        json!({ "subnets": subnets })
    }

    #[test]
    fn subnets_have_ranges_of_their_own() {
        accepted(
            &KIND,
            &subnets(&[json!("172.16.1.0/24"), json!("172.16.2.0/24")]),
        );
        accepted(&KIND, &subnets(&[json!("?"), json!("172.16.2.0/24")]));
        refused(
            &KIND,
            &subnets(&[json!("172.16.0.0/16"), json!("172.16.2.0/24")]),
            "overlaps",
        );
        refused(&KIND, &subnets(&[json!("172.16.0.0")]), "CIDR notation");
        refused(&KIND, &subnets(&[Json::Null]), "no address range");
        warned(&KIND, &subnets(&[json!("10.0.0.0/24")]), "`172.16.0.0/12`");
        let twice = json!({ "name": "a", "cidr": "?" });
        accepted(&KIND, &json!({ "subnets": [twice] }));
    }

    /// Computed with `sha256sum`.
    #[test]
    fn ids_follow_from_names() {
        let ids = ids("tenant-acme", "main", ["app"].into_iter());
        assert_eq!(ids["app"], "subnet-130a3dec");
    }
}
