//! A request, and its answer as a text. The library does the same, and keeps four copies of the answer in memory at
//! once.

use std::ops::Deref;

use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use kube::core::Status;
use serde::de::DeserializeOwned;

use super::bounds::{Bounds, Turn};

/// The text of an answer. A large one is read and made use of while no other such is: as long as this is there.
pub(super) struct Text {
    pub(super) text: String,
    _turn: Option<Turn>,
}

impl Text {
    /// The value that it is the JSON of.
    pub(super) fn json<T: DeserializeOwned>(self) -> serde_json::Result<T> {
        serde_json::from_str(&self)
    }

    /// A text that came in another way.
    #[cfg(test)]
    pub(super) fn of(text: String) -> Text {
        Text { text, _turn: None }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Reads what is at an address.
///
/// # Errors
/// As of [`send`].
pub(super) async fn read(client: &kube::Client, path: &str, bounds: Bounds) -> kube::Result<Text> {
    send(client, Method::GET, path, Vec::new(), bounds).await
}

/// Sends a request, its body being JSON.
///
/// # Errors
/// Where it cannot be sent, or its answer is a refusal, larger than its bounds, or no text.
pub(super) async fn send(
    client: &kube::Client,
    method: Method,
    path: &str,
    body: Vec<u8>,
    bounds: Bounds,
) -> kube::Result<Text> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .extension(bounds);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let request = request.body(body).map_err(kube::Error::HttpError)?;
    let answer = client.send(request.map(Into::into)).await?;
    let (code, turn) = (answer.status(), answer.extensions().get::<Turn>().cloned());
    let mut body = answer.into_body();
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
    Ok(Text { text, _turn: turn })
}
