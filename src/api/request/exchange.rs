//! One request and its response as a text. The library does the same and keeps four copies of the response in memory
//! at once.

use std::ops::Deref;

use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use kube::core::Status;
use serde::de::DeserializeOwned;

use crate::api::response::{Bounds, LargeResponseTurn, Warnings};

/// The text of a response. As long as it exists, no other large response is read.
pub(crate) struct ResponseText {
    pub(crate) text: String,
    _turn: Option<LargeResponseTurn>,
}

impl ResponseText {
    /// Parses the text.
    pub(crate) fn json<T: DeserializeOwned>(self) -> serde_json::Result<T> {
        serde_json::from_str(&self)
    }

    #[cfg(test)]
    pub(crate) fn of(text: String) -> ResponseText {
        ResponseText { text, _turn: None }
    }
}

impl Deref for ResponseText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Reads an address.
///
/// # Errors
/// Those of [`send`].
pub(crate) async fn read(
    client: &kube::Client,
    path: &str,
    bounds: Bounds,
) -> kube::Result<ResponseText> {
    send(client, Method::GET, path, Vec::new(), bounds, None).await
}

/// Sends a request with a body of JSON, and adds the warnings of the response to `warnings`.
///
/// # Errors
/// Where it cannot be sent, and where the response is an error, exceeds its bounds, or is not a text.
pub(super) async fn send(
    client: &kube::Client,
    method: Method,
    path: &str,
    body: Vec<u8>,
    bounds: Bounds,
    warnings: Option<&Warnings>,
) -> kube::Result<ResponseText> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .extension(bounds);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let request = request.body(body).map_err(kube::Error::HttpError)?;
    let response = client.send(request.map(Into::into)).await?;
    if let Some(warnings) = warnings {
        warnings.collect(response.headers());
    }
    let code = response.status();
    let turn = response.extensions().get::<LargeResponseTurn>().cloned();
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            bytes.extend_from_slice(data);
        }
    }
    let text = String::from_utf8(bytes).map_err(kube::Error::FromUtf8)?;
    if !code.is_success() {
        let status: Status = serde_json::from_str(&text).unwrap_or_else(|_| {
            let status = Status::failure(&text, "");
            status.with_code(code.as_u16())
        });
        return Err(kube::Error::Api(Box::new(status)));
    }
    Ok(ResponseText { text, _turn: turn })
}
