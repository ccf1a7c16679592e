//! `core.cozystack.io/v1alpha1`: a tenant's Secrets, namespaces, modules and options.
use crate::call::Call;
use crate::choices;
use crate::core::{list_answer, listed};
use crate::failure::{Failure, json_answer, no_such_resource};
use crate::names;
use crate::namespaces;
use crate::object::Object;
use crate::part::Sort;
use crate::part_watch::Watched;
use crate::platform::Shared;
use crate::selector::Selector;
use crate::subject::{Role, Subject};
use axum::extract::{Extension, Path, State};
use axum::http::Method;
use axum::response::Response;
use serde_json::{Value, json};

const GROUP: &str = "core.cozystack.io";
const API_VERSION: &str = "core.cozystack.io/v1alpha1";

/// `/apis/core.cozystack.io/v1alpha1/tenantnamespaces`: the namespaces in which the caller has a role. Selectors are
/// ignored.
pub(crate) async fn namespaces(
    State(platform): State<Shared>,
    Extension(caller): Extension<Subject>,
) -> Response {
    let world = platform.world();
    let items = world
        .namespaces
        .iter()
        .filter(|(name, _)| names::is_tenant(name) && caller.is_bound_in(name))
        .map(|(name, namespace)| namespace.body(name, None))
        .collect();
    list_answer(API_VERSION, "TenantNamespaceList", items, world.version)
}

/// `/apis/core.cozystack.io/v1alpha1/tenantnamespaces/{name}`: other namespaces are a 403, whether or not they exist.
/// 0.41 returns every namespace to every caller.
pub(crate) async fn namespace(
    State(platform): State<Shared>,
    Extension(caller): Extension<Subject>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let world = platform.world();
    let found = world
        .namespaces
        .get(&name)
        .filter(|_| names::is_tenant(&name));
    let sees = caller.role == Role::Platform
        || !platform.release().checks_namespaces()
        || (found.is_some() && caller.is_bound_in(&name));
    match found {
        _ if names::is_tenant(&name) && !sees => {
            let (resource, why) = ("tenantnamespaces", "access denied");
            Err(Failure::denied(GROUP, resource, &name, why))
        }
        Some(namespace) => {
            let above = namespaces::above(&name);
            let owner = above.and_then(|above| Some((above, world.namespaces.get(above)?)));
            let owner = owner.map(|(name, namespace)| (name, namespace.uid.as_str()));
            Ok(json_answer(200, &namespace.body(&name, owner)))
        }
        None => Err(Failure::not_found(GROUP, "tenantnamespaces", &name)),
    }
}

/// `/apis/core.cozystack.io/v1alpha1/namespaces/{namespace}/{resource}`
pub(crate) async fn list(
    State(platform): State<Shared>,
    Path((namespace, resource)): Path<(String, String)>,
    call: Call,
) -> Result<Response, Failure> {
    match resource.as_str() {
        "tenantsecrets" => listed(&platform, secrets(&platform, namespace, &call)?, &call),
        _ if call.method != Method::GET => Err(Failure::no_method()),
        "tenantmodules" => Ok(modules(&platform, &namespace)),
        "options" if platform.release().has_options() => Ok(options(&platform, &namespace)),
        _ => Err(no_such_resource()),
    }
}

/// The Secrets visible to tenants. A watch before 1.6 ignores its selectors.
fn secrets(platform: &Shared, namespace: String, call: &Call) -> Result<Watched, Failure> {
    let selector = if call.flag("watch") && !platform.release().selects_watched_secrets() {
        Selector::default()
    } else {
        Selector::of(call)?
    };
    Ok(Watched {
        sort: Sort::Secret,
        namespace,
        selector,
        for_tenants: true,
        api_version: API_VERSION,
        kind: "TenantSecret",
    })
}

/// The modules of a tenant, which are applications under another name.
fn modules(platform: &Shared, namespace: &str) -> Response {
    let world = platform.world();
    let items = world
        .objects_in(namespace)
        .filter(|(_, object)| object.is_module())
        .map(|(_, object)| module_body(object, &world.body(object)))
        .collect();
    list_answer(API_VERSION, "TenantModuleList", items, world.version)
}

fn options(platform: &Shared, namespace: &str) -> Response {
    let world = platform.world();
    let items = choices::NAMES
        .iter()
        .filter_map(|name| choices::body(&world, namespace, name))
        .collect();
    list_answer(API_VERSION, "OptionList", items, 0)
}

/// `/apis/core.cozystack.io/v1alpha1/namespaces/{namespace}/{resource}/{name}`
pub(crate) async fn get(
    State(platform): State<Shared>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
    method: Method,
) -> Result<Response, Failure> {
    if method != Method::GET {
        return Err(Failure::no_method());
    }
    let world = platform.world();
    let found = match resource.as_str() {
        "tenantsecrets" => match world.secret(&namespace, &name) {
            Some(part) => part.visible.then(|| part.tenant_secret()),
            None => {
                // The error of the cache is returned unchanged.
                let mut failure = Failure::not_found("", "Secret", &name);
                failure.message = format!("Secret \"{name}\" not found");
                return Err(failure);
            }
        },
        "tenantmodules" => {
            let module = world.objects.get(&(namespace, name.clone()));
            let module = module.filter(|object| object.is_module());
            module.map(|object| module_body(object, &world.body(object)))
        }
        "options" if platform.release().has_options() => choices::body(&world, &namespace, &name),
        _ => return Err(no_such_resource()),
    };
    let missing = || Failure::not_found(GROUP, &resource, &name);
    Ok(json_answer(200, &found.ok_or_else(missing)?))
}

fn module_body(object: &Object, body: &Value) -> Value {
    let status = &body["status"];
    json!({
        "apiVersion": API_VERSION, "kind": "TenantModule", "metadata": object.metadata(),
        "status": {"version": status["version"], "conditions": status["conditions"]},
    })
}
