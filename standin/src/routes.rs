//! Which path is served by whom, and what every request goes through first.
use crate::applications;
use crate::control;
use crate::core;
use crate::discovery;
use crate::failure::{Failure, json_answer, no_such_path};
use crate::faults::Effect;
use crate::openapi;
use crate::platform::Shared;
use crate::stats::verb_and_resource;
use crate::tenancy;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Notify;

/// Cuts the connection a request came on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(pub(crate) Arc<Notify>);

impl Cut {
    /// Cuts, and never comes back.
    async fn now(self) -> Response {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// All paths.
pub(crate) fn router(platform: Shared) -> Router {
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
        .route("/api/v1/{resource}", any(core::clusterwide))
        .route("/api/v1/namespaces/{name}", any(core::namespace))
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
            any(core::monitors),
        )
        .route(
            &format!("{workloads}/namespaces/{{namespace}}/{{resource}}/{{name}}"),
            get(core::monitor),
        )
        .fallback(async || no_such_path())
        .layer(from_fn_with_state(platform.clone(), gate));
    Router::new()
        .route("/__standin/fault", post(control::fault))
        .route("/__standin/delay", post(control::delay))
        .route("/__standin/reset", post(control::reset))
        .route("/__standin/stats", get(control::stats))
        .fallback_service(api.with_state(platform.clone()))
        .with_state(platform)
}

/// Counts, fails on demand, asks for the token, waits, and only then serves.
async fn gate(State(platform): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let (verb, resource) = verb_and_resource(
        &method,
        request.uri().path(),
        request.uri().query().unwrap_or(""),
    );
    platform.stats().count(&verb, &resource);
    let cut = request
        .extensions()
        .get::<Cut>()
        .cloned()
        .unwrap_or_default();
    let effect = platform.faults().strike(&method);
    match &effect {
        Some(Effect::Reset) => return cut.now().await,
        Some(Effect::Hang) => return std::future::pending().await,
        _ => {}
    }
    let delay = *platform.delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match effect {
        Some(Effect::Status(code, retry_after)) => failing(code, retry_after),
        Some(Effect::Garbage) => garbage(),
        Some(Effect::Lost) => {
            serve(&platform, request, next).await;
            cut.now().await
        }
        _ => serve(&platform, request, next).await,
    }
}

async fn serve(platform: &Shared, request: Request, next: Next) -> Response {
    if !is_authorized(request.headers(), &platform.options.token) {
        return Failure::new(401, "Unauthorized", "Unauthorized").into_response();
    }
    next.run(request).await
}

fn is_authorized(headers: &HeaderMap, token: &str) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    given
        .and_then(|given| given.strip_prefix("Bearer "))
        .is_some_and(|given| given.trim() == token)
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
