//! A request for a text, and its answer. The library does the same, and keeps four copies of the answer in memory
//! at once.

use http::Request;
use http_body_util::BodyExt as _;
use kube::core::Status;

use super::bounds::Bounds;

/// The text at an address.
///
/// # Errors
/// Where it cannot be asked for, is refused, is larger than its bounds, or is no text.
pub(super) async fn text(
    client: &kube::Client,
    path: &str,
    bounds: Bounds,
) -> kube::Result<String> {
    let request = Request::get(path).extension(bounds).body(Vec::new());
    let request = request.map_err(kube::Error::HttpError)?;
    let answer = client.send(request.map(Into::into)).await?;
    let code = answer.status();
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            bytes.extend_from_slice(data);
        }
    }
    let text = String::from_utf8(bytes).map_err(kube::Error::FromUtf8)?;
    if code.is_client_error() || code.is_server_error() {
        let status: Status = serde_json::from_str(&text).unwrap_or_else(|_| {
            let status = Status::failure(&text, "");
            status.with_code(code.as_u16())
        });
        return Err(kube::Error::Api(Box::new(status)));
    }
    Ok(text)
}
