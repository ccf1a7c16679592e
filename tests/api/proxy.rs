//! Proxies.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hikube::api::{Client, Environment, Error, ErrorKind, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::platform::{BUCKET, Platform};

/// Accepts and counts connections, which `speak` serves.
async fn listen<F>(speak: impl Fn(TcpStream) -> F + Send + 'static) -> (SocketAddr, Arc<AtomicU32>)
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, connected) = (listener.local_addr().unwrap(), Arc::default());
    let counted: Arc<AtomicU32> = Arc::clone(&connected);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(speak(stream));
        }
    });
    (address, connected)
}

/// An HTTP proxy with authentication.
async fn tunnel(mut stream: TcpStream) -> Option<()> {
    let mut head = [0; 4096];
    let length = stream.read(&mut head).await.ok()?;
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    // `me:s3cr@t`
    if !head.contains("Basic bWU6czNjckB0") {
        let refused = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        return stream.write_all(refused.as_bytes()).await.ok();
    }
    let place = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    let mut onward = TcpStream::connect(place).await.ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut stream, &mut onward).await.ok()?;
    Some(())
}

/// A SOCKS 5 proxy (RFC 1928) without authentication, for IPv4.
async fn socks(mut stream: TcpStream) -> Option<()> {
    let mut greeting = [0; 3];
    stream.read_exact(&mut greeting).await.ok()?;
    stream.write_all(&[5, 0]).await.ok()?;
    let mut request = [0; 10];
    stream.read_exact(&mut request).await.ok()?;
    let [5, 1, 0, 1, a, b, c, d, high, low] = request else {
        return None;
    };
    let place = SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low])));
    let mut onward = TcpStream::connect(place).await.ok()?;
    let answer = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    stream.write_all(&answer).await.ok()?;
    copy_bidirectional(&mut stream, &mut onward).await.ok()?;
    Some(())
}

async fn read(
    platform: &Platform,
    settings: Settings,
    environment: &Environment,
) -> Result<(), Error> {
    let settings = Settings {
        kubeconfig: Some(platform.kubeconfig()),
        insecure: Some(true),
        ..settings
    };
    let connection = settings.resolve(environment).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let (client, _) = Client::new(&connection, deadline).await.unwrap();
    let answer = client.get_opt(&BUCKET, "tenant-demo", "b").await;
    answer.map(|_| ())
}

fn through(proxy: String) -> Settings {
    Settings {
        proxy_url: Some(proxy),
        ..Settings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_in_the_settings_takes_precedence_over_the_environment() {
    let platform = Platform::start(&[]);
    let (address, connected) = listen(tunnel).await;
    let environment = Environment::of([("HTTPS_PROXY", "http://127.0.0.1:1")], None);
    let settings = through(format!("http://me:s3cr%40t@{address}"));
    read(&platform, settings, &environment).await.unwrap();
    assert_eq!(connected.load(Ordering::SeqCst), 1);
    let proxy = format!("me:s3cr%40t@{address}");
    let environment = Environment::of([("https_proxy", proxy.as_str())], None);
    read(&platform, Settings::default(), &environment)
        .await
        .unwrap();
    assert_eq!(connected.load(Ordering::SeqCst), 2);
    let variables = [
        ("https_proxy", proxy.as_str()),
        ("no_proxy", "127.0.0.0/8,"),
    ];
    let environment = Environment::of(variables, None);
    read(&platform, Settings::default(), &environment)
        .await
        .unwrap();
    assert_eq!(connected.load(Ordering::SeqCst), 2);
}

/// kubectl does not use a proxy from the environment for loopback addresses, for example of a cluster in containers or
/// of a tunnel.
#[tokio::test(flavor = "multi_thread")]
async fn loopback_is_reached_without_a_failing_proxy_of_the_environment() {
    let platform = Platform::start(&[]);
    let environment = Environment::of([("HTTPS_PROXY", "http://127.0.0.1:1")], None);
    read(&platform, Settings::default(), &environment)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socks_proxy_is_used() {
    let platform = Platform::start(&[]);
    let (address, connected) = listen(socks).await;
    let settings = through(format!("socks5://{address}"));
    read(&platform, settings, &Environment::default())
        .await
        .unwrap();
    assert_eq!(connected.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_of_a_failing_proxy_names_it_without_its_password() {
    let platform = Platform::start(&[]);
    let (tunnel, _) = listen(tunnel).await;
    let refusing = async |mut stream: TcpStream| {
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).await.ok()?;
        let refused = "HTTP/1.1 403 Forbidden\r\n\r\n";
        stream.write_all(refused.as_bytes()).await.ok()
    };
    let (refusing, _) = listen(refusing).await;
    for (proxy, phrase) in [
        (
            "http://me:s3cr%40t@127.0.0.1:1".to_owned(),
            "Connection refused",
        ),
        (
            "socks5://me:s3cr%40t@127.0.0.1:1".to_owned(),
            "could not connect to it",
        ),
        (
            format!("http://me:s3cr@{tunnel}"),
            "requires a user and a password",
        ),
        (
            format!("http://me:s3cr%40t@{refusing}"),
            "it refused to connect to 127.0.0.1:",
        ),
    ] {
        let error = read(&platform, through(proxy), &Environment::default()).await;
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Proxy { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Busy);
        let error = error.to_string();
        assert!(
            error.contains(phrase) && error.contains("`proxy_url`"),
            "{error}"
        );
        assert!(!error.contains("s3cr"), "{error}");
    }
    assert_eq!(platform.total().await, 0);
}
