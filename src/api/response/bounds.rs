//! Bounds of responses: whatever a server sends, memory use stays small.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use http::Request;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::{Semaphore, SemaphorePermit};
use tower::BoxError;

/// The bounds of one response. JSON values are counted because a few bytes can become a hundred in memory. Brackets
/// and commas inside of strings count too: no real response comes near the bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    bytes: usize,
    values: usize,
    /// Whether the bounds are those of each line of an endless response.
    is_stream: bool,
}

/// A response exceeded its bounds.
#[derive(Debug, thiserror::Error)]
#[error("the response is larger than {0}")]
pub(crate) struct TooLarge(pub(crate) String);

impl Bounds {
    /// One object: etcd stores none of more than 1.5 MiB.
    pub(crate) const OBJECT: Bounds = Bounds {
        bytes: 3 << 20,
        values: 100_000,
        is_stream: false,
    };

    /// A list: some thousand objects of the usual size.
    pub(crate) const LIST: Bounds = Bounds {
        bytes: 16 << 20,
        values: 1_000_000,
        is_stream: false,
    };

    /// The schemas of a group: those of the platform's applications take a quarter of a megabyte.
    pub(crate) const SCHEMA: Bounds = Bounds {
        bytes: 4 << 20,
        values: 100_000,
        is_stream: false,
    };

    /// One line of a stream. There is a stream for each kind and namespace with a wait.
    const EVENT: Bounds = Bounds {
        bytes: 2 << 20,
        values: 50_000,
        is_stream: true,
    };

    /// The bounds of the response to a request: those in its extensions, otherwise those of an object.
    pub(crate) fn of<B>(request: &Request<B>) -> Bounds {
        if let Some(bounds) = request.extensions().get::<Bounds>() {
            return *bounds;
        }
        let query = request.uri().query().unwrap_or_default();
        if query.split('&').any(|part| part == "watch=true") {
            return Bounds::EVENT;
        }
        Bounds::OBJECT
    }

    /// Whether a text is within the bounds.
    pub(crate) fn allow(self, text: &str) -> bool {
        text.len() <= self.bytes && values(text.as_bytes()) <= self.values
    }

    /// The same body, which ends with [`TooLarge`] where it exceeds the bounds.
    pub(crate) fn bound<B>(self, body: B) -> Bounded<B> {
        Bounded {
            body: Box::pin(body),
            bounds: self,
            bytes: 0,
            values: 0,
            turn: LargeResponseTurn::default(),
            waiting: None,
        }
    }
}

fn values(data: &[u8]) -> usize {
    let values = data
        .iter()
        .filter(|byte| matches!(byte, b',' | b'[' | b'{'));
    values.count()
}

/// Larger responses are read and parsed one at a time.
const LARGE: usize = 256 << 10;

static LARGE_RESPONSES: Semaphore = Semaphore::const_new(1);

/// The turn of a large response, which ends when all clones are dropped. The response carries it as an extension.
#[derive(Clone, Default)]
pub(crate) struct LargeResponseTurn(Arc<OnceLock<SemaphorePermit<'static>>>);

type Waiting = Pin<Box<dyn Future<Output = Option<SemaphorePermit<'static>>> + Send>>;

/// A body that is counted while it is read.
pub(crate) struct Bounded<B> {
    body: Pin<Box<B>>,
    bounds: Bounds,
    bytes: usize,
    values: usize,
    turn: LargeResponseTurn,
    waiting: Option<Waiting>,
}

impl<B> Bounded<B> {
    /// The turn of this response.
    pub(crate) fn turn(&self) -> LargeResponseTurn {
        self.turn.clone()
    }

    /// Waits for the turn, once the response is large.
    fn poll_turn(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // A stream may pause inside of a line, and others must not wait for it.
        if self.bytes <= LARGE || self.bounds.is_stream || self.turn.0.get().is_some() {
            return Poll::Ready(());
        }
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(async { LARGE_RESPONSES.acquire().await.ok() }));
        let permit = ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        if let Some(permit) = permit {
            let _ = self.turn.0.set(permit);
        }
        Poll::Ready(())
    }

    fn count(&mut self, data: &[u8]) -> Result<(), TooLarge> {
        let last = data.iter().rposition(|byte| *byte == b'\n');
        let (before, counted) = match last.filter(|_| self.bounds.is_stream) {
            Some(end) => data.split_at(end),
            None => (&[][..], data),
        };
        // The lines within one piece are no longer than it is, and it is small.
        self.add(before)?;
        if !before.is_empty() || counted.first() == Some(&b'\n') && self.bounds.is_stream {
            (self.bytes, self.values) = (0, 0);
        }
        self.add(counted)
    }

    fn add(&mut self, data: &[u8]) -> Result<(), TooLarge> {
        self.bytes += data.len();
        self.values += values(data);
        if self.bytes > self.bounds.bytes {
            let mib = self.bounds.bytes >> 20;
            return Err(TooLarge(format!("{mib} MiB")));
        }
        if self.values > self.bounds.values {
            let most = self.bounds.values;
            return Err(TooLarge(format!("{most} JSON values")));
        }
        Ok(())
    }
}

impl<B> Body for Bounded<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        ready!(self.poll_turn(context));
        let frame = match ready!(self.body.as_mut().poll_frame(context)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        };
        if let Some(data) = frame.data_ref()
            && let Err(error) = self.count(data)
        {
            return Poll::Ready(Some(Err(error.into())));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> fmt::Debug for Bounded<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, Full};

    use super::*;

    async fn read(bounds: Bounds, text: String) -> Result<usize, String> {
        let body = bounds.bound(Full::new(Bytes::from(text)));
        let read = body.collect().await.map_err(|error| error.to_string());
        read.map(|read| read.to_bytes().len())
    }

    #[tokio::test]
    async fn bytes_and_values_are_bounded() {
        let bounds = Bounds {
            bytes: 3 << 20,
            values: 10,
            is_stream: false,
        };
        assert_eq!(read(bounds, "[0,0,0]".to_owned()).await, Ok(7));
        let wide = read(bounds, "[0,0,0,0,0,0,0,0,0,0,0]".to_owned()).await;
        assert!(wide.unwrap_err().contains("10 JSON values"));
        let long = read(bounds, "a".repeat((3 << 20) + 1)).await;
        assert_eq!(long, Err("the response is larger than 3 MiB".to_owned()));
    }

    #[tokio::test]
    async fn large_responses_are_read_one_at_a_time() {
        let body = |length| Bounds::OBJECT.bound(Full::new(Bytes::from("a".repeat(length))));
        let (mut first, mut second, mut small) = (body(LARGE + 1), body(LARGE + 1), body(LARGE));
        let turn = first.turn();
        first.frame().await.unwrap().unwrap();
        assert!(first.frame().await.is_none());
        // It was read, and is still being parsed.
        drop(first);
        second.frame().await.unwrap().unwrap();
        let time = std::time::Duration::from_millis(50);
        assert!(tokio::time::timeout(time, second.frame()).await.is_err());
        small.frame().await.unwrap().unwrap();
        assert!(small.frame().await.is_none());
        drop(turn);
        assert!(second.frame().await.is_none());
    }

    #[tokio::test]
    async fn each_line_of_a_stream_is_bounded() {
        let bounds = Bounds {
            bytes: 100,
            values: 10,
            is_stream: true,
        };
        let mut body = bounds.bound(Full::new(Bytes::new()));
        for _ in 0..100 {
            body.count(b"{\"a\":[0,0,0]}\n").unwrap();
        }
        for _ in 0..7 {
            body.count(b"aaaaaaaaaaaaa").unwrap();
        }
        body.count(b"a\na").unwrap();
        body.count(&[b'a'; 98]).unwrap();
        assert!(body.count(b"aa").is_err());
    }
}
