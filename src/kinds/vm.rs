mod guest;
mod outputs;
mod profile;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::outputs::VmOutputs;
use self::profile::InstanceProfile;
use super::shared::Gpu;
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, OutputSet};
use crate::schema::{Bytes, Choice, Cores, Secret, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vm",
    title: "virtual machine",
    description: "A virtual machine with disks, networks, GPUs and first-boot configuration. Its disks are separate \
                  `hikube_vm_disk` resources and are kept when it is deleted.",
    subcategory: "Virtual machines",
    api_resource: || ApiResource::application("VMInstance", "vminstances"),
    release_prefix: "vm-instance-",
    spec: Vm::block,
    dependents: outputs::dependents,
    outputs: OutputSet::of::<VmOutputs>(),
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(
    rules(
        rules::resources_exclude_instance_type,
        rules::names_are_unique,
        rules::networks_replace_subnets,
        rules::public_address_has_ports,
        guest::ssh_keys_are_public_keys,
        guest::user_data_has_a_header
    ),
    platform_rules(rules::resources_are_complete)
)]
struct Vm {
    /// Whether the VM has a public address. Changing this recreates the VM's Service: the address changes.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Which traffic reaches the VM at its public address. Used only if `external` is `true`.
    #[spec(default = "PortList")]
    external_method: Option<ExternalMethod>,
    /// TCP ports open at the public address. Used only if `external` is `true` and `external_method` is `PortList`.
    #[spec(default_json = "[22]", min = 1, max = 65535)]
    external_ports: Option<BTreeSet<i64>>,
    /// Whether ICMP reaches the VM at its public address, which allows ping and path MTU discovery. Used only with
    /// `PortList`: `WholeIP` always passes ICMP.
    #[spec(default = true, api = "externalAllowICMP", since = "1.6")]
    external_allow_icmp: Option<bool>,
    /// When the VM runs. `Halted` shuts it down and keeps its disks; `Always` starts it again. Platform 0.41
    /// supports only these two.
    #[spec(
        default = "Always",
        renamed_from = "running",
        value_map("Always" = true, "Halted" = false),
        stopped = "Halted"
    )]
    run_strategy: Option<RunStrategy>,
    /// Instance type, which sets CPU and memory, for example `u1.medium`. On Hikube, `s1` has 2 GiB of memory per
    /// CPU, `u1` 4 and `m1` 8. Set this to `""` to use `resources` instead.
    #[spec(default = "u1.medium", on_restart)]
    instance_type: Option<String>,
    /// Instance profile, which selects devices and settings for the guest operating system, for example `ubuntu` or
    /// `windows.2k22`. Set this to `""` for none.
    #[spec(default = "ubuntu", on_restart)]
    instance_profile: Option<InstanceProfile>,
    /// Disks, in boot order. Each must exist before the VM is created.
    #[spec(on_restart)]
    disks: Option<Vec<AttachedDisk>>,
    /// Networks in addition to the tenant network, each attached as an interface in this order.
    #[spec(since = "1.3", on_restart)]
    networks: Option<Vec<AttachedNetwork>>,
    /// Former name of `networks`, for platforms before 1.3.
    #[spec(
        alias_of = "networks",
        on_restart,
        deprecated = "Use `networks` instead; only platforms before 1.3 need `subnets`."
    )]
    subnets: Option<Vec<AttachedNetwork>>,
    /// GPUs passed through to the VM, one entry per GPU.
    #[spec(on_restart)]
    gpus: Option<Vec<Gpu>>,
    /// CPU model of the guest by its libvirt name, for example `host-passthrough` or `Skylake-Server`. Chosen
    /// by the platform if unset.
    #[spec(default = "", since = "1.1", on_restart)]
    cpu_model: Option<String>,
    /// CPU and memory. Requires `instance_type = ""`.
    #[spec(on_restart)]
    resources: Option<VmResources>,
    /// SSH public keys, one per entry, that cloud-init installs.
    #[spec(on_first_boot = "cloud_init_seed")]
    ssh_keys: Option<BTreeSet<String>>,
    /// cloud-init user data, usually starting with `#cloud-config`.
    #[spec(default = "", write_only, on_first_boot = "cloud_init_seed")]
    cloud_init: Option<Secret>,
    /// Seed of the cloud-init instance ID. Changing this runs cloud-init again at the next boot, including
    /// everything in `cloud_init` and the creation of SSH host keys.
    #[spec(default = "", on_restart)]
    cloud_init_seed: Option<String>,
}

#[derive(Choice)]
enum ExternalMethod {
    /// Only the ports in `external_ports`.
    PortList,
    /// All ports and protocols: only the guest's own firewall protects the VM.
    #[choice(value = "WholeIP")]
    WholeIp,
}

#[derive(Choice)]
enum RunStrategy {
    /// Always running: restarted whenever it stops.
    Always,
    /// Stopped.
    Halted,
    /// Started and stopped manually, with the actions `hikube_vm_start` and `hikube_vm_stop`, `virtctl` or the console.
    Manual,
    /// Restarted after a failure, not after a shutdown by the guest.
    RerunOnFailure,
    /// Run once and never restarted.
    Once,
}

#[derive(Spec)]
struct AttachedDisk {
    /// Name of the `hikube_vm_disk`.
    name: String,
    /// Bus of the disk: `virtio`, `sata` or `scsi`. Chosen by the instance profile if unset. Guests without virtio
    /// drivers need `sata`.
    bus: Option<String>,
}

#[derive(Spec)]
struct AttachedNetwork {
    /// Name of the network attachment in the tenant. A VPC subnet has one such as `subnet-1a2b3c4d`.
    name: String,
}

#[derive(Spec)]
struct VmResources {
    /// CPU cores per socket.
    cpu: Option<Cores>,
    /// Memory, for example `4Gi`.
    memory: Option<Bytes>,
    /// CPU sockets. The VM has `sockets` × `cpu` cores.
    sockets: Option<Cores>,
}
