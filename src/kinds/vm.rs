mod guest;
mod profile;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use self::profile::Profile;
use super::gpu::Gpu;
use crate::api::{ApiResource, Object, Service};
use crate::lifecycle::Application;
use crate::resource::{Dependent, Kind, NameRule, Observe, Observed, OutputSet, Outputs, Timeouts};
use crate::schema::{Bytes, Choice, Cores, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vm",
    title: "Virtual machine",
    description: "A virtual machine with its disks, networks, GPUs and first-boot configuration. \
                  Its disks are `hikube_vm_disk` resources of their own and outlive it.",
    subcategory: "Virtual machines",
    api_resource: || ApiResource::application("VMInstance", "vminstances"),
    release_prefix: "vm-instance-",
    lifecycle: &Application,
    name_rule: NameRule::Label,
    spec: Vm::block,
    waits_by_default: Kind::WAITS,
    dependents: |object| {
        let is_external = object.spec.get("external").and_then(Json::as_bool);
        let service = service_name(object);
        let address = is_external
            .filter(|is| *is)
            .map(|_| Dependent::Address { service });
        address.into_iter().collect()
    },
    dependents_timeout: None,
    outputs: OutputSet::of::<Access>(),
    timeouts: Timeouts::USUAL,
    used_by: None,
    needs: None,
};

/// How the machine is reached from outside.
#[derive(Outputs)]
struct Access {
    /// The address of the machine outside the platform; null unless `external` is true. Switching `external`
    /// off and on gives another.
    #[output(unknown_when_changed("external"))]
    external_ip: Option<String>,
    /// The ports that are open at `external_ip`; null unless `external` is true. With `external_method`
    /// `WholeIP` all are, and none is named.
    #[output(unknown_when_changed("external", "external_method", "external_ports"))]
    open_ports: Option<Vec<i64>>,
}

impl Observe for Access {
    fn observe(seen: &Observed, _: &Value) -> Access {
        let service = seen.service(&service_name(&seen.object));
        Access {
            external_ip: service.and_then(|service| service.addresses.first().cloned()),
            open_ports: service.map(|service| open_ports(&seen.object, service)),
        }
    }
}

fn service_name(object: &Object) -> String {
    format!("vm-instance-{}", object.name)
}

fn open_ports(object: &Object, service: &Service) -> Vec<i64> {
    // A Service must have a port, so the platform gives one that nothing uses (read in its charts).
    let whole = object.spec.get("externalMethod").and_then(Json::as_str) == Some("WholeIP");
    let ports = service.ports.iter().filter(|_| !whole);
    ports.map(|port| i64::from(*port)).collect()
}

#[derive(Spec)]
#[spec(
    rules(
        sized_once,
        disks_differ,
        networks_differ,
        subnets_differ,
        networks_named_once,
        ports_are_open,
        guest::keys_are_keys,
        guest::user_data_has_a_header
    ),
    platform_rules(sized_wholly)
)]
struct Vm {
    /// Whether the machine is reachable from outside the platform, at an address of its own.
    /// Switching it on or off replaces the machine's service: **the address changes**.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// What of the outside address reaches the machine. It only counts with `external`.
    #[spec(default = "PortList")]
    external_method: Option<ExternalMethod>,
    /// The TCP ports open to the outside. They only count with `external` and the method
    /// `PortList`.
    #[spec(default_json = "[22]", min = 1, max = 65535)]
    external_ports: Option<BTreeSet<i64>>,
    /// Whether the machine answers ping from outside, which finding the right packet size also
    /// needs. It only counts with the method `PortList`; with `WholeIP` ICMP always passes.
    #[spec(default = true, api = "externalAllowICMP", since = "1.6")]
    external_allow_icmp: Option<bool>,
    /// When the machine runs. `Halted` shuts it down and keeps its disks; `Always` starts it again.
    /// On platform 0.41 only these two can be said.
    #[spec(
        default = "Always",
        renamed_from = "running",
        value_map("Always" = true, "Halted" = false),
        stopped = "Halted"
    )]
    run_strategy: Option<RunStrategy>,
    /// The machine's CPU and memory by name, such as `u1.medium`. On Hikube the family `s1` has 2
    /// GiB of memory per core, `u1` 4 and `m1` 8. Write `""` to size the machine by `resources`
    /// instead.
    #[spec(default = "u1.medium", on_restart)]
    instance_type: Option<String>,
    /// The guest's operating system, such as `ubuntu` or `windows.2k22`: it chooses devices and
    /// settings that suit it. `""` chooses none.
    #[spec(default = "ubuntu", on_restart)]
    instance_profile: Option<Profile>,
    /// The disks, in the order the machine tries to boot from them. Each must exist before the
    /// machine is made.
    #[spec(on_restart)]
    disks: Option<Vec<Disk>>,
    /// Further networks the machine is connected to, beside its tenant's, each an interface in this
    /// order.
    #[spec(since = "1.3", on_restart)]
    networks: Option<Vec<Network>>,
    /// The former name of `networks`, and the only one on platform 0.41.
    #[spec(
        alias_of = "networks",
        on_restart,
        deprecated = "Use `networks` instead; only platforms before 1.3 need `subnets`."
    )]
    subnets: Option<Vec<Network>>,
    /// The GPUs passed through to the machine, one entry for each.
    #[spec(on_restart)]
    gpus: Option<Vec<Gpu>>,
    /// The CPU model the guest sees, by libvirt's name, such as `host-passthrough` or
    /// `Skylake-Server`. Left out, the platform chooses.
    #[spec(default = "", since = "1.3", on_restart)]
    cpu_model: Option<String>,
    /// CPU and memory given one by one, instead of an `instance_type`: set that to `""`.
    #[spec(on_restart)]
    resources: Option<Size>,
    /// SSH public keys that may log in, one key per entry. They reach the machine through
    /// cloud-init.
    #[spec(on_first_boot = "cloud_init_seed")]
    ssh_keys: Option<BTreeSet<String>>,
    /// The cloud-init user data, usually a text that starts with `#cloud-config`.
    #[spec(default = "", write_only, on_first_boot = "cloud_init_seed")]
    cloud_init: Option<Secret>,
    /// Any text; another one gives the machine another identity, so that cloud-init runs once more
    /// at the next boot. That repeats everything in `cloud_init`, new SSH host keys included.
    #[spec(default = "", on_restart)]
    cloud_init_seed: Option<String>,
}

#[derive(Choice)]
enum ExternalMethod {
    /// Only the ports in `external_ports`.
    PortList,
    /// Every port and protocol: the guest's own firewall is all that protects it.
    #[choice(value = "WholeIP")]
    WholeIp,
}

#[derive(Choice)]
enum RunStrategy {
    /// Runs, and is started again whenever it stops.
    Always,
    /// Does not run.
    Halted,
    /// Is started and stopped by hand, with `virtctl` or the console.
    Manual,
    /// Runs, and is started again only when it fails, not when the guest shuts down.
    RerunOnFailure,
    /// Runs once, and stays down whatever way it ends.
    Once,
}

#[derive(Spec)]
struct Disk {
    /// The name of the `hikube_vm_disk`.
    name: String,
    /// How the disk is attached: `virtio`, `sata` or `scsi`. Left out, the instance profile
    /// decides; a guest without virtio drivers needs `sata`.
    bus: Option<String>,
}

#[derive(Spec)]
struct Network {
    /// The name of the network attachment in the tenant; a subnet of a private cloud has one such
    /// as `subnet-1a2b3c4d`.
    name: String,
}

#[derive(Spec)]
struct Size {
    /// CPU cores of each socket, a whole number.
    cpu: Option<Cores>,
    /// Memory, such as `4Gi`.
    memory: Option<Bytes>,
    /// CPU sockets, a whole number: the machine has `sockets` times `cpu` cores.
    sockets: Option<Cores>,
}

/// KubeVirt refuses a machine that is sized both ways, and one without memory.
fn sized_once(scope: &mut Scope<'_>) {
    let type_name = match scope.get("instance_type") {
        Value::Null => "u1.medium",
        given => match given.as_str() {
            Some(name) => name,
            None => return,
        },
    };
    let given = |name: &str| scope.get("resources").attribute(name);
    let is_given = |name: &str| given(name).as_str().is_some();
    if type_name.is_empty() {
        if given("memory").is_null() {
            scope.error(
                "instance_type",
                "Invalid Attribute Combination",
                "`instance_type` is empty, so `resources` must size the machine: `resources.cpu`, \
                 `resources.memory` and `resources.sockets`. At least the memory is missing. Give them, or \
                 choose an instance type.",
            );
        }
        return;
    }
    let left_out = if scope.has("instance_type") {
        ""
    } else {
        ", which the platform uses where it is left out"
    };
    let both = format!(
        "`resources` and the instance type `{type_name}`{left_out}, both size the machine. Set \
         `instance_type = \"\"` to size it by `resources`, or remove `resources`."
    );
    if is_given("memory") || is_given("cpu") && is_given("sockets") {
        scope.error("resources", "Invalid Attribute Combination", both);
    } else if is_given("cpu") || is_given("sockets") {
        let summary = "Resources are ignored beside an instance type";
        scope.warn("resources", summary, both);
    }
}

/// From 1.0 on, which has `runStrategy`, the platform installs no machine that is not sized wholly; before, it
/// ignores `cpu` without `sockets` and the reverse (read in its charts).
fn sized_wholly(scope: &mut Scope<'_>) {
    if scope.get("instance_type").as_str() != Some("") {
        return;
    }
    let resources = scope.get("resources");
    let missing: Vec<String> = ["cpu", "sockets"]
        .into_iter()
        .filter(|name| resources.attribute(name).is_null())
        .map(|name| format!("`resources.{name}`"))
        .collect();
    if missing.is_empty() {
        return;
    }
    let missing = missing.join(" and ");
    if scope.platform_has("runStrategy") {
        scope.error(
            "instance_type",
            "Invalid Attribute Combination",
            format!(
                "`instance_type` is empty, so this platform requires `resources` with `cpu`, `sockets` and \
                 `memory`. Missing: {missing}. Give them, or choose an instance type."
            ),
        );
    } else {
        scope.warn(
            "instance_type",
            "Machine has one core",
            format!(
                "`instance_type` is empty, and without {missing} this platform gives the machine one core. Give \
                 both `cpu` and `sockets` to choose."
            ),
        );
    }
}

fn networks_named_once(scope: &mut Scope<'_>) {
    let (networks, subnets) = (scope.get("networks"), scope.get("subnets"));
    let is_given = |list: &Value| list.as_elements().is_some_and(|list| !list.is_empty());
    if is_given(networks) && is_given(subnets) && networks != subnets {
        scope.warn(
            "subnets",
            "Subnets are ignored beside networks",
            "`networks` is given, so the platform ignores `subnets`. Name all of them in `networks`, and remove \
             `subnets`.",
        );
    }
}

fn ports_are_open(scope: &mut Scope<'_>) {
    let external = scope.get("external");
    if matches!(external, Value::Null | Value::Bool(false)) {
        let names = ["external_ports", "external_method", "external_allow_icmp"];
        if let Some(name) = names.into_iter().find(|name| scope.has(name)) {
            scope.warn(
                name,
                "No effect without an external address",
                format!(
                    "`{name}` is given and `external` is not on, so the machine has no external address. Set \
                     `external = true`, or remove `{name}`."
                ),
            );
        }
        return;
    }
    let method = scope.get("external_method");
    let is_list = method.is_null() || method.as_str() == Some("PortList");
    let ports = scope.get("external_ports").as_elements();
    if external.as_bool() == Some(true) && is_list && ports.is_some_and(<[Value]>::is_empty) {
        scope.error(
            "external_ports",
            "Invalid Attribute Combination",
            "`external` is on and `external_ports` is empty: a service needs at least one port. Give one, leave \
             `external_ports` out for port 22, or set `external_method = \"WholeIP\"`.",
        );
    }
}

fn disks_differ(scope: &mut Scope<'_>) {
    names_differ(scope, "disks", "A disk can be attached once.");
}

fn networks_differ(scope: &mut Scope<'_>) {
    names_differ(
        scope,
        "networks",
        "A machine can be connected to a network once.",
    );
}

fn subnets_differ(scope: &mut Scope<'_>) {
    names_differ(
        scope,
        "subnets",
        "A machine can be connected to a network once.",
    );
}

fn names_differ(scope: &mut Scope<'_>, list: &str, why: &str) {
    let names: Vec<Option<&str>> = scope
        .get(list)
        .as_elements()
        .unwrap_or_default()
        .iter()
        .map(|entry| Value::as_str(entry.attribute("name")))
        .collect();
    let second = names.iter().enumerate().find_map(|(index, name)| {
        let first = names[..index].iter().position(|earlier| earlier == name)?;
        name.map(|name| (first, index, name.to_owned()))
    });
    if let Some((first, second, name)) = second {
        let path = scope.path(list).index(second).attribute("name");
        scope.error_at(
            &path,
            "Duplicate Attribute Value",
            format!(
                "`{list}[{second}]` and `{list}[{first}]` both name `{name}`. {why} Remove one of \
                 them."
            ),
        );
    }
}
