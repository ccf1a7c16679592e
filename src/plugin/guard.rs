//! Turns a panic of the provider into an error of its call. Other calls continue.

use std::any::Any;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;

use crate::redaction::redact;

/// A service that answers with the status `Internal` if the inner service panics.
///
/// A panic during a streamed response is not caught here: it resets that stream.
#[derive(Clone)]
pub(super) struct Guard<S>(pub(super) S);

impl<S: NamedService> NamedService for Guard<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<http::Request<Body>> for Guard<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Infallible;
    type Future = Guarded<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Guarded(Box::pin(self.0.call(request)))
    }
}

/// A call in progress.
pub(super) struct Guarded<F>(Pin<Box<F>>);

impl<F> Future for Guarded<F>
where
    F: Future<Output = Result<http::Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The future is not polled after a panic, so its broken state is not observed.
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => {
                let message = format!(
                    "the provider panicked: {}. This is a bug in the provider. Other calls are not \
                     affected",
                    text(panic.as_ref()),
                );
                Poll::Ready(Ok(Status::internal(redact(&message)).into_http()))
            }
        }
    }
}

/// The message of a panic.
pub(super) fn text(panic: &dyn Any) -> &str {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no message)")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "guarded-4c9a17e60b";

    /// Panics when called with the path `/panic`, with a secret of the call in the message.
    #[derive(Clone)]
    struct Fragile;

    impl Service<http::Request<Body>> for Fragile {
        type Response = http::Response<Body>;
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: http::Request<Body>) -> Self::Future {
            Box::pin(async move {
                let _held = crate::redaction::hold_secrets([SECRET]);
                assert!(request.uri().path() != "/panic", "broken\u{7}: {SECRET}");
                Ok(Status::ok("").into_http())
            })
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_call() -> Result<(), http::Error> {
        let mut service = Guard(Fragile);
        for (path, code) in [("/panic", "13"), ("/fine", "0")] {
            let request = http::Request::get(path).body(Body::empty())?;
            let Ok(response) = service.call(request).await;
            assert_eq!(response.headers()["grpc-status"], code);
            let status = Status::from_header_map(response.headers());
            let message = status.map(|status| status.message().to_owned());
            let message = message.unwrap_or_default();
            assert!(
                !message.contains(SECRET) && !message.contains('\u{7}'),
                "{message}"
            );
            assert_eq!(
                message.contains("broken\\u{7}: (sensitive value)"),
                path == "/panic"
            );
        }
        Ok(())
    }
}
