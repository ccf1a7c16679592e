//! Rules between the attributes of a virtual machine.

use crate::kinds::shared::{Lookup, conflict, missing, warn};
use crate::schema::Scope;

/// KubeVirt rejects a machine with both, and one without memory.
pub(super) fn resources_exclude_instance_type(scope: &mut Scope<'_>) {
    let Some(instance_type) = scope.text_or("instance_type", "u1.medium") else {
        return;
    };
    if instance_type.is_empty() {
        if scope.at("resources.memory").is_null() {
            let detail = "`instance_type` is `\"\"`, so `resources` must set `cpu`, `memory` and `sockets`, but \
                          `resources.memory` is missing. Set them, or choose an instance type.";
            conflict(scope, "instance_type", detail);
        }
        return;
    }
    let default = if scope.has("instance_type") {
        ""
    } else {
        ", the default"
    };
    let detail = format!(
        "`resources` conflicts with `instance_type`, which is `{instance_type}`{default}: both set CPU and memory. \
         Set `instance_type = \"\"` to use `resources`, or remove `resources`."
    );
    let is_set = |name: &str| scope.is_set(&format!("resources.{name}"));
    if is_set("memory") || is_set("cpu") && is_set("sockets") {
        conflict(scope, "resources", detail);
    } else if is_set("cpu") || is_set("sockets") {
        warn(scope, "resources", "Resources are ignored", detail);
    }
}

/// From 1.0 on, which has `runStrategy`, the platform requires all of them; before, it ignores `cpu` without
/// `sockets` and the reverse (read in its charts).
pub(super) fn resources_are_complete(scope: &mut Scope<'_>) {
    let names = ["resources.cpu", "resources.sockets"];
    let missing_ones = names.into_iter().filter(|name| scope.at(name).is_null());
    let missing_ones: Vec<String> = missing_ones.map(|name| format!("`{name}`")).collect();
    if scope.at("instance_type").as_str() != Some("") || missing_ones.is_empty() {
        return;
    }
    let names = missing_ones.join(" and ");
    if scope.platform_has("runStrategy") {
        let detail = format!(
            "`instance_type` is `\"\"`, so this platform requires `cpu`, `memory` and `sockets` in `resources`. \
             Missing: {names}. Set them, or choose an instance type."
        );
        missing(scope, "instance_type", detail);
    } else {
        let detail = format!(
            "`instance_type` is `\"\"` and {names} is not set: this platform gives the VM one core. Set both `cpu` \
             and `sockets`."
        );
        warn(scope, "instance_type", "VM has one core", detail);
    }
}

pub(super) fn networks_replace_subnets(scope: &mut Scope<'_>) {
    let differ = scope.at("networks") != scope.at("subnets");
    if differ && scope.is_set("networks") && scope.is_set("subnets") {
        let detail = "The platform ignores `subnets` if `networks` is set. List all networks in `networks`, and \
                      remove `subnets`.";
        warn(scope, "subnets", "Subnets are ignored", detail);
    }
}

pub(super) fn public_address_has_ports(scope: &mut Scope<'_>) {
    let names = ["external_ports", "external_method", "external_allow_icmp"];
    let unused = names.into_iter().find(|name| scope.has(name));
    if let (true, Some(name)) = (scope.is_off("external"), unused) {
        let detail = format!(
            "`{name}` is set, but `external` is not: the VM has no public address. Set `external = true`, or remove \
             `{name}`."
        );
        warn(scope, name, &format!("{name} has no effect"), detail);
    }
    let method = scope.text_or("external_method", "PortList");
    let has_none = scope.has("external_ports") && scope.is_empty("external_ports");
    if scope.is_on("external") && method.as_deref() == Some("PortList") && has_none {
        let detail = "`external` is `true` and `external_ports` is empty, but at least one port is required. Add a \
                      port, remove `external_ports` for port 22, or set `external_method = \"WholeIP\"`.";
        conflict(scope, "external_ports", detail);
    }
}

pub(super) fn names_are_unique(scope: &mut Scope<'_>) {
    for list in ["disks", "networks", "subnets"] {
        let entries = scope.elements(list);
        let names: Vec<Option<&str>> = entries.iter().map(|one| one.at("name").as_str()).collect();
        let earlier = |at: usize| names[..at].iter().position(|name| name == &names[at]);
        let mut repeated = (0..names.len()).filter(|at| names[*at].is_some());
        let found = repeated.find_map(|at| Some((earlier(at)?, at, names[at]?)));
        if let Some((first, second, name)) = found {
            let path = scope.path(list).index(second).attribute("name");
            let detail = format!(
                "`{list}[{second}]` and `{list}[{first}]` both name `{name}`. Each can be attached only once: remove \
                 one of them."
            );
            scope.error_at(&path, "Duplicate Attribute Value", detail);
        }
    }
}
