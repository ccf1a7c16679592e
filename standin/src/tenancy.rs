//! `core.cozystack.io/v1alpha1`: a tenant's Secrets, namespaces, modules and choices.
use crate::call::Call;
use crate::choices;
use crate::core::list_answer;
use crate::failure::{Failure, json_answer, no_such_path};
use crate::object::{Object, time};
use crate::part::Sort;
use crate::platform::Shared;
use crate::selector::Selector;
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const GROUP: &str = "core.cozystack.io";
const API_VERSION: &str = "core.cozystack.io/v1alpha1";

/// `/apis/core.cozystack.io/v1alpha1/tenantnamespaces`: selectors are not looked at.
pub(crate) async fn namespaces(State(platform): State<Shared>) -> Response {
    let world = platform.world();
    let names = world
        .namespaces
        .iter()
        .filter(|(name, _)| name.starts_with("tenant-"));
    let items = names
        .map(|(name, created)| namespace_body(name, *created))
        .collect();
    list_answer(API_VERSION, "TenantNamespaceList", items, world.version)
}

/// `/apis/core.cozystack.io/v1alpha1/tenantnamespaces/{name}`
pub(crate) async fn namespace(
    State(platform): State<Shared>,
    Path(name): Path<String>,
) -> Response {
    match platform.world().namespaces.get(&name) {
        Some(created) if name.starts_with("tenant-") => {
            json_answer(200, &namespace_body(&name, *created))
        }
        _ => Failure::not_found(GROUP, "tenantnamespaces", &name).into_response(),
    }
}

fn namespace_body(name: &str, created: i64) -> Value {
    let metadata = json!({"name": name, "creationTimestamp": time(created)});
    json!({"apiVersion": API_VERSION, "kind": "TenantNamespace", "metadata": metadata})
}

/// `/apis/core.cozystack.io/v1alpha1/namespaces/{namespace}/{resource}`
pub(crate) async fn list(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    request: Request,
) -> Response {
    let call = match Call::read(request).await {
        Ok(call) if call.method == Method::GET => call,
        Ok(_) => return Failure::no_method().into_response(),
        Err(failure) => return failure.into_response(),
    };
    let selector = match Selector::of(&call) {
        Ok(selector) => selector,
        Err(failure) => return failure.into_response(),
    };
    let world = platform.world();
    match resource.as_str() {
        "tenantsecrets" => {
            let secrets = world.parts.values().filter(|part| {
                part.sort == Sort::Secret
                    && part.visible
                    && part.namespace == namespace
                    && selector.takes(&part.namespace, &part.name, &part.labels())
            });
            let items = secrets.map(|part| part.tenant_secret()).collect();
            list_answer(API_VERSION, "TenantSecretList", items, world.version)
        }
        "tenantmodules" => {
            let modules = world.objects.values().filter(|object| {
                object.namespace == namespace
                    && platform
                        .facts
                        .by_kind(&object.kind)
                        .is_some_and(|kind| kind.tenant_module())
            });
            let items = modules
                .map(|object| module_body(object, &world.body(object)))
                .collect();
            list_answer(API_VERSION, "TenantModuleList", items, world.version)
        }
        "options" if platform.facts.release.has_options() => {
            let items = choices::NAMES
                .iter()
                .filter_map(|name| choices::body(&world, &namespace, name))
                .collect();
            list_answer(API_VERSION, "OptionList", items, 0)
        }
        _ => no_such_path(),
    }
}

/// `/apis/core.cozystack.io/v1alpha1/namespaces/{namespace}/{resource}/{name}`
pub(crate) async fn get(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
    method: Method,
) -> Response {
    if method != Method::GET {
        return Failure::no_method().into_response();
    }
    let world = platform.world();
    let found = match resource.as_str() {
        "tenantsecrets" => match world.parts.get(&(Sort::Secret, namespace, name.clone())) {
            Some(part) => part.visible.then(|| part.tenant_secret()),
            None => {
                // The error of the cache comes through as it is.
                let mut failure = Failure::not_found("", "Secret", &name);
                failure.message = format!("Secret \"{name}\" not found");
                return failure.into_response();
            }
        },
        "tenantmodules" => {
            let module = world
                .objects
                .get(&(namespace, name.clone()))
                .filter(|object| {
                    platform
                        .facts
                        .by_kind(&object.kind)
                        .is_some_and(|kind| kind.tenant_module())
                });
            module.map(|object| module_body(object, &world.body(object)))
        }
        "options" if platform.facts.release.has_options() => {
            choices::body(&world, &namespace, &name)
        }
        _ => return no_such_path(),
    };
    match found {
        Some(body) => json_answer(200, &body),
        None => Failure::not_found(GROUP, &resource, &name).into_response(),
    }
}

fn module_body(object: &Object, body: &Value) -> Value {
    let status = &body["status"];
    json!({
        "apiVersion": API_VERSION, "kind": "TenantModule", "metadata": object.metadata(),
        "status": {"version": status["version"], "conditions": status["conditions"]},
    })
}
