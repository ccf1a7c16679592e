//! Disks and the machines that use them: the conditions under which they wait for each other.
use crate::object::Object;
use crate::options::Options;
use crate::store::{Key, World};
use serde_json::Value;

/// The storage class whose volumes are created only when they are used.
const BOUND_LATE: &str = "local";

/// Whether an install waits forever: for a disk that is not used, or an upload that never happens. Only Helm in 1.6
/// waits for resources other than those of Kubernetes (read in the source).
pub(crate) fn waits_forever(world: &World, options: &Options, object: &Object) -> bool {
    let imports = object.kind == "VMDisk" && object.releases == 0;
    let unused = options.first_consumer && waits_for_use(object) && !is_used(world, object);
    let not_uploaded = options.no_upload && object.spec["source"].get("upload").is_some();
    imports && world.facts.release.waits_for_imports() && (unused || not_uploaded)
}

/// An upload requires its volume immediately, in any storage class.
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

/// The disks of a machine that were not installed before it used them.
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

/// The chart of a VMInstance is rendered only if all of its disks exist.
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
