//! DELETE.
use crate::controller;
use crate::facts::{GROUP, Kind};
use crate::failure::Failure;
use crate::lag::Write;
use crate::object::now;
use crate::platform::Shared;
use crate::store::Key;
use serde_json::{Value, json};

/// Serves a DELETE of an object. Options in query and body are ignored.
pub(crate) fn remove(
    platform: &Shared,
    kind: &Kind,
    key: &Key,
    name: &str,
) -> Result<Value, Failure> {
    let mut world = platform.world();
    // An object whose label has another name cannot be deleted, although GET returns it (measured).
    let is_it = |kind_name: &str, label: &str| kind_name == kind.kind && label == name;
    let not_found = || Failure::not_found(GROUP, &kind.plural, name);
    world
        .seen(key)
        .filter(|seen| is_it(&seen.kind, &seen.label_name))
        .ok_or_else(not_found)?;
    let live = world
        .objects
        .get(key)
        .filter(|live| is_it(&live.kind, &live.label_name))
        .cloned();
    let live = live.ok_or_else(not_found)?;
    if live.deleted.is_none() {
        let mut object = live.clone();
        object.deleted = Some(now());
        if object.finalizer {
            world.lag.note(key, Some(&live), Write::Removed);
            let object = world.put(key, object, "MODIFIED");
            controller::ends(&mut world, &platform.options, key, &object);
        } else {
            // Without a finalizer the release is removed before the controller can uninstall it.
            world.remove(
                key,
                Some("deleted before the controller had its finalizer on"),
            );
        }
        platform.written(&world);
    }
    Ok(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {"name": name, "kind": kind.kind}, "code": 200,
    }))
}
