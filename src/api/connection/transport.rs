//! Sends requests to the API and bounds the responses.

use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Response, Uri};
use http_body_util::BodyExt as _;
use hyper_rustls::{FixedServerNameResolver, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kube::client::Body;
use rustls::pki_types::ServerName;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceExt as _};
use tower_http::decompression::Decompression;

use super::cluster::Cluster;
use super::credentials::Credentials;
use super::route::Route;
use super::settings_error::SettingsError;
use super::tls;
use crate::api::response::{Bounds, ResponseBody};

/// A service that sends requests with credentials.
pub(super) type Transport = BoxCloneSyncService<Request<Body>, Response<ResponseBody>, BoxError>;

/// The transport for these credentials. Nothing is sent yet.
pub(super) fn transport(
    cluster: &Cluster,
    credentials: Credentials,
) -> Result<Transport, SettingsError> {
    let mut https = HttpsConnectorBuilder::new()
        .with_tls_config(tls::config(cluster, credentials.certificate)?)
        .https_or_http();
    if let Some(name) = &cluster.server_name {
        let name: ServerName<'static> = name.clone().try_into().map_err(|_| {
            SettingsError::new(
                "tls_server_name",
                "`tls_server_name` must be a host name or an IP address, such as `api.example.org`.",
            )
        })?;
        https = https.with_server_name_resolver(FixedServerNameResolver::new(name));
    }
    let connector = https.enable_http1().wrap_connector(Route::to(cluster)?);
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build(connector);
    let client = Decompression::new(client).gzip(cluster.is_compressed);
    let (base, headers) = (cluster.url.clone(), credentials.headers);
    let service = tower::service_fn(move |request: Request<Body>| {
        let client = client.clone();
        let bounds = Bounds::of(&request);
        let request = prepared(request, &base, &headers);
        async move {
            let response = client.oneshot(request?).await?;
            let (mut parts, body) = response.into_parts();
            let body = bounds.bound(body);
            parts.extensions.insert(body.turn());
            let response = Response::from_parts(parts, body.boxed_unsync());
            Ok::<_, BoxError>(response)
        }
    });
    Ok(BoxCloneSyncService::new(service))
}

/// The same request to the API at this address, with these headers.
fn prepared(
    mut request: Request<Body>,
    base: &Uri,
    headers: &HeaderMap,
) -> Result<Request<Body>, http::Error> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", PathAndQuery::as_str);
    let uri = Uri::builder()
        .scheme(base.scheme_str().unwrap_or("https"))
        .authority(base.authority().map_or("", |authority| authority.as_str()))
        .path_and_query(format!("{}{path}", base.path().trim_end_matches('/')));
    *request.uri_mut() = uri.build()?;
    for (name, value) in headers {
        request.headers_mut().append(name.clone(), value.clone());
    }
    Ok(request)
}
