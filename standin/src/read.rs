//! GET of one object and of lists.
use crate::call::Call;
use crate::facts::{API_VERSION, GROUP, Kind};
use crate::failure::Failure;
use crate::form::Form;
use crate::platform::Shared;
use crate::selector::Selector;
use crate::store::Key;
use serde_json::Value;

/// One object from the server's cache.
pub(crate) fn get(platform: &Shared, kind: &Kind, key: &Key, name: &str) -> Result<Value, Failure> {
    let world = platform.world();
    let seen = world.seen(key).filter(|seen| seen.kind == kind.kind);
    seen.map(|object| world.body(object))
        .ok_or_else(|| Failure::not_found(GROUP, &kind.plural, name))
}

/// All objects of a kind, in one namespace or in all. `limit`, `continue` and `resourceVersion` are ignored (measured).
pub(crate) fn list(
    platform: &Shared,
    kind: &Kind,
    namespace: Option<&str>,
    call: &Call,
    form: Form,
) -> Result<Value, Failure> {
    if call.parameter("resourceVersionMatch").is_some()
        && call.parameter("resourceVersion").is_none()
    {
        let message = "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: \
                       resourceVersionMatch is forbidden unless resourceVersion is provided";
        return Err(Failure::new(422, "Invalid", message));
    }
    let selector = Selector::of(call)?;
    let world = platform.world();
    let seen = world.seen_all(&kind.kind, namespace);
    let version = seen
        .iter()
        .map(|object| object.version)
        .max()
        .unwrap_or(0)
        .to_string();
    let items = seen
        .iter()
        .filter(|object| selector.takes(&object.namespace, &object.name, &object.labels))
        .map(|object| world.body(object))
        .collect();
    Ok(form.list(API_VERSION, &kind.kind, items, &version))
}
