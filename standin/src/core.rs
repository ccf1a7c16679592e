//! Secrets and Services of the core API and `cozystack.io` workload monitors, as a tenant may read
//! them.
use crate::call::Call;
use crate::failure::{Failure, json_answer, no_such_path};
use crate::part::Sort;
use crate::platform::Shared;
use crate::selector::Selector;
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// `/api/v1/namespaces` and what else belongs to no namespace: not for tenants.
pub(crate) async fn clusterwide(Path(resource): Path<String>, method: Method) -> Response {
    let verb = method.as_str().to_lowercase();
    Failure::forbidden(&verb, &resource, "at the cluster scope").into_response()
}

/// `/api/v1/namespaces/{name}`: a tenant may not read the Namespace itself.
pub(crate) async fn namespace(Path(name): Path<String>) -> Response {
    forbidden("get", "namespaces", &name)
}

/// `/api/v1/namespaces/{namespace}/{resource}`
pub(crate) async fn list(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    request: Request,
) -> Response {
    match resource.as_str() {
        "services" => {
            parts(
                &platform,
                Sort::Service,
                Some(&namespace),
                request,
                "v1",
                "ServiceList",
            )
            .await
        }
        _ => forbidden("list", &resource, &namespace),
    }
}

/// `/api/v1/namespaces/{namespace}/{resource}/{name}`: a tenant reads Secrets by name only.
pub(crate) async fn get(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
    method: Method,
) -> Response {
    if method != Method::GET {
        return forbidden(&method.as_str().to_lowercase(), &resource, &namespace);
    }
    let sort = match resource.as_str() {
        "services" => Sort::Service,
        "secrets" => Sort::Secret,
        _ => return forbidden("get", &resource, &namespace),
    };
    let world = platform.world();
    match world.parts.get(&(sort, namespace.clone(), name.clone())) {
        // Roles name the Secrets a tenant may read; of the others it does not even learn that they
        // are there.
        Some(part) if !part.visible => forbidden("get", &resource, &namespace),
        Some(part) => json_answer(200, &part.body()),
        None => Failure::not_found("", &resource, &name).into_response(),
    }
}

fn forbidden(verb: &str, resource: &str, namespace: &str) -> Response {
    Failure::forbidden(verb, resource, &format!("in the namespace \"{namespace}\"")).into_response()
}

/// `/apis/cozystack.io/v1alpha1/namespaces/{namespace}/{resource}`
pub(crate) async fn monitors(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    request: Request,
) -> Response {
    if resource != "workloadmonitors" {
        return no_such_path();
    }
    let of = ("cozystack.io/v1alpha1", "WorkloadMonitorList");
    parts(
        &platform,
        Sort::Monitor,
        Some(&namespace),
        request,
        of.0,
        of.1,
    )
    .await
}

/// `/apis/cozystack.io/v1alpha1/namespaces/{namespace}/{resource}/{name}`
pub(crate) async fn monitor(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
) -> Response {
    if resource != "workloadmonitors" {
        return no_such_path();
    }
    let world = platform.world();
    match world.parts.get(&(Sort::Monitor, namespace, name.clone())) {
        Some(part) => json_answer(200, &part.body()),
        None => Failure::not_found("cozystack.io", &resource, &name).into_response(),
    }
}

async fn parts(
    platform: &Shared,
    sort: Sort,
    namespace: Option<&str>,
    request: Request,
    api_version: &str,
    kind: &str,
) -> Response {
    let answer = async {
        let call = Call::read(request).await?;
        if call.method != Method::GET {
            return Err(Failure::no_method());
        }
        let selector = Selector::of(&call)?;
        let world = platform.world();
        let items: Vec<Value> = world
            .parts
            .values()
            .filter(|part| {
                part.sort == sort && namespace.is_none_or(|namespace| namespace == part.namespace)
            })
            .filter(|part| selector.takes(&part.namespace, &part.name, &part.labels()))
            .map(|part| part.body())
            .collect();
        Ok(list_answer(api_version, kind, items, world.version))
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failure.into_response())
}

/// A list of things that are no applications.
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
