//! A client of an API that answers by a script, in this process.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use kube::client::Body;
use serde_json::Value as Json;

use super::client::Client;

/// A client whose requests, by method and address, are answered with a status and a body; without a body, with a
/// stream of which nothing comes.
pub(crate) fn scripted(
    answer: impl Fn(&str, &Uri) -> (u16, Option<Json>) + Send + Sync + 'static,
) -> Client {
    let answer = Arc::new(answer);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (code, body) = answer(request.method().as_str(), request.uri());
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
    Client::of(kube::Client::new(service, "tenant-acme"))
}
