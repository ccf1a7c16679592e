//! The supported source providers, and the format of their states. The registry and namespace of a provider are
//! ignored, because mirrors and forks have the same schema.

use serde_json::{Map, Value as Json, json};

use super::manifest::{Manifest, Origin};
use super::request::{MoveRequest, Refusal};
use super::typed::{is_for, kind_of, typed_object};
use crate::api::ApiResource;
use crate::resource::resource_type::ResourceType;

/// Our resource for objects of any kind.
pub(crate) const APP: &str = "hikube_app";

/// Parses the state of another provider's resource.
type Reader = fn(&Map<String, Json>, &ResourceType) -> Result<Manifest, String>;

/// The manifest in the state of another provider's resource, to move to this resource type.
pub(crate) fn manifest(
    request: &MoveRequest<'_>,
    model: &ResourceType,
) -> Result<Manifest, Refusal> {
    let ours = &*model.type_name;
    let read: Reader = match (provider_type(request.provider), request.type_name) {
        ("kubernetes", "kubernetes_manifest") => kubernetes_manifest,
        ("kubectl", "kubectl_manifest") => kubectl_manifest,
        ("hikube", APP) => app,
        ("cozystack", theirs) if is_for(theirs, model) => typed_object,
        ("cozystack", theirs) => return Err(other_kind(request, theirs, ours)),
        (_, type_name) => {
            return Err(format!(
                "A `{type_name}` of `{}` cannot become a `{ours}`. A `kubernetes_manifest` of hashicorp/kubernetes, \
                 a `kubectl_manifest` of gavinbunney/kubectl or alekc/kubectl, a resource of cozystack/cozystack and a \
                 `{APP}` can. {}",
                request.provider,
                instead(type_name, ours)
            ));
        }
    };
    let unreadable = |why: &str| {
        format!(
            "The state of this `{}` cannot be read: {why}. {}",
            request.type_name,
            instead(request.type_name, ours)
        )
    };
    let state: Map<String, Json> =
        serde_json::from_slice(request.state).map_err(|_| unreadable("it is not a JSON object"))?;
    read(&state, model).map_err(|why| unreadable(&why))
}

/// The resource for any kind, before the provider had one for this kind. `spec` is the configuration.
fn app(state: &Map<String, Json>, _: &ResourceType) -> Result<Manifest, String> {
    let part = |name: &str| state.get(name).cloned().unwrap_or_default();
    let manifest = json!({
        "apiVersion": ApiResource::application("", "").api_version(),
        "kind": part("kind"),
        "metadata": {
            "name": part("name"),
            "namespace": part("namespace"),
            "labels": part("labels"),
            "annotations": part("annotations"),
        },
        "spec": plain(&part("spec")),
    });
    Ok(Manifest::read(&manifest))
}

/// The error for a resource of cozystack/cozystack that is of another kind than `ours`.
fn other_kind(request: &MoveRequest<'_>, theirs: &str, ours: &str) -> Refusal {
    let kind = kind_of(theirs);
    match kind.and_then(|kind| (request.type_for)(&kind)) {
        Some(instead) => {
            format!("A `{theirs}` cannot become a `{ours}`. Move it to a `{instead}`.")
        }
        None => format!(
            "A `{theirs}` cannot become a `{ours}`, and the provider has no resource for it. Keep it a `{theirs}`."
        ),
    }
}

/// The alternative to a move.
pub(crate) fn instead(theirs: &str, ours: &str) -> String {
    let id = match ours {
        APP => "namespace/Kind/name",
        _ => "namespace/name",
    };
    format!(
        "Remove it from the state with a `removed` block for the `{theirs}` that sets `destroy = false`, and import the \
         object as a `{ours}` by its ID, `{id}`."
    )
}

/// The type of a provider: `kubernetes` of `registry.terraform.io/hashicorp/kubernetes`.
pub(crate) fn provider_type(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default()
}

/// `manifest` is the configuration, null after an import; `object` is the object on the platform.
fn kubernetes_manifest(state: &Map<String, Json>, _: &ResourceType) -> Result<Manifest, String> {
    let part = |name: &str| {
        let plain = state.get(name).map(plain);
        plain.filter(Json::is_object)
    };
    let shown = part("object").as_ref().map(Manifest::read);
    let given = part("manifest").as_ref().map(Manifest::read);
    match (given, shown) {
        (Some(given), shown) => Ok(given.or(shown.unwrap_or_default())),
        (None, Some(shown)) => Ok(Manifest {
            origin: Origin::Shown,
            ..shown
        }),
        (None, None) => Err("it has neither a `manifest` nor an `object`".to_owned()),
    }
}

/// `yaml_body` is the configuration or, after an import, the whole object on the platform. Other attributes identify
/// the object: `override_namespace` is included in them.
fn kubectl_manifest(state: &Map<String, Json>, _: &ResourceType) -> Result<Manifest, String> {
    let text = |name: &str| state.get(name).and_then(Json::as_str).unwrap_or_default();
    let given = first_document(text("yaml_body"))?;
    let settled = Manifest {
        api_version: text("api_version").to_owned(),
        kind: text("kind").to_owned(),
        namespace: text("namespace").to_owned(),
        name: text("name").to_owned(),
        ..Manifest::read(&given)
    };
    let is_shown = given.get("status").is_some();
    Ok(Manifest {
        origin: if is_shown {
            Origin::Shown
        } else {
            Origin::Configured
        },
        ..settled.or(Manifest::read(&given))
    })
}

/// The first document, as the provider ignores others. The parser's message is discarded because it quotes the text.
fn first_document(yaml: &str) -> Result<Json, String> {
    let options = serde_saphyr::options! { with_snippet: false };
    let documents: Vec<Json> =
        serde_saphyr::from_multiple_with_options(yaml, options).map_err(|error| {
            match error.location() {
                Some(at) => format!("`yaml_body` is not valid YAML (line {})", at.line()),
                None => "`yaml_body` is not valid YAML".to_owned(),
            }
        })?;
    let mut objects = documents.into_iter().filter(Json::is_object);
    objects
        .next()
        .ok_or_else(|| "`yaml_body` does not contain an object".to_owned())
}

/// A value without its type. Terraform encodes a dynamic value as `{"type": …, "value": …}`, at any depth.
fn plain(dynamic: &Json) -> Json {
    match (dynamic.get("type"), dynamic.get("value")) {
        (Some(ty), Some(value)) => of_type(ty, value),
        _ => dynamic.clone(),
    }
}

fn of_type(ty: &Json, value: &Json) -> Json {
    let inner = &ty[1];
    match (ty[0].as_str(), value) {
        _ if *ty == "dynamic" => plain(value),
        (Some("object"), Json::Object(fields)) => fields
            .iter()
            .map(|(name, value)| (name.clone(), of_type(&inner[name], value)))
            .collect::<Map<_, _>>()
            .into(),
        (Some("map"), Json::Object(entries)) => entries
            .iter()
            .map(|(key, value)| (key.clone(), of_type(inner, value)))
            .collect::<Map<_, _>>()
            .into(),
        (Some("tuple"), Json::Array(values)) => values
            .iter()
            .enumerate()
            .map(|(index, value)| of_type(&inner[index], value))
            .collect(),
        (Some("list" | "set"), Json::Array(values)) => {
            values.iter().map(|value| of_type(inner, value)).collect()
        }
        _ => value.clone(),
    }
}
