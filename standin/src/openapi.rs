//! `/openapi/v3`: the index, and documents with the schema of each kind.
use crate::call::Call;
use crate::custom::{self, CustomResource};
use crate::facts::{GROUP, Kind};
use crate::failure::json_answer;
use crate::platform::Shared;
use crate::release::Release;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

/// The prefix of each kind in the names of schemas.
const PREFIX: &str = "com.github.cozystack.cozystack.pkg.apis.apps.v1alpha1.";

/// Serves the index: a URL for each group version, with a hash that changes with the document.
pub(crate) async fn index(State(platform): State<Shared>) -> Response {
    let mut paths = json!({});
    let mut list = |group: &str, version: &str, document: &str| {
        let path = path(group, version);
        let url = format!("{path}?hash={}", hash(document));
        paths[format!("apis/{group}/{version}")] = json!({"serverRelativeURL": url});
    };
    if !platform.withheld.apps {
        list(GROUP, "v1alpha1", &applications_document(&platform));
    }
    let release = platform.release();
    for (group, version) in custom::group_versions(release) {
        list(group, version, &custom_document(release, group, version));
    }
    json_answer(200, &json!({"paths": paths}))
}

/// Serves the document of the applications.
pub(crate) async fn applications(State(platform): State<Shared>, call: Call) -> Response {
    let document = applications_document(&platform);
    serve(GROUP, "v1alpha1", document, &call)
}

/// The documents of the custom resources of a release.
pub(crate) fn custom_routes(release: Release) -> Router<Shared> {
    let groups = custom::group_versions(release).into_iter();
    groups.fold(Router::new(), |router, (group, version)| {
        let document = async move |State(platform): State<Shared>, call: Call| {
            let text = custom_document(platform.release(), group, version);
            serve(group, version, text, &call)
        };
        router.route(&path(group, version), get(document))
    })
}

fn path(group: &str, version: &str) -> String {
    format!("/openapi/v3/apis/{group}/{version}")
}

/// Serves a document, which is never compressed. A URL with its hash can be cached permanently (measured).
fn serve(group: &str, version: &str, text: String, call: &Call) -> Response {
    let hash = hash(&text);
    let cache = match call.parameter("hash") {
        Some(given) if given != hash => {
            let to = format!("{}?hash={hash}", path(group, version));
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
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ETAG, tag),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, text).into_response()
}

/// A hash of a text (FNV-1a).
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

/// A kind in a document.
struct Described {
    group: &'static str,
    version: &'static str,
    kind: String,
    /// The path of an object, relative to the group version.
    path: String,
    /// The name of the schema.
    name: String,
    schema: Value,
}

/// Applications keep fields that are not in their schemas.
fn applications_document(platform: &Shared) -> String {
    let mut status = Map::new();
    let describe = |kind: &Kind| {
        let name = format!("{PREFIX}{}", kind.kind);
        let mut spec = kind.schema.clone();
        spec["x-kubernetes-preserve-unknown-fields"] = json!(true);
        status.insert(format!("{name}Status"), status_schema());
        let of_status = json!({"$ref": format!("#/components/schemas/{name}Status")});
        let of_status = json!({"allOf": [of_status], "default": {}});
        Described {
            group: GROUP,
            version: "v1alpha1",
            kind: kind.kind.clone(),
            path: format!("namespaces/{{namespace}}/{}/{{name}}", kind.plural),
            name,
            schema: json!({"type": "object", "properties": {"spec": spec, "status": of_status}}),
        }
    };
    let described = platform.kinds().into_iter().map(describe).collect();
    document(described, status)
}

fn custom_document(release: Release, group: &str, version: &str) -> String {
    let mut domain: Vec<&str> = group.split('.').collect();
    domain.reverse();
    let resources = custom::resources(release);
    let mine = resources.filter(|of| of.group == group && of.version == version);
    let describe = |of: &'static CustomResource| Described {
        group: of.group,
        version: of.version,
        kind: of.kind.to_owned(),
        path: match of.namespaced {
            true => format!("namespaces/{{namespace}}/{}/{{name}}", of.plural),
            false => format!("{}/{{name}}", of.plural),
        },
        name: format!("{}.{version}.{}", domain.join("."), of.kind),
        schema: (of.schema)(release),
    };
    document(mine.map(describe).collect(), Map::new())
}

fn document(kinds: Vec<Described>, mut schemas: Map<String, Value>) -> String {
    let mut paths = Map::new();
    for kind in kinds {
        let path = format!("/apis/{}/{}/{}", kind.group, kind.version, kind.path);
        paths.insert(path, json!({"patch": kind.patch_operation()}));
        schemas.insert(format!("{}List", kind.name), kind.list_schema());
        schemas.insert(kind.name.clone(), kind.object_schema());
    }
    let meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    schemas.insert(format!("{meta}ObjectMeta"), json!({"type": "object"}));
    schemas.insert(format!("{meta}ListMeta"), json!({"type": "object"}));
    json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.34.1"}, "paths": paths,
        "components": {"schemas": schemas},
    })
    .to_string()
}

impl Described {
    /// Only the part of the paths that kubectl reads, to find out whether the server validates fields.
    fn patch_operation(&self) -> Value {
        let parameter =
            |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
        let parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map(parameter);
        json!({
            "parameters": parameters,
            "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": self.group_version_kind(""),
        })
    }

    fn object_schema(&self) -> Value {
        let mut schema = self.schema.clone();
        let properties = &mut schema["properties"];
        properties["apiVersion"] = json!({"type": "string"});
        properties["kind"] = json!({"type": "string"});
        properties["metadata"] = meta("ObjectMeta");
        schema["x-kubernetes-group-version-kind"] = json!([self.group_version_kind("")]);
        schema
    }

    fn list_schema(&self) -> Value {
        let item = format!("#/components/schemas/{}", self.name);
        json!({
            "type": "object", "required": ["items"],
            "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"},
                "metadata": meta("ListMeta"),
                "items": {"type": "array", "items": {"allOf": [{"$ref": item}], "default": {}}},
            },
            "x-kubernetes-group-version-kind": [self.group_version_kind("List")],
        })
    }

    fn group_version_kind(&self, ending: &str) -> Value {
        let kind = format!("{}{ending}", self.kind);
        json!({"group": self.group, "version": self.version, "kind": kind})
    }
}

fn meta(name: &str) -> Value {
    let name = format!("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
    json!({"allOf": [{"$ref": name}], "default": {}})
}

fn status_schema() -> Value {
    json!({"type": "object", "properties": {
        "version": {"type": "string"}, "namespace": {"type": "string"},
        "externalIPsCount": {"type": "integer"},
        "conditions": {"type": "array", "items": {"type": "object"}},
    }})
}
