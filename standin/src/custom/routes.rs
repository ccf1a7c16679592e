//! The paths of custom resources.
use crate::call::Call;
use crate::custom::delete::delete;
use crate::custom::read::{list, watch};
use crate::custom::resource::CustomResource;
use crate::custom::table::resources;
use crate::custom::write::{create, patch, replace, stored};
use crate::failure::{Failure, json_answer};
use crate::form::negotiate;
use crate::platform::Shared;
use crate::release::Release;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::any;

/// The paths of all custom resources of a release.
pub(crate) fn router(release: Release) -> Router<Shared> {
    resources(release).fold(Router::new(), |router, resource| {
        let base = format!("/apis/{}", resource.api_version());
        let plural = resource.plural;
        let router = router.route(
            &format!("{base}/{plural}"),
            any(async move |State(platform), call| collection(&platform, resource, None, &call)),
        );
        if !resource.namespaced {
            let one = async move |State(platform), Path(name), call| {
                object(&platform, resource, (String::new(), name), &call)
            };
            return router.route(&format!("{base}/{plural}/{{name}}"), any(one));
        }
        let namespaced = async move |State(platform), Path(namespace): Path<String>, call| {
            collection(&platform, resource, Some(&namespace), &call)
        };
        let one = async move |State(platform), Path(place), call| {
            object(&platform, resource, place, &call)
        };
        let base = format!("{base}/namespaces/{{namespace}}/{plural}");
        router
            .route(&base, any(namespaced))
            .route(&format!("{base}/{{name}}"), any(one))
    })
}

fn collection(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: Option<&str>,
    call: &Call,
) -> Result<Response, Failure> {
    let form = negotiate(&call.headers)?;
    match call.method {
        Method::GET if call.flag("watch") => watch(platform, resource, namespace, call, form),
        Method::GET => {
            let list = list(platform, resource, namespace, call, form)?;
            Ok(json_answer(200, &list))
        }
        Method::POST if namespace.is_some() || !resource.namespaced => {
            create(platform, resource, namespace.unwrap_or(""), call)
        }
        _ => Err(Failure::no_method()),
    }
}

fn object(
    platform: &Shared,
    resource: &'static CustomResource,
    (namespace, name): (String, String),
    call: &Call,
) -> Result<Response, Failure> {
    let form = negotiate(&call.headers)?;
    let key = (resource.id(), namespace, name);
    match call.method {
        Method::GET => {
            let body = stored(platform, resource, &key)?;
            Ok(json_answer(200, &form.single(body)))
        }
        Method::PUT => replace(platform, resource, &key, call),
        Method::PATCH => patch(platform, resource, &key, call),
        Method::DELETE => {
            let body = delete(platform, resource, &key, call)?;
            Ok(json_answer(200, &body))
        }
        _ => Err(Failure::no_method()),
    }
}
