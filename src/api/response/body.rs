use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Bytes;
use tower::BoxError;

/// The body of a response, decompressed and bounded.
pub(crate) type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;
