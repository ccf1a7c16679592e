//! DELETE of custom resources.
use crate::call::Call;
use crate::custom::metadata::text;
use crate::custom::objects::CustomKey;
use crate::custom::resource::CustomResource;
use crate::custom::write::{holds, is_dry, stored};
use crate::failure::Failure;
use crate::object::{now, time};
use crate::platform::Shared;
use serde_json::{Value, json};

/// Serves a DELETE of an object, which waits for its finalizers.
pub(super) fn delete(
    platform: &Shared,
    resource: &CustomResource,
    key: &CustomKey,
    call: &Call,
) -> Result<Value, Failure> {
    let options = if call.body.is_empty() {
        Value::Null
    } else {
        call.json()?
    };
    let mut live = stored(platform, resource, key)?;
    check_preconditions(resource, key, &options["preconditions"], &live)?;
    let dry = is_dry(call)
        || options["dryRun"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
    let mut world = platform.world();
    if holds(&live) {
        if text(&live, "deletionTimestamp").is_empty() {
            let generation = live["metadata"]["generation"].as_u64().unwrap_or(0);
            live["metadata"]["deletionTimestamp"] = json!(time(now()));
            live["metadata"]["deletionGracePeriodSeconds"] = json!(0);
            live["metadata"]["generation"] = json!(generation + 1);
            if !dry {
                live = world.put_custom(key, live, "MODIFIED");
                platform.written(&world);
            }
        }
        return Ok(live);
    }
    if !dry {
        world.end_custom(key);
        platform.written(&world);
    }
    Ok(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": {
            "name": key.2, "group": resource.group, "kind": resource.plural,
            "uid": text(&live, "uid"),
        },
    }))
}

fn check_preconditions(
    resource: &CustomResource,
    key: &CustomKey,
    wanted: &Value,
    live: &Value,
) -> Result<(), Failure> {
    let conflict = |why: String| {
        Err(Failure::conflict(
            resource.group,
            resource.plural,
            &key.2,
            &why,
        ))
    };
    let (uid, version) = (text(live, "uid"), text(live, "resourceVersion"));
    match (wanted["uid"].as_str(), wanted["resourceVersion"].as_str()) {
        (Some(given), _) if given != uid => conflict(format!(
            "Precondition failed: UID in precondition: {given}, UID in object meta: {uid}"
        )),
        (_, Some(given)) if given != version => conflict(format!(
            "Precondition failed: ResourceVersion in precondition: {given}, ResourceVersion in \
             object meta: {version}"
        )),
        _ => Ok(()),
    }
}
