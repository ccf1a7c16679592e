//! How large an answer may be, and how much it may hold: whoever answers, memory stays small.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use http::Request;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::{Semaphore, SemaphorePermit};
use tower::BoxError;

/// The bounds of one answer. A value is anything in JSON: a few bytes can become a hundred in memory. What stands
/// in texts is counted as well, which no real answer comes near.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    bytes: usize,
    values: usize,
    /// Whether they are those of each line, of which there is no end.
    is_stream: bool,
}

/// An answer was larger than any that the API gives.
#[derive(Debug, thiserror::Error)]
#[error("the answer is larger than {0}")]
pub(super) struct TooLarge(pub(super) String);

impl Bounds {
    /// One object: etcd stores none of more than 1.5 MiB.
    pub(super) const OBJECT: Bounds = Bounds {
        bytes: 3 << 20,
        values: 100_000,
        is_stream: false,
    };

    /// A list: some thousand objects of the usual size.
    pub(super) const LIST: Bounds = Bounds {
        bytes: 16 << 20,
        values: 1_000_000,
        is_stream: false,
    };

    /// The platform's schema, which has a quarter of a megabyte.
    pub(super) const SCHEMA: Bounds = Bounds {
        bytes: 4 << 20,
        values: 100_000,
        is_stream: false,
    };

    /// One line of a stream. There are as many streams as kinds that are waited for.
    const EVENT: Bounds = Bounds {
        bytes: 2 << 20,
        values: 50_000,
        is_stream: true,
    };

    /// The bounds of the answer to a request: those it carries, else those of an object.
    pub(super) fn of<B>(request: &Request<B>) -> Bounds {
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
    pub(super) fn admit(self, text: &str) -> bool {
        text.len() <= self.bytes && values(text.as_bytes()) <= self.values
    }

    /// The same body, which ends with [`TooLarge`] where it exceeds the bounds.
    pub(super) fn bound<B>(self, body: B) -> Bounded<B> {
        Bounded {
            body: Box::pin(body),
            bounds: self,
            bytes: 0,
            values: 0,
            turn: Turn::default(),
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

/// An answer that is larger than this is read, and made use of, while no other such is.
const USUAL: usize = 256 << 10;

static TURNS: Semaphore = Semaphore::const_new(1);

/// The turn of a large answer, over when all copies of it are dropped. It goes with the answer, as an extension.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<OnceLock<SemaphorePermit<'static>>>);

type Waiting = Pin<Box<dyn Future<Output = Option<SemaphorePermit<'static>>> + Send>>;

/// A body that is counted as it comes.
pub(super) struct Bounded<B> {
    body: Pin<Box<B>>,
    bounds: Bounds,
    bytes: usize,
    values: usize,
    turn: Turn,
    waiting: Option<Waiting>,
}

impl<B> Bounded<B> {
    /// The turn of this answer.
    pub(super) fn turn(&self) -> Turn {
        self.turn.clone()
    }

    /// Waits until it may become large.
    fn poll_turn(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // A stream may stand still in the midst of a line: nobody is to wait for it.
        if self.bytes <= USUAL || self.bounds.is_stream || self.turn.0.get().is_some() {
            return Poll::Ready(());
        }
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(async { TURNS.acquire().await.ok() }));
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
        assert_eq!(long, Err("the answer is larger than 3 MiB".to_owned()));
    }

    #[tokio::test]
    async fn large_answers_take_turns() {
        let body = |length| Bounds::OBJECT.bound(Full::new(Bytes::from("a".repeat(length))));
        let (mut first, mut second, mut small) = (body(USUAL + 1), body(USUAL + 1), body(USUAL));
        let turn = first.turn();
        first.frame().await.unwrap().unwrap();
        assert!(first.frame().await.is_none());
        // It is over, and is still made use of.
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
    async fn a_stream_is_bounded_by_the_line() {
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
