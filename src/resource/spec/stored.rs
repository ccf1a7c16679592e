use serde_json::{Map, Value as Json};

use super::strip_defaults::strip_defaults;
use crate::api::{JsonSchema, Object};
use crate::schema::{Block, is_empty};

/// The stored spec of an object, without defaults.
pub(crate) fn stored_spec(
    spec: &Block,
    object: &Object,
    live: Option<&JsonSchema>,
) -> Map<String, Json> {
    match live {
        Some(live) => live.without_defaults(&object.spec),
        None => strip_defaults(spec, object.spec.clone()),
    }
}

/// The stored object, without defaults in its spec and its entries.
pub(crate) fn stored_object(spec: &Block, mut object: Object, live: Option<&JsonSchema>) -> Object {
    let mut stored = stored_spec(spec, &object, live);
    for field in object.entries.keys().into_keys() {
        // Where there are entries, the platform adds none, so those beside them are no defaults.
        if let Some(shown) = object.spec.remove(&field).filter(|shown| !is_empty(shown)) {
            stored.entry(field).or_insert(shown);
        }
    }
    object.spec = stored;
    object.entries.map_values(|values| match live {
        Some(live) => live.without_defaults(&values),
        None => strip_defaults(spec, values),
    });
    object
}

/// The spec for a request, without the platform's defaults.
pub(crate) fn in_effect(
    spec: &Block,
    written: &Map<String, Json>,
    live: Option<&JsonSchema>,
) -> Map<String, Json> {
    let Some(live) = live else {
        return strip_defaults(spec, written.clone());
    };
    match live.filled(&Json::Object(written.clone())) {
        Json::Object(shown) => live.without_defaults(&shown),
        _ => written.clone(),
    }
}
