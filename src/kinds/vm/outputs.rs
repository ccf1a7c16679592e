use serde_json::Value as Json;

use crate::api::Object;
use crate::kinds::shared::Endpoint;
use crate::resource::{Dependent, Observe, Observed, Outputs};
use crate::value::Value;

/// Read in the platform's charts; the virtual machine of KubeVirt has the same name.
const SERVICE: Endpoint = Endpoint("vm-instance-{name}");

/// The default user of cloud images, by the first part of the instance profile's name.
const LOGIN_USERS: &[(&str, &str)] = &[
    ("alpine", "alpine"),
    ("centos", "cloud-user"),
    ("cirros", "cirros"),
    ("debian", "debian"),
    ("fedora", "fedora"),
    ("opensuse", "opensuse"),
    ("oraclelinux", "cloud-user"),
    ("rhel", "cloud-user"),
    ("sles", "sles"),
    ("ubuntu", "ubuntu"),
];

#[derive(Outputs)]
pub(super) struct VmOutputs {
    /// Public IP address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_ip: Option<String>,
    /// Ports open at `external_ip`. Null unless `external` is `true`. Empty with `WholeIP`, which opens all ports.
    #[output(unknown_when_changed("external", "external_method", "external_ports"))]
    open_ports: Option<Vec<i64>>,
    /// IP address in the tenant network. Null while the VM is stopped. It may change when the VM restarts: inside
    /// the platform, use the host name `vm-instance-NAME.NAMESPACE.svc`.
    #[output(unknown_when_changed("run_strategy"))]
    private_ip: Option<String>,
    /// Command that opens an SSH session at `external_ip`, with the user that images of `instance_profile` have by
    /// default. Null unless `external` is `true` and port 22 is open, and for profiles without a known user.
    #[output(unknown_when_changed(
        "external",
        "external_method",
        "external_ports",
        "instance_profile"
    ))]
    ssh_command: Option<String>,
}

pub(super) fn dependents(object: &Object) -> Vec<Dependent> {
    let vm = Dependent::VmAddress {
        vm: SERVICE.name(object),
    };
    let runs = is_kept_running(object).then_some(vm);
    runs.into_iter()
        .chain(SERVICE.if_external(object))
        .collect()
}

/// Whether the platform keeps it running; platforms before 1.0 have `running` instead.
fn is_kept_running(object: &Object) -> bool {
    let spec = &object.spec;
    match spec.get("runStrategy").and_then(Json::as_str) {
        Some(strategy) => matches!(strategy, "Always" | "RerunOnFailure"),
        None => spec.get("running").and_then(Json::as_bool) != Some(false),
    }
}

impl Observe for VmOutputs {
    fn observe(seen: &Observed, _: &Value) -> VmOutputs {
        let text = |name: &str| seen.object.spec.get(name).and_then(Json::as_str);
        let opens_all = text("externalMethod") == Some("WholeIP");
        let external_ip = SERVICE.address(seen);
        let open_ports = SERVICE.service(seen).map(|service| {
            // With `WholeIP` the platform sets a port that nothing uses, as a Service must have one (read in
            // its charts).
            let ports = service.ports.iter().filter(|_| !opens_all);
            ports.map(|port| i64::from(*port)).collect()
        });
        let opens_ssh = opens_all
            || open_ports
                .as_ref()
                .is_some_and(|ports: &Vec<i64>| ports.contains(&22));
        let login = external_ip
            .as_ref()
            .filter(|_| opens_ssh)
            .zip(login_user(text("instanceProfile")));
        VmOutputs {
            private_ip: seen
                .vm_address(&SERVICE.name(&seen.object))
                .map(str::to_owned),
            ssh_command: login.map(|(address, user)| format!("ssh {user}@{address}")),
            external_ip,
            open_ports,
        }
    }
}

fn login_user(profile: Option<&str>) -> Option<&'static str> {
    let family = profile?.split('.').next()?;
    let mut users = LOGIN_USERS.iter();
    let found = users.find(|(known, _)| *known == family);
    found.map(|(_, user)| *user)
}
