use serde_json::{Map, Value as Json};

use crate::schema::{Attribute, Block, Shape, is_empty};

/// A read spec without the declared defaults. This approximates the stored spec if the platform's schema is not
/// available. If the spec were written back unchanged, every default would be stored.
pub(crate) fn strip_defaults(object: &Block, mut shown: Map<String, Json>) -> Map<String, Json> {
    for attribute in object.fields() {
        let former = attribute.renamed_from.as_ref().map(|former| former.name);
        for name in [Some(&*attribute.api), former].into_iter().flatten() {
            let kept = shown.remove(name).and_then(|json| kept(attribute, json));
            if let Some(json) = kept {
                shown.insert(name.to_owned(), json);
            }
        }
    }
    shown
}

fn kept(attribute: &Attribute, json: Json) -> Option<Json> {
    let default = attribute.default.as_ref();
    match (&attribute.shape, json) {
        // An object without attributes is significant even if it is empty.
        (Shape::Object(object), json) if object.attributes.is_empty() => Some(json),
        (Shape::Dynamic, json) => (default != Some(&json)).then_some(json),
        (Shape::Object(object), Json::Object(fields)) => {
            let fields = strip_defaults(object, fields);
            (!fields.is_empty()).then_some(Json::Object(fields))
        }
        (_, json) => {
            let is_nothing = is_empty(&json) && default.is_none_or(is_empty);
            (!is_nothing && default != Some(&json)).then_some(json)
        }
    }
}
