//! `/openapi/v3`: the index, and the document with each kind's schema.
use crate::call::Call;
use crate::facts::{GROUP, Kind};
use crate::failure::json_answer;
use crate::platform::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What stands before each kind in the names of schemas.
const PREFIX: &str = "com.github.cozystack.cozystack.pkg.apis.apps.v1alpha1.";
/// Where the document is.
const PATH: &str = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

/// Serves the index: a URL for each group version, with a hash that changes with the document.
pub(crate) async fn index(State(platform): State<Shared>) -> Response {
    let mut paths = json!({});
    if !platform.withheld().apps {
        let hash = hash(&document(&platform.kinds()).to_string());
        let url = format!("{PATH}?hash={hash}");
        paths["apis/apps.cozystack.io/v1alpha1"] = json!({"serverRelativeURL": url});
    }
    json_answer(200, &json!({"paths": paths}))
}

/// Serves the document, never compressed; under its hash it may be kept forever (measured).
pub(crate) async fn applications(State(platform): State<Shared>, request: Request) -> Response {
    let call = match Call::read(request).await {
        Ok(call) => call,
        Err(failure) => return failure.into_response(),
    };
    let text = document(&platform.kinds()).to_string();
    let hash = hash(&text);
    let cache = match call.parameter("hash") {
        Some(given) if given != hash => {
            let to = format!("{PATH}?hash={hash}");
            return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response();
        }
        Some(_) => "public, immutable",
        None => "no-cache, private",
    };
    let tag = format!("\"{hash}\"");
    let known = call
        .headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|given| given.as_bytes() == tag.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, text).into_response()
}

/// Bits of a text that change with it (FNV-1a).
fn hash(text: &str) -> String {
    let fold = |seed: u64| {
        text.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    format!(
        "{:016X}{:016X}",
        fold(0xcbf2_9ce4_8422_2325),
        fold(0x8422_2325_cbf2_9ce4)
    )
}

fn document(kinds: &[&Kind]) -> Value {
    let mut schemas = Map::new();
    for kind in kinds {
        let name = format!("{PREFIX}{}", kind.kind);
        schemas.insert(format!("{name}List"), list_schema(kind, &name));
        schemas.insert(format!("{name}Status"), status_schema());
        schemas.insert(name, schema(kind));
    }
    let mut paths = Map::new();
    for kind in kinds {
        let path = format!(
            "/apis/{GROUP}/v1alpha1/namespaces/{{namespace}}/{}/{{name}}",
            kind.plural
        );
        paths.insert(path, json!({"patch": patch_operation(kind)}));
    }
    let meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    schemas.insert(format!("{meta}ObjectMeta"), json!({"type": "object"}));
    schemas.insert(format!("{meta}ListMeta"), json!({"type": "object"}));
    json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.34.1"}, "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Of the paths only this much: kubectl asks it whether the server validates fields.
fn patch_operation(kind: &Kind) -> Value {
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map(parameter);
    json!({
        "parameters": parameters,
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": group_version_kind(&kind.kind),
    })
}

fn meta(name: &str) -> Value {
    let name = format!("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
    json!({"allOf": [{"$ref": name}], "default": {}})
}

fn schema(kind: &Kind) -> Value {
    let mut spec = kind.schema.clone();
    spec["x-kubernetes-preserve-unknown-fields"] = json!(true);
    let status = format!("#/components/schemas/{PREFIX}{}Status", kind.kind);
    json!({
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"},
            "metadata": meta("ObjectMeta"),
            "spec": spec, "status": {"allOf": [{"$ref": status}], "default": {}},
        },
        "x-kubernetes-group-version-kind": [group_version_kind(&kind.kind)],
    })
}

fn list_schema(kind: &Kind, name: &str) -> Value {
    let item = format!("#/components/schemas/{name}");
    json!({
        "type": "object", "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"},
            "metadata": meta("ListMeta"),
            "items": {"type": "array", "items": {"allOf": [{"$ref": item}], "default": {}}},
        },
        "x-kubernetes-group-version-kind": [group_version_kind(&format!("{}List", kind.kind))],
    })
}

fn status_schema() -> Value {
    json!({"type": "object", "properties": {
        "version": {"type": "string"}, "namespace": {"type": "string"},
        "externalIPsCount": {"type": "integer"},
        "conditions": {"type": "array", "items": {"type": "object"}},
    }})
}

fn group_version_kind(kind: &str) -> Value {
    json!({"group": GROUP, "version": "v1alpha1", "kind": kind})
}
