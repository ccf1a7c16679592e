//! The addresses of custom resources.
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
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing::any;

/// The addresses of all custom resources of a release.
pub(crate) fn router(release: Release) -> Router<Shared> {
    resources(release).fold(Router::new(), |router, resource| {
        let base = format!("/apis/{}", resource.api_version());
        let plural = resource.plural;
        let router = router.route(
            &format!("{base}/{plural}"),
            any(move |State(platform), request| async move {
                answer(collection(&platform, resource, None, request).await)
            }),
        );
        if !resource.namespaced {
            return router.route(
                &format!("{base}/{plural}/{{name}}"),
                any(move |State(platform), Path(name), request| async move {
                    answer(object(&platform, resource, (String::new(), name), request).await)
                }),
            );
        }
        router
            .route(
                &format!("{base}/namespaces/{{namespace}}/{plural}"),
                any(
                    move |State(platform), Path(namespace): Path<String>, request| async move {
                        answer(collection(&platform, resource, Some(&namespace), request).await)
                    },
                ),
            )
            .route(
                &format!("{base}/namespaces/{{namespace}}/{plural}/{{name}}"),
                any(move |State(platform), Path(place), request| async move {
                    answer(object(&platform, resource, place, request).await)
                }),
            )
    })
}

fn answer(result: Result<Response, Failure>) -> Response {
    result.unwrap_or_else(IntoResponse::into_response)
}

async fn collection(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: Option<&str>,
    request: Request,
) -> Result<Response, Failure> {
    let form = negotiate(request.headers())?;
    let call = Call::read(request).await?;
    match call.method {
        Method::GET if call.flag("watch") => watch(platform, resource, namespace, &call, form),
        Method::GET => {
            let list = list(platform, resource, namespace, &call, form)?;
            Ok(json_answer(200, &list))
        }
        Method::POST if namespace.is_some() || !resource.namespaced => {
            create(platform, resource, namespace.unwrap_or(""), &call)
        }
        _ => Err(Failure::no_method()),
    }
}

async fn object(
    platform: &Shared,
    resource: &'static CustomResource,
    (namespace, name): (String, String),
    request: Request,
) -> Result<Response, Failure> {
    let form = negotiate(request.headers())?;
    let call = Call::read(request).await?;
    let key = (resource.id(), namespace, name);
    match call.method {
        Method::GET => {
            let body = stored(platform, resource, &key)?;
            Ok(json_answer(200, &form.single(body)))
        }
        Method::PUT => replace(platform, resource, &key, &call),
        Method::PATCH => patch(platform, resource, &key, &call),
        Method::DELETE => {
            let body = delete(platform, resource, &key, &call)?;
            Ok(json_answer(200, &body))
        }
        _ => Err(Failure::no_method()),
    }
}
