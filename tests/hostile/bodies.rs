//! Responses that are too large, at a given place in an otherwise valid response.

use std::io::Write as _;
use std::sync::OnceLock;

use flate2::{Compress, Compression, FlushCompress};

use crate::server::{Deed, Head};

const GIB: u64 = 1 << 30;
const PIECE: usize = 64 << 10;

/// The kind of a response that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Size {
    /// A string without an end.
    Endless,
    /// An error body of 1 GiB.
    Error,
    /// 1 MB that decompresses to 1 GiB.
    Bomb,
    /// Small objects without an end.
    Objects,
    /// One object with a string of 512 MiB.
    Huge,
    /// 64 MiB of `[0,0,0,…]`.
    Wide,
    /// 3 MiB of that, whose parsed tree uses much more memory than the text.
    WideSmall,
    /// A million brackets.
    Deep,
    /// 64 MiB of `{"1":0,"2":0,…}`.
    Keys,
    /// 3 MiB of that.
    KeysSmall,
}

pub(crate) const ALL: &[Size] = &[
    Size::Endless,
    Size::Error,
    Size::Bomb,
    Size::Objects,
    Size::Huge,
    Size::Wide,
    Size::WideSmall,
    Size::Deep,
    Size::Keys,
    Size::KeysSmall,
];

impl Size {
    /// Whether the response is larger than any real one, so that a call that requires it must fail with an error that
    /// states this. Others can be accepted, truncated, or invalid in another way.
    pub(crate) fn is_too_large(self) -> bool {
        !self.is_small() && !matches!(self, Size::Error | Size::Deep)
    }

    /// Whether it can be accepted.
    pub(crate) fn is_small(self) -> bool {
        matches!(self, Size::WideSmall | Size::KeysSmall)
    }

    /// The response to a request.
    pub(crate) fn answer(self, head: &Head) -> Deed {
        let (before, after) = around(head);
        let status = match self {
            Size::Error => "422 Unprocessable Entity\r\ncontent-length: 1073741824",
            Size::Bomb => "200 OK\r\ncontent-encoding: gzip",
            _ => "200 OK",
        };
        let status = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
        );
        if self == Size::Bomb {
            return Deed::Answer(status, Box::new(std::iter::once(bomb().to_vec())));
        }
        let before = match self {
            Size::Error => r#"{"kind":"Status","status":"Failure","message":""#.to_owned(),
            _ => before,
        };
        let pieces = std::iter::once(before.into_bytes());
        let pieces = pieces.chain(self.hole());
        Deed::Answer(
            status,
            Box::new(pieces.chain(std::iter::once(after.into_bytes()))),
        )
    }

    /// The content at a place for any value.
    fn hole(self) -> Box<dyn Iterator<Item = Vec<u8>>> {
        let text = |length: u64| {
            let count = usize::try_from(length).unwrap() / PIECE;
            std::iter::repeat_n(vec![b'a'; PIECE], count)
        };
        let once = |text: &str| std::iter::once(text.as_bytes().to_vec());
        let zeros = |length: usize| {
            let count = length / PIECE;
            let zeros = std::iter::repeat_n(b"0,".repeat(PIECE / 2), count);
            once("[").chain(zeros).chain(once("0]"))
        };
        let keys = |length: usize| {
            let count = length / PIECE;
            let keys = (0..count).map(|piece| {
                let keys = (0..PIECE / 12).map(|n| format!(r#""{:07}":0,"#, piece * PIECE + n));
                keys.collect::<String>().into_bytes()
            });
            once("{").chain(keys).chain(once(r#""a":0}"#))
        };
        match self {
            Size::Endless => Box::new(once("\"").chain(std::iter::repeat(vec![b'a'; PIECE]))),
            Size::Error => Box::new(text(GIB)),
            Size::Bomb => Box::new(std::iter::empty()),
            Size::Objects => Box::new(once("[").chain((0_u64..).map(|piece| {
                let objects = (0..500).map(|n| {
                    let name = piece * 500 + n;
                    format!(r#"{{"metadata":{{"name":"n{name}","uid":"{name}"}}}},"#)
                });
                objects.collect::<String>().into_bytes()
            }))),
            Size::Huge => Box::new(once("\"").chain(text(GIB / 2)).chain(once("\""))),
            Size::Wide => Box::new(zeros(64 << 20)),
            Size::WideSmall => Box::new(zeros(3 << 20)),
            Size::Deep => {
                Box::new(once(&"[".repeat(1_000_000)).chain(once(&"]".repeat(1_000_000))))
            }
            Size::Keys => Box::new(keys(64 << 20)),
            Size::KeysSmall => Box::new(keys(3 << 20)),
        }
    }
}

/// A valid response, split before and after one of its values.
fn around(head: &Head) -> (String, String) {
    if head.path == "/openapi/v3" {
        let before = r#"{"paths":{"apis/apps.cozystack.io/v1alpha1":{"serverRelativeURL":"#;
        return (before.to_owned(), "}}}".to_owned());
    }
    if head.path.starts_with("/openapi/") {
        let before = r#"{"components":{"schemas":{"a.Postgres":{"properties":{"spec":{"type":"object","default":"#;
        return (before.to_owned(), "}}}}}}".to_owned());
    }
    let kinds = [
        (
            "postgreses",
            "Postgres",
            "apps.cozystack.io/v1alpha1",
            "spec",
        ),
        (
            "tenantsecrets",
            "TenantSecret",
            "core.cozystack.io/v1alpha1",
            "data",
        ),
        ("secrets", "Secret", "v1", "data"),
        ("services", "Service", "v1", "spec"),
        ("workloads", "Workload", "cozystack.io/v1alpha1", "spec"),
    ];
    let mut parts = head.path.rsplit('/');
    let (last, above) = (head.last(), parts.nth(1).unwrap_or_default());
    let is_list = kinds.iter().any(|(plural, ..)| *plural == last) && head.method == "GET";
    let kind = kinds
        .iter()
        .find(|(plural, ..)| [last, above].contains(plural));
    let (_, kind, version, field) = kind.copied().unwrap_or(kinds[0]);
    let name = if is_list || head.method == "POST" {
        "db"
    } else {
        last
    };
    let object = format!(
        r#"{{"apiVersion":"{version}","kind":"{kind}","metadata":{{"name":"{name}","namespace":"tenant-demo","uid":"u-1","resourceVersion":"1"}},"{field}":{{"x":"#
    );
    if head.is_watch() {
        return (
            format!(r#"{{"type":"MODIFIED","object":{object}"#),
            "}}}\n".to_owned(),
        );
    }
    if is_list {
        let list = format!(
            r#"{{"apiVersion":"{version}","kind":"{kind}List","metadata":{{"resourceVersion":"1"}},"items":[{object}"#
        );
        return (list, "}}]}".to_owned());
    }
    (object, "}}".to_owned())
}

/// Compresses each piece by itself, so that it can be repeated a thousand times.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        // The header of a gzip file (RFC 1952): deflate, no name, no time.
        let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        let mut deflate = |text: &[u8], compress: &mut Compress| {
            let mut piece = Vec::with_capacity(text.len() + 1024);
            compress
                .compress_vec(text, &mut piece, FlushCompress::Full)
                .unwrap();
            bomb.write_all(&piece).unwrap();
            piece
        };
        let mut compress = Compress::new(Compression::best(), false);
        deflate(br#"{"kind":""#, &mut compress);
        let piece = deflate(&vec![b'a'; 1 << 20], &mut compress);
        for _ in 1..1024 {
            bomb.extend_from_slice(&piece);
        }
        bomb
    })
}

mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_bomb_is_small_and_becomes_large() {
        assert!(bomb().len() < 2 << 20, "{}", bomb().len());
        let mut unpacked = flate2::read::GzDecoder::new(bomb()).take(20 << 20);
        let mut text = Vec::new();
        unpacked.read_to_end(&mut text).unwrap();
        assert_eq!(text.len(), 20 << 20);
        assert!(text.starts_with(br#"{"kind":"aaa"#));
    }
}
