mod profile;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use self::profile::Profile;
use super::gpu::Gpu;
use crate::api::{Object, Resource};
use crate::resource::{Kind, NameRule, Output, Part, Seen, Timeouts};
use crate::schema::{Choice, Field, Quantity, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vm",
    title: "Virtual machine",
    description: "A virtual machine with its disks, networks, GPUs and first-boot configuration. \
                  Its disks are `hikube_vm_disk` resources of their own and outlive it.",
    subcategory: "Virtual machines",
    resource: Resource {
        kind: "VMInstance",
        plural: "vminstances",
        prefix: "vm-instance-",
    },
    name_rule: NameRule::Label,
    spec: Vm::object,
    ready_alone: Kind::READY_ALONE,
    parts: |object| {
        let is_external = object.spec.get("external").and_then(Json::as_bool);
        let service = service_name(object);
        let address = is_external
            .filter(|is| *is)
            .map(|_| Part::Address { service });
        address.into_iter().collect()
    },
    late: None,
    outputs: &[
        Output {
            name: "external_ip",
            description: "The address of the machine outside the platform; null unless `external` is true. \
                          Switching `external` off and on gives another.",
            shape: String::shape,
            secret: false,
            follows: &["external"],
            stable: false,
            read: |seen, _| {
                let service = seen.service(&service_name(&seen.object));
                service
                    .and_then(|service| service.addresses.first().cloned())
                    .into()
            },
        },
        Output {
            name: "open_ports",
            description: "The ports that are open at `external_ip`; null unless `external` is true. With \
                          `external_method` `WholeIP` all are, and none is named.",
            shape: Vec::<i64>::shape,
            secret: false,
            follows: &["external", "external_method", "external_ports"],
            stable: false,
            read: |seen, _| open_ports(seen),
        },
    ],
    timeouts: Timeouts::USUAL,
};

fn service_name(object: &Object) -> String {
    format!("vm-instance-{}", object.name)
}

fn open_ports(seen: &Seen) -> Value {
    let Some(service) = seen.service(&service_name(&seen.object)) else {
        return Value::Null;
    };
    // A Service must have a port, so the platform gives one that nothing uses (read in its charts).
    let whole = seen
        .object
        .spec
        .get("externalMethod")
        .and_then(Json::as_str)
        == Some("WholeIP");
    let ports = service.ports.iter().filter(|_| !whole);
    Value::List(ports.map(|port| Value::from(i64::from(*port))).collect())
}

#[derive(Spec)]
#[spec(rules(sized, disks_differ, networks_differ, subnets_differ))]
struct Vm {
    /// Whether the machine is reachable from outside the platform, at an address of its own.
    /// Switching it on or off replaces the machine's service: **the address changes**.
    #[spec(default = false)]
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
        formerly = "running",
        said("Always" = true, "Halted" = false),
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
    cpu: Option<Quantity>,
    /// Memory, such as `4Gi`.
    memory: Option<Quantity>,
    /// CPU sockets, a whole number: the machine has `sockets` times `cpu` cores.
    sockets: Option<Quantity>,
}

fn sized(scope: &mut Scope<'_>) {
    if scope.get("instance_type").as_str() != Some("") {
        return;
    }
    let resources = scope.get("resources");
    let missing: Vec<String> = ["cpu", "memory", "sockets"]
        .into_iter()
        .filter(|name| resources.attribute(name).is_null())
        .map(|name| format!("`resources.{name}`"))
        .collect();
    if !missing.is_empty() {
        scope.error(
            "instance_type",
            "Invalid Attribute Combination",
            format!(
                "`instance_type` is empty, so `resources` must give `cpu`, `memory` and `sockets`. \
                 Missing: {}. Give them, or choose an instance type.",
                missing.join(", ")
            ),
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
