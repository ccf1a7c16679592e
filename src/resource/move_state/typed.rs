//! States of cozystack/cozystack, formerly lexfrei/cozystack: typed like ours, with the fields of the spec as
//! attributes in snake_case, without labels, and including defaults.

use serde_json::{Map, Value as Json};

use super::manifest::{Manifest, Origin};
use crate::resource::resource_type::ResourceType;
use crate::schema::{Block, Meaning, Shape};

const PREFIX: &str = "cozystack_";

/// The kind in a resource type's name, in lower case: `vminstance` of `cozystack_vminstance`.
pub(crate) fn kind_of(type_name: &str) -> Option<String> {
    type_name.strip_prefix(PREFIX).map(plain)
}

/// Whether a resource type is for objects of this kind.
pub(crate) fn is_for(type_name: &str, model: &ResourceType) -> bool {
    let ours = &*model.type_name;
    let ours = ours.split_once('_').map_or(ours, |(_, name)| name);
    kind_of(type_name)
        .is_some_and(|kind| kind == plain(&model.api_resource.kind) || kind == plain(ours))
}

/// The object in a state. Attributes without a counterpart are ignored, such as computed ones and settings for waits.
pub(crate) fn typed_object(
    state: &Map<String, Json>,
    model: &ResourceType,
) -> Result<Manifest, String> {
    let text = |name: &str| state.get(name).and_then(Json::as_str).unwrap_or_default();
    Ok(Manifest {
        api_version: model.api_resource.api_version(),
        kind: model.api_resource.kind.clone().into_owned(),
        namespace: text("namespace").to_owned(),
        name: text("name").to_owned(),
        spec: fields(&model.spec, state),
        origin: Origin::Recorded,
        ..Manifest::default()
    })
}

/// The fields of an object by API name. Attributes are matched by our name, the API name or a former name, in any case.
fn fields(object: &Block, attributes: &Map<String, Json>) -> Map<String, Json> {
    let named = |name: &str| {
        let mut found = attributes
            .iter()
            .filter(|(key, _)| plain(key) == plain(name));
        found
            .find(|(_, value)| !value.is_null())
            .map(|(_, value)| value)
    };
    let fields = object.fields().filter_map(|attribute| {
        let former = attribute.renamed_from.as_ref().map(|former| former.name);
        let json = named(&attribute.name)
            .or_else(|| named(&attribute.api))
            .map(|json| (&*attribute.api, json))
            .or_else(|| former.and_then(|former| Some((former, named(former)?))));
        let (name, json) = json?;
        Some((name.to_owned(), value(&attribute.shape, json)))
    });
    fields.collect()
}

fn value(shape: &Shape, json: &Json) -> Json {
    match (shape, json) {
        (Shape::Object(object), Json::Object(attributes)) => fields(object, attributes).into(),
        (Shape::Map(element), Json::Object(entries)) => entries
            .iter()
            .map(|(key, json)| (key.clone(), value(element, json)))
            .collect::<Map<_, _>>()
            .into(),
        (Shape::List(element) | Shape::Set(element), Json::Array(items)) => {
            items.iter().map(|json| value(element, json)).collect()
        }
        // JSON is a string in the state.
        (Shape::Text(of), Json::String(text)) if of.meaning == Meaning::Json => {
            serde_json::from_str(text).unwrap_or_else(|_| json.clone())
        }
        _ => json.clone(),
    }
}

/// A name without the differences between camelCase, snake_case and upper-case abbreviations.
fn plain(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
