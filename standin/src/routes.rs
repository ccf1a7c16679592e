//! Routes, and the steps that every request passes before its handler.
use crate::access;
use crate::applications;
use crate::attributes::Attributes;
use crate::call::Call;
use crate::control;
use crate::core;
use crate::custom;
use crate::discovery;
use crate::failure::{Failure, json_answer, no_such_path, no_such_resource, warn};
use crate::faults::Effect;
use crate::openapi;
use crate::platform::Shared;
use crate::power;
use crate::release::Release;
use crate::tenancy;
use axum::Router;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Notify;

/// Closes the connection of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(pub(crate) Arc<Notify>);

impl Cut {
    /// Closes the connection, and never returns.
    async fn now(self) -> Response {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// All routes.
pub(crate) fn router(platform: Shared) -> Router {
    // The groups of later releases are hidden until an upgrade.
    let last = Release::Main;
    let apps = "/apis/apps.cozystack.io/v1alpha1";
    let tenancy_path = "/apis/core.cozystack.io/v1alpha1";
    let workloads = "/apis/cozystack.io/v1alpha1";
    let api = Router::new()
        .route("/version", get(discovery::version))
        .route("/api", get(discovery::core_versions))
        .route("/api/v1", get(discovery::core_resources))
        .route("/apis", get(discovery::groups))
        .route("/apis/apps.cozystack.io", get(discovery::group))
        .route(apps, get(discovery::applications))
        .route(tenancy_path, get(discovery::tenant_resources))
        .route(workloads, get(discovery::workload_resources))
        .route("/openapi/v3", get(openapi::index))
        .route(
            "/openapi/v3/apis/apps.cozystack.io/v1alpha1",
            get(openapi::applications),
        )
        .route(&format!("{apps}/{{plural}}"), any(applications::everywhere))
        .route(
            &format!("{apps}/namespaces/{{namespace}}/{{plural}}"),
            any(applications::namespaced),
        )
        .route(
            &format!("{apps}/namespaces/{{namespace}}/{{plural}}/{{name}}"),
            any(applications::object),
        )
        .route("/api/v1/namespaces/{namespace}/{resource}", any(core::list))
        .route(
            "/api/v1/namespaces/{namespace}/{resource}/{name}",
            any(core::get),
        )
        .route(
            &format!("{tenancy_path}/tenantnamespaces"),
            get(tenancy::namespaces),
        )
        .route(
            &format!("{tenancy_path}/tenantnamespaces/{{name}}"),
            get(tenancy::namespace),
        )
        .route(
            &format!("{tenancy_path}/namespaces/{{namespace}}/{{resource}}"),
            any(tenancy::list),
        )
        .route(
            &format!("{tenancy_path}/namespaces/{{namespace}}/{{resource}}/{{name}}"),
            any(tenancy::get),
        )
        .route(
            &format!("{workloads}/namespaces/{{namespace}}/{{resource}}"),
            any(core::workloads),
        )
        .route(
            &format!("{workloads}/namespaces/{{namespace}}/{{resource}}/{{name}}"),
            any(core::workload),
        )
        .route(
            "/apis/subresources.kubevirt.io/v1/namespaces/{namespace}/virtualmachines/{name}/{action}",
            any(power::act),
        )
        .merge(discovery::custom_routes(last))
        .merge(openapi::custom_routes(last))
        .merge(custom::router(last))
        .fallback(unknown)
        .method_not_allowed_fallback(async || Failure::no_method().into_response())
        .layer(from_fn_with_state(platform.clone(), gate));
    Router::new()
        .route("/__standin/fault", post(control::fault))
        .route("/__standin/leave", post(control::leave))
        .route("/__standin/reset", post(control::reset))
        .route("/__standin/stats", get(control::stats))
        .route("/__standin/upgrade", post(control::upgrade))
        .fallback_service(api.with_state(platform.clone()))
        .with_state(platform)
}

/// An unknown path. The servers of the groups respond with a Status; outside of the groups there is no server.
async fn unknown(uri: Uri) -> Response {
    let served = [
        "/api/v1/",
        "/apis/apps.cozystack.io/",
        "/apis/core.cozystack.io/",
    ];
    if served.iter().any(|group| uri.path().starts_with(group)) {
        no_such_resource().into_response()
    } else {
        no_such_path()
    }
}

/// Counts the request, injects faults, delays, authenticates and then serves it.
async fn gate(State(platform): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let wanted = attributes(&request);
    platform.stats().count(wanted.verb, wanted.resource);
    let cut = request
        .extensions()
        .get::<Cut>()
        .cloned()
        .unwrap_or_default();
    let effect = platform.faults().strike(&method, request.uri().path());
    match &effect {
        Some(Effect::Reset) => return cut.now().await,
        Some(Effect::Hang) => return std::future::pending().await,
        _ => {}
    }
    let delay = platform.options.delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match effect {
        Some(Effect::Status(code, retry_after)) => failing(code, retry_after),
        Some(Effect::Garbage) => garbage(),
        Some(Effect::Exists) => exists(&platform, request).await,
        Some(Effect::Warning(text)) => {
            let mut response = serve(&platform, request, next).await;
            warn(&mut response, &text);
            response
        }
        Some(Effect::Echo(code)) => echo(code, &platform, request).await,
        Some(Effect::Lost) => {
            serve(&platform, request, next).await;
            cut.now().await
        }
        _ => serve(&platform, request, next).await,
    }
}

/// Authorizes a request and serves it. The caller is added to the request for the handlers.
async fn serve(platform: &Shared, mut request: Request, next: Next) -> Response {
    let caller = match access::caller(platform, request.headers()) {
        Ok(Some(caller)) => caller,
        Ok(None) => {
            return match access::check_anonymous(&attributes(&request), request.uri().path()) {
                Ok(()) => next.run(request).await,
                Err(failure) => failure.into_response(),
            };
        }
        Err(failure) => return failure.into_response(),
    };
    if let Err(failure) = access::check(platform, &caller, &attributes(&request)) {
        return failure.into_response();
    }
    let path = request.uri().path();
    if platform.withheld.hides(path) || custom::hides(platform.release(), path) {
        return no_such_path();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn attributes(request: &Request) -> Attributes<'_> {
    let uri = request.uri();
    let query = uri.query().unwrap_or("");
    Attributes::of(request.method().as_str(), uri.path(), query)
}

/// The response to a create with an existing name: for custom resources the 409 of Kubernetes, for applications the
/// message of the real server (measured).
async fn exists(platform: &Shared, request: Request) -> Response {
    let wanted = attributes(&request);
    let (group, plural) = (wanted.group.to_owned(), wanted.resource.to_owned());
    if custom::find(platform.release(), &group, &plural).is_some() {
        let sent = Call::from_request(request, platform).await;
        let sent = sent.and_then(|call| call.json());
        let name = sent.map(|body| body["metadata"]["name"].clone());
        let name = name.unwrap_or_default();
        let name = name.as_str().unwrap_or_default();
        return Failure::already_exists(&group, &plural, name).into_response();
    }
    let release = plural.trim_end_matches('s');
    Failure::backend(format!(
        "failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io \"{release}\" already exists"
    ))
    .into_response()
}

async fn echo(code: u16, platform: &Shared, request: Request) -> Response {
    let call = match Call::from_request(request, platform).await {
        Ok(call) => call,
        Err(failure) => return failure.into_response(),
    };
    let header = call.headers.get(header::AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok());
    let body = String::from_utf8_lossy(&call.body);
    Failure::echo(code, &[header.unwrap_or_default(), &body]).into_response()
}

fn failing(code: u16, retry_after: Option<u64>) -> Response {
    let reason = match code {
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
    let mut failure = Failure::new(
        code,
        reason,
        "the server is currently unable to handle the request",
    );
    if let Some(seconds) = retry_after {
        failure.details = json!({"retryAfterSeconds": seconds});
    }
    let mut response = failure.into_response();
    if let Some(value) =
        retry_after.and_then(|seconds| HeaderValue::from_str(&seconds.to_string()).ok())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn garbage() -> Response {
    let mut response = json_answer(200, &json!(null));
    *response.body_mut() = "<html><body>this is not what you asked for</body></html>".into();
    response
}
