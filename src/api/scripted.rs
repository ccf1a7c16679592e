//! An API that responds by a script, in this process.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use kube::client::Body;
use serde_json::Value as Json;

use super::client::Client;
use super::request::{MAX_RESPONSE_TIME, Requester};

/// A client of an API whose responses, by method and address, are a status and a body. Without a body it is an
/// endless stream without events.
pub(crate) fn scripted(
    respond: impl Fn(&str, &Uri) -> (u16, Option<Json>) + Send + Sync + 'static,
) -> Client {
    Client::of(requester("https://a", respond))
}

/// A requester of such an API at an address.
pub(super) fn requester(
    address: &str,
    respond: impl Fn(&str, &Uri) -> (u16, Option<Json>) + Send + Sync + 'static,
) -> Requester {
    let respond = Arc::new(respond);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (code, body) = respond(request.method().as_str(), request.uri());
        let is_stream = body.is_none();
        let text = body.map_or_else(String::new, |body| body.to_string());
        let body = Full::new(text.into_bytes().into()).with_trailers(async move {
            if is_stream {
                std::future::pending::<()>().await;
            }
            None
        });
        let mut response = Response::new(Box::pin(body));
        *response.status_mut() = code.try_into().expect("a status");
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let kube = kube::Client::new(service, "tenant-acme");
    Requester::new(kube, address, MAX_RESPONSE_TIME)
}
