//! Disks and the machines that use them: what each waits for in the other.
use crate::object::Object;
use crate::options::Options;
use crate::store::{Key, World};
use serde_json::Value;

/// The storage class whose volumes are made only where something uses them.
const BOUND_LATE: &str = "local";

/// Whether an install waits forever: for a disk that nobody uses, or for an upload that nobody does.
/// Only the Helm of 1.6 waits for resources that are not Kubernetes' own (read in the source).
pub(crate) fn waits_forever(world: &World, options: &Options, object: &Object) -> bool {
    let imports = object.kind == "VMDisk" && object.releases == 0;
    let unused = options.first_consumer && waits_for_use(object) && !is_used(world, object);
    let not_uploaded = options.no_upload && object.spec["source"].get("upload").is_some();
    imports && world.facts.release.waits_for_imports() && (unused || not_uploaded)
}

/// An upload needs its volume at once, wherever that is.
fn waits_for_use(disk: &Object) -> bool {
    disk.spec["storageClass"] == BOUND_LATE && disk.spec["source"].get("upload").is_none()
}

fn is_used(world: &World, disk: &Object) -> bool {
    world.objects_in(&disk.namespace).any(|(_, machine)| {
        machine.kind == "VMInstance"
            && machine.releases > 0
            && names(&machine.spec).any(|name| name == disk.name)
    })
}

fn names(values: &Value) -> impl Iterator<Item = &str> {
    let disks = values["disks"].as_array().into_iter().flatten();
    disks.filter_map(|disk| disk["name"].as_str())
}

/// The disks of a machine that were not installed before they were used.
pub(crate) fn awakened(world: &World, machine: &Object, values: &Value) -> Vec<Key> {
    let Some(kind) = world.facts.by_kind("VMDisk") else {
        return Vec::new();
    };
    names(values)
        .map(|disk| (machine.namespace.clone(), kind.release_name(disk)))
        .filter(|key| {
            world.objects.get(key).is_some_and(|disk| {
                let is_new = disk.releases == 0 && disk.deleted.is_none();
                disk.kind == "VMDisk" && is_new && waits_for_use(disk)
            })
        })
        .collect()
}

/// A VMInstance's chart renders only once each of its disks is there.
pub(crate) fn missing(world: &World, machine: &Object, values: &Value) -> Option<String> {
    let kind = world.facts.by_kind("VMDisk")?;
    names(values).find_map(|disk| {
        let release = kind.release_name(disk);
        let found = world
            .objects
            .get(&(machine.namespace.clone(), release.clone()));
        let why =
            format!("execution error: there is no DataVolume \"{release}\" for disk \"{disk}\"");
        found
            .is_none_or(|found| found.kind != "VMDisk")
            .then_some(why)
    })
}
