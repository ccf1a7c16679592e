//! The body of an error response. The library reads only this body, and so would miss a `Retry-After` header, and
//! the HTTP status where the body has none.

use http::{HeaderMap, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use kube::core::Status;
use kube::core::response::StatusDetails;
use tower::BoxError;

use super::body::ResponseBody;
use crate::redaction::redacted_beginning;

/// How much of the body of an error is read: those of the API have about a kilobyte.
const MAX_BODY: usize = 64 << 10;

/// The longest message that is passed on.
pub(crate) const MAX_MESSAGE: usize = 4 << 10;

/// The same response; an error with its HTTP status and its `Retry-After` in the body, where the library looks.
pub(crate) async fn with_status(
    response: Response<ResponseBody>,
) -> Result<Response<ResponseBody>, BoxError> {
    let code = response.status();
    if code.is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = beginning(body).await?;
    let text = String::from_utf8_lossy(&body);
    let mut status: Status = match serde_json::from_str(&text) {
        Ok(status) => status,
        // A redirect would take the credentials along. The API never redirects.
        Err(_) if code.is_redirection() => Status::failure(
            "it redirects to another address, which the Hikube API does not",
            "",
        ),
        Err(_) => Status::failure(text.trim(), ""),
    };
    status.code = code.as_u16();
    status.message = redacted_beginning(&status.message, MAX_MESSAGE);
    if let Some(seconds) = retry_after(&parts.headers, Timestamp::now()) {
        let details = status.details.get_or_insert_with(|| StatusDetails {
            name: String::new(),
            group: String::new(),
            kind: String::new(),
            uid: String::new(),
            causes: Vec::new(),
            retry_after_seconds: seconds,
        });
        details.retry_after_seconds = details.retry_after_seconds.max(seconds);
    }
    let body = Full::from(serde_json::to_vec(&status)?);
    let body = body.map_err(|never| match never {}).boxed_unsync();
    Ok(Response::from_parts(parts, body))
}

/// The beginning of a body.
async fn beginning(
    mut body: impl Body<Data = Bytes, Error = BoxError> + Unpin,
) -> Result<Vec<u8>, BoxError> {
    let mut read = Vec::new();
    while read.len() < MAX_BODY
        && let Some(frame) = body.frame().await
    {
        if let Some(data) = frame?.data_ref() {
            read.extend_from_slice(data);
        }
    }
    read.truncate(MAX_BODY);
    Ok(read)
}

/// `Retry-After` in seconds. It is a number or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<u32> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    let seconds = date.duration_since(now).as_secs_f64().ceil();
    // Saturates: for a date in the past this is 0.
    Some(seconds as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Error;

    fn parsed(value: &str) -> Option<u32> {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        let value = value.parse().unwrap();
        retry_after(
            &HeaderMap::from_iter([(http::header::RETRY_AFTER, value)]),
            now,
        )
    }

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date() {
        assert_eq!(parsed("7"), Some(7));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:27 GMT"), Some(0));
        assert_eq!(parsed("soon"), None);
        assert_eq!(parsed("-1"), None);
    }

    async fn error(code: u16, header: Option<&str>, body: &str) -> Error {
        let mut response = Response::builder().status(code);
        if let Some(value) = header {
            response = response.header("retry-after", value);
        }
        let body = Full::from(body.as_bytes().to_vec());
        let body = body.map_err(|never| match never {}).boxed_unsync();
        let body = with_status(response.body(body).unwrap())
            .await
            .unwrap()
            .into_body();
        let body = body.collect().await.unwrap().to_bytes();
        let status: Status = serde_json::from_slice(&body).unwrap();
        Error::of(kube::Error::Api(Box::new(status)), "https://a")
    }

    fn parts(error: &Error) -> (u16, &str, Option<u64>) {
        let Error::Refused {
            code,
            message,
            retry_after,
            ..
        } = error
        else {
            panic!("{error}")
        };
        (*code, message, retry_after.map(|pause| pause.as_secs()))
    }

    #[tokio::test]
    async fn header_and_body_of_an_error_are_merged() {
        let of_api =
            r#"{"kind":"Status","code":429,"message":"slow","details":{"retryAfterSeconds":3}}"#;
        assert_eq!(
            parts(&error(429, None, of_api).await),
            (429, "slow", Some(3))
        );
        assert_eq!(
            parts(&error(429, Some("2"), of_api).await),
            (429, "slow", Some(3))
        );
        assert_eq!(
            parts(&error(429, Some("9"), of_api).await),
            (429, "slow", Some(9))
        );
    }

    #[tokio::test]
    async fn only_the_beginning_of_a_long_error_is_read() {
        let (_, message, _) = {
            let error = error(500, None, &"é".repeat(MAX_BODY)).await;
            let (code, message, pause) = parts(&error);
            (code, message.to_owned(), pause)
        };
        assert!(message.len() <= MAX_MESSAGE + "…".len() && message.ends_with("é…"));
    }

    #[tokio::test]
    async fn the_http_status_of_a_gateway_counts_whatever_its_body_says() {
        for body in ["<html>bad gateway</html>", r#"{"message":"bad gateway"}"#] {
            let error = error(502, Some("4"), body).await;
            let (code, message, pause) = parts(&error);
            assert_eq!((code, pause), (502, Some(4)));
            assert!(message.contains("bad gateway"), "{message}");
        }
    }
}
