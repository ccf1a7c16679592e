//! An HTTP/1.1 server that forwards requests to the stand-in, and responds to some itself.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::json;

/// The interval at which a connection checks whether the server has stopped.
const TICK: Duration = Duration::from_millis(50);

/// A request without its body.
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    lines: Vec<String>,
}

impl Head {
    /// The last segment of the path.
    pub(crate) fn last(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn is_watch(&self) -> bool {
        self.query.contains("watch=true")
    }
}

/// What to do with a request.
pub(crate) enum Deed {
    /// Forward it.
    Pass,
    /// Forward it, and replace texts of the response with others of the same length.
    Rewrite(Vec<(String, String)>),
    /// Respond with a head and these pieces, until the client disconnects.
    Answer(String, Box<dyn Iterator<Item = Vec<u8>>>),
    /// The same, a byte a second.
    Trickle(String),
    /// Do not respond.
    Mute,
}

impl Deed {
    /// An error in the format of the API.
    pub(crate) fn forbidden() -> Deed {
        let status =
            json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
            "message": "forbidden: User \"a\" cannot get or list resource"})
            .to_string();
        let head = format!(
            "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            status.len()
        );
        Deed::Answer(head, Box::new(std::iter::once(status.into_bytes())))
    }
}

type Plan = dyn Fn(&Head) -> Deed + Send + Sync;

/// A server, stopped when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    is_over: AtomicBool,
    /// Requests that were not forwarded, and TLS handshakes.
    met: AtomicU64,
    /// Responses of the stand-in that were changed.
    changed: AtomicU64,
    backend: Option<Backend>,
    plan: Box<Plan>,
}

/// The address of the stand-in.
pub(crate) struct Backend {
    address: SocketAddr,
    tls: Arc<ClientConfig>,
}

impl Backend {
    /// The address in a kubeconfig of the stand-in.
    pub(crate) fn of(kubeconfig: &str) -> Backend {
        let mut roots = RootCertStore::empty();
        let authority = STANDARD.decode(entry(kubeconfig, "certificate-authority-data"));
        let authority = CertificateDer::from_pem_slice(&authority.unwrap()).unwrap();
        roots.add(authority).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let url = entry(kubeconfig, "server");
        Backend {
            address: url.trim_start_matches("https://").parse().unwrap(),
            tls: Arc::new(tls),
        }
    }

    fn connect(&self) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let name = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
        let connection = ClientConnection::new(Arc::clone(&self.tls), name);
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(TICK))?;
        Ok(StreamOwned::new(
            connection.map_err(io::Error::other)?,
            stream,
        ))
    }
}

impl Server {
    pub(crate) fn start(
        backend: Option<Backend>,
        plan: impl Fn(&Head) -> Deed + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            is_over: AtomicBool::new(false),
            met: AtomicU64::new(0),
            changed: AtomicU64::new(0),
            backend,
            plan: Box::new(plan),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if accepting.is_over() {
                    break;
                }
                let shared = Arc::clone(&accepting);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Server { address, shared }
    }

    /// The number of changed responses.
    pub(crate) fn changed(&self) -> u64 {
        self.shared.changed.load(Ordering::SeqCst)
    }

    /// The number of requests that were not forwarded.
    pub(crate) fn met(&self) -> u64 {
        self.shared.met.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(TICK));
        let _ = stream.set_write_timeout(Some(TICK));
        let _ = stream.set_nodelay(true);
        let Some((head, body)) = self.request(&mut stream) else {
            return;
        };
        let deed = (self.plan)(&head);
        if !matches!(deed, Deed::Pass | Deed::Rewrite(_)) {
            self.met.fetch_add(1, Ordering::SeqCst);
        }
        // The client may have disconnected.
        let _ = match deed {
            Deed::Pass => self.pass(&mut stream, &head, &body, &[]),
            Deed::Rewrite(pairs) => self.pass(&mut stream, &head, &body, &pairs),
            Deed::Answer(head, mut pieces) => {
                let sent = self.write(&mut stream, head.as_bytes());
                sent.and_then(|()| pieces.try_for_each(|piece| self.write(&mut stream, &piece)))
            }
            Deed::Trickle(text) => text.bytes().try_for_each(|byte| {
                self.write(&mut stream, &[byte])?;
                self.idle(Duration::from_secs(1))
            }),
            Deed::Mute => self.idle(Duration::from_secs(600)),
        };
    }

    /// Parses a request. None if it is not one, such as a TLS handshake, which is counted as received.
    fn request(&self, stream: &mut TcpStream) -> Option<(Head, Vec<u8>)> {
        let mut read = Vec::new();
        let end = loop {
            if let Some(end) = position(&read, b"\r\n\r\n") {
                break end + 4;
            }
            if read.first() == Some(&0x16) {
                self.met.fetch_add(1, Ordering::SeqCst);
                let _ = self.idle(Duration::from_secs(600));
                return None;
            }
            self.more(stream, &mut read).ok()?;
        };
        let text = String::from_utf8_lossy(&read[..end]).into_owned();
        let mut lines = text.trim_end().split("\r\n").map(str::to_owned);
        let first = lines.next()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let lines: Vec<String> = lines.collect();
        let length = lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        let head = Head {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            lines,
        };
        let whole = end + length.unwrap_or(0);
        while read.len() < whole {
            self.more(stream, &mut read).ok()?;
        }
        Some((head, read.split_off(end)))
    }

    fn more(&self, from: &mut impl Read, read: &mut Vec<u8>) -> io::Result<()> {
        let mut piece = [0; 16 << 10];
        loop {
            match from.read(&mut piece) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(length) => {
                    read.extend_from_slice(&piece[..length]);
                    return Ok(());
                }
                Err(error) if is_tick(&error) && !self.is_over() => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn write(&self, stream: &mut TcpStream, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => bytes = &bytes[length..],
                Err(error) if is_tick(&error) && !self.is_over() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn idle(&self, time: Duration) -> io::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < time {
            if self.is_over() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            std::thread::sleep(TICK);
        }
        Ok(())
    }

    fn pass(
        &self,
        stream: &mut TcpStream,
        head: &Head,
        body: &[u8],
        pairs: &[(String, String)],
    ) -> io::Result<()> {
        let backend = self.backend.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let mut backend = backend.connect()?;
        let is_ours = |line: &&String| {
            let name = line.split(':').next().unwrap_or_default();
            let others = ["accept-encoding", "connection", "host"];
            !others.iter().any(|other| name.eq_ignore_ascii_case(other))
        };
        let query = if head.query.is_empty() { "" } else { "?" };
        let mut text = format!(
            "{} {}{query}{} HTTP/1.1\r\n",
            head.method, head.path, head.query
        );
        for line in head.lines.iter().filter(is_ours) {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text.push_str("host: localhost\r\nconnection: close\r\n\r\n");
        backend.write_all(text.as_bytes())?;
        backend.write_all(body)?;
        loop {
            let mut read = Vec::new();
            let mut ended = self.more(&mut backend, &mut read).is_err();
            // A response is changed as a whole, because each event of a watch arrives in one piece.
            while !ended && !head.is_watch() && !pairs.is_empty() {
                ended = self.more(&mut backend, &mut read).is_err();
            }
            let as_sent = read.clone();
            for (one, other) in pairs {
                read = replaced(&read, one.as_bytes(), other.as_bytes());
            }
            self.changed
                .fetch_add((read != as_sent).into(), Ordering::SeqCst);
            self.write(stream, &read)?;
            if ended {
                return Ok(());
            }
        }
    }
}

/// The value of a key in a kubeconfig of the stand-in.
pub(crate) fn entry<'a>(kubeconfig: &'a str, key: &str) -> &'a str {
    let mut lines = kubeconfig.lines().map(str::trim);
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    value.unwrap().trim_matches('"')
}

fn is_tick(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn replaced(text: &[u8], one: &[u8], other: &[u8]) -> Vec<u8> {
    assert_eq!(
        one.len(),
        other.len(),
        "the length of an answer is in its head"
    );
    let mut text = text.to_vec();
    let mut from = 0;
    while let Some(at) = position(&text[from..], one) {
        text[from + at..][..one.len()].copy_from_slice(other);
        from += at + one.len();
    }
    text
}
