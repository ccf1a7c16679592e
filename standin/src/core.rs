//! Secrets, Services and pods of the core API, and `cozystack.io` workloads with their monitors. Callers are already
//! authorized.
use crate::call::Call;
use crate::failure::{Failure, json_answer, no_such_path, no_such_resource};
use crate::part::Sort;
use crate::part_watch::{Watched, watch};
use crate::platform::Shared;
use crate::selector::Selector;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// `/api/v1/namespaces/{namespace}/{resource}`
pub(crate) async fn list(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    call: Call,
) -> Result<Response, Failure> {
    let sort = core_sort(&resource).ok_or_else(no_such_resource)?;
    parts(&platform, sort, namespace, &call)
}

/// `/api/v1/namespaces/{namespace}/{resource}/{name}`
pub(crate) async fn get(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
    method: Method,
) -> Result<Response, Failure> {
    let sort = core_sort(&resource).ok_or_else(no_such_resource)?;
    part(&platform, sort, "", &namespace, &name, &method)
}

/// `/apis/cozystack.io/v1alpha1/namespaces/{namespace}/{resource}`
pub(crate) async fn workloads(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    call: Call,
) -> Response {
    match workload_sort(&resource) {
        Some(sort) => parts(&platform, sort, namespace, &call).into_response(),
        None => no_such_path(),
    }
}

/// `/apis/cozystack.io/v1alpha1/namespaces/{namespace}/{resource}/{name}`
pub(crate) async fn workload(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
    method: Method,
) -> Response {
    match workload_sort(&resource) {
        Some(sort) => {
            part(&platform, sort, "cozystack.io", &namespace, &name, &method).into_response()
        }
        None => no_such_path(),
    }
}

fn core_sort(resource: &str) -> Option<Sort> {
    match resource {
        "services" => Some(Sort::Service),
        "pods" => Some(Sort::Pod),
        "secrets" => Some(Sort::Secret),
        _ => None,
    }
}

fn workload_sort(resource: &str) -> Option<Sort> {
    match resource {
        "workloadmonitors" => Some(Sort::Monitor),
        "workloads" => Some(Sort::Workload),
        _ => None,
    }
}

fn part(
    platform: &Shared,
    sort: Sort,
    group: &str,
    namespace: &str,
    name: &str,
    method: &Method,
) -> Result<Response, Failure> {
    if *method != Method::GET {
        return Err(Failure::no_method());
    }
    match platform.world().parts.get(sort, namespace, name) {
        Some(part) => Ok(json_answer(200, &part.body())),
        None => Err(Failure::not_found(group, sort.called().2, name)),
    }
}

fn parts(
    platform: &Shared,
    sort: Sort,
    namespace: String,
    call: &Call,
) -> Result<Response, Failure> {
    let (api_version, kind, _) = sort.called();
    let watched = Watched {
        sort,
        namespace,
        selector: Selector::of(call)?,
        for_tenants: false,
        api_version,
        kind,
    };
    listed(platform, watched, call)
}

/// A list or a watch of parts.
pub(crate) fn listed(
    platform: &Shared,
    watched: Watched,
    call: &Call,
) -> Result<Response, Failure> {
    if call.method != Method::GET {
        return Err(Failure::no_method());
    }
    if call.flag("watch") {
        return watch(platform, watched, call);
    }
    let world = platform.world();
    let items: Vec<Value> = world
        .parts
        .within(watched.sort, &watched.namespace)
        .filter(|part| watched.takes(part))
        .map(|part| watched.shape(part))
        .collect();
    let kind = format!("{}List", watched.kind);
    Ok(list_answer(
        watched.api_version,
        &kind,
        items,
        world.version,
    ))
}

/// A list of objects other than applications.
pub(crate) fn list_answer(
    api_version: &str,
    kind: &str,
    items: Vec<Value>,
    version: u64,
) -> Response {
    let metadata = json!({"resourceVersion": version.to_string()});
    json_answer(
        200,
        &json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "items": items}),
    )
}
