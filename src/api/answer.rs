//! What an answer says beside its body. The library reads the body of a refusal alone, and so would miss
//! the pause a gateway asks for in a header, or the status of one that says none in its body.

use http::{HeaderMap, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use kube::core::Status;
use kube::core::response::StatusDetails;
use tower::BoxError;

use super::connection::Answer;
use crate::redaction::redacted_beginning;

/// How much of the body of a refusal is read: the API's own have a kilobyte.
const LARGEST: usize = 64 << 10;

/// The longest message that is passed on.
const LONGEST: usize = 4 << 10;

/// An answer; a refusal with its status and the pause it asks for in its body, where the library looks.
pub(super) async fn whole(answer: Response<Answer>) -> Result<Response<Answer>, BoxError> {
    let code = answer.status();
    if code.is_success() {
        return Ok(answer);
    }
    let (parts, body) = answer.into_parts();
    let body = beginning(body).await?;
    let text = String::from_utf8_lossy(&body);
    let mut status: Status = match serde_json::from_str(&text) {
        Ok(status) => status,
        // Of credentials it would take along, the API never redirects.
        Err(_) if code.is_redirection() => Status::failure(
            "it redirects to another address, which the Hikube API does not",
            "",
        ),
        Err(_) => Status::failure(text.trim(), ""),
    };
    status.code = code.as_u16();
    status.message = redacted_beginning(&status.message, LONGEST);
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

/// The beginning of a body, whatever follows.
async fn beginning(
    mut body: impl Body<Data = Bytes, Error = BoxError> + Unpin,
) -> Result<Vec<u8>, BoxError> {
    let mut read = Vec::new();
    while read.len() < LARGEST
        && let Some(frame) = body.frame().await
    {
        if let Some(data) = frame?.data_ref() {
            read.extend_from_slice(data);
        }
    }
    read.truncate(LARGEST);
    Ok(read)
}

/// The seconds of `Retry-After`, which are a number or lie before a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<u32> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    let seconds = date.duration_since(now).as_secs_f64().ceil();
    // Saturates: a date in the past is no pause.
    Some(seconds as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Error;

    fn asked(value: &str) -> Option<u32> {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        let value = value.parse().unwrap();
        retry_after(
            &HeaderMap::from_iter([(http::header::RETRY_AFTER, value)]),
            now,
        )
    }

    #[test]
    fn a_pause_is_a_number_of_seconds_or_a_date() {
        assert_eq!(asked("7"), Some(7));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:27 GMT"), Some(0));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-1"), None);
    }

    async fn error(code: u16, header: Option<&str>, body: &str) -> Error {
        let mut answer = Response::builder().status(code);
        if let Some(value) = header {
            answer = answer.header("retry-after", value);
        }
        let body = Full::from(body.as_bytes().to_vec());
        let body = body.map_err(|never| match never {}).boxed_unsync();
        let body = whole(answer.body(body).unwrap()).await.unwrap().into_body();
        let body = body.collect().await.unwrap().to_bytes();
        let status: Status = serde_json::from_slice(&body).unwrap();
        Error::of(kube::Error::Api(Box::new(status)), "https://a")
    }

    fn parts(error: &Error) -> (u16, &str, Option<u64>) {
        let Error::Refused {
            code,
            message,
            rest,
            ..
        } = error
        else {
            panic!("{error}")
        };
        (*code, message, rest.map(|rest| rest.as_secs()))
    }

    #[tokio::test]
    async fn a_refusal_is_told_by_header_and_body_together() {
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
    async fn only_the_beginning_of_a_long_refusal_is_read() {
        let (_, message, _) = {
            let error = error(500, None, &"é".repeat(LARGEST)).await;
            let (code, message, rest) = parts(&error);
            (code, message.to_owned(), rest)
        };
        assert!(message.len() <= LONGEST + "…".len() && message.ends_with("é…"));
    }

    #[tokio::test]
    async fn a_gateway_is_taken_by_its_status_whatever_it_writes() {
        for body in ["<html>bad gateway</html>", r#"{"message":"bad gateway"}"#] {
            let error = error(502, Some("4"), body).await;
            let (code, message, rest) = parts(&error);
            assert_eq!((code, rest), (502, Some(4)));
            assert!(message.contains("bad gateway"), "{message}");
        }
    }
}
