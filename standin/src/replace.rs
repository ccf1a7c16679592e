//! PUT, and the final step of every PATCH.
use crate::call::Call;
use crate::controller;
use crate::create::{hold, unknown_format};
use crate::facts::Kind;
use crate::failure::Failure;
use crate::keys;
use crate::lag::Write;
use crate::object::Object;
use crate::platform::Shared;
use crate::policy;
use crate::sent::Sent;
use crate::store::Key;
use crate::subject::Subject;
use serde_json::Value;

/// Serves a PUT to an object. `dryRun` is ignored.
pub(crate) async fn replace(
    platform: &Shared,
    kind: &Kind,
    key: &Key,
    name: &str,
    call: &Call,
) -> Result<(Value, Sent), Failure> {
    if !matches!(call.content_type(), "" | "application/json") {
        return Err(unknown_format("application/json, application/yaml"));
    }
    let strict = call.parameter("fieldValidation") == Some("Strict");
    let sent = Sent::decode(&call.json()?, strict)?;
    sent.check_place(&key.0, Some(name))?;
    let body = store(platform, kind, key, name, &sent, &call.caller).await?;
    Ok((body, sent))
}

/// Replaces spec, labels and annotations of the stored object with those of the request.
pub(crate) async fn store(
    platform: &Shared,
    kind: &Kind,
    key: &Key,
    name: &str,
    sent: &Sent,
    caller: &Subject,
) -> Result<Value, Failure> {
    let label_name = hold(platform, kind, name, "update", sent.labels.is_empty()).await?;
    let mut world = platform.world();
    let not_found = || Failure::not_found(crate::facts::GROUP, &kind.plural, name);
    // The server reads from its cache, so a write can return 404 for a new object.
    world
        .seen(key)
        .filter(|seen| seen.kind == kind.kind)
        .ok_or_else(not_found)?;
    let live = world
        .objects
        .get(key)
        .filter(|live| live.kind == kind.kind)
        .cloned()
        .ok_or_else(not_found)?;
    sent.check_reserved()?;
    let release = platform.release();
    policy::check_write(release, caller, kind, name, Some(&live.spec), &sent.spec)?;
    check_preconditions(platform, key, sent, &live)?;
    keys::check("update", &key.1, &sent.labels, &sent.annotations)?;
    let respecified = live.spec != sent.spec;
    let object = Object {
        label_name,
        labels: sent.labels.clone(),
        annotations: sent.annotations.clone(),
        spec: sent.spec.clone(),
        // The server builds a new release, without the controller's finalizer.
        finalizer: false,
        generation: live.generation + u64::from(respecified),
        ..live.clone()
    };
    world.lag.note(key, Some(&live), Write::Replaced);
    let object = world.put(key, object, "MODIFIED");
    if object.deleted.is_some() {
        // Without its finalizer a terminating release is removed at once, and is never uninstalled.
        world.remove(key, Some("written while terminating"));
    } else if respecified {
        controller::changed(&mut world, &platform.options, key);
    } else {
        controller::touched(&mut world, key, &object);
    }
    platform.written(&world);
    Ok(world.body(&object))
}

/// The backend's errors, all returned as 500: an outdated version (measured on 0.41 and 1.3; 1.6 uses the current
/// version instead), or the uid of another object.
fn check_preconditions(
    platform: &Shared,
    key: &Key,
    sent: &Sent,
    live: &Object,
) -> Result<(), Failure> {
    let refused = |why: String| {
        Err(Failure::backend(format!(
            "failed to update HelmRelease: Operation cannot be fulfilled on \
             helmreleases.helm.toolkit.fluxcd.io \"{}\": {why}",
            key.1
        )))
    };
    if !sent.uid.is_empty() && sent.uid != live.uid {
        let (given, uid) = (&sent.uid, &live.uid);
        return refused(format!(
            "Precondition failed: UID in precondition: {given}, UID in object meta: {uid}"
        ));
    }
    // The version is parsed before it is compared (500 measured; message read in Kubernetes' source).
    if !sent.version.is_empty() && sent.version.parse::<u64>().is_err() {
        return Err(Failure::backend(format!(
            "failed to update HelmRelease: strconv.ParseUint: parsing \"{}\": invalid syntax",
            sent.version
        )));
    }
    let stale = !sent.version.is_empty() && sent.version != live.version.to_string();
    if stale && !platform.release().last_writer_wins() {
        return refused(
            "the object has been modified; please apply your changes to the latest version \
             and try again"
                .to_owned(),
        );
    }
    Ok(())
}
