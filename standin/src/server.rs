//! Starts and stops a stand-in in a thread of its own.
use crate::controller;
use crate::kubeconfig;
use crate::options::Options;
use crate::platform::{End, Platform, Shared};
use crate::routes::{Cut, router};
use crate::subject::{Role, Subject};
use crate::tls::{self, Tls};
use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// A local API that behaves like the platform.
#[derive(Debug)]
pub struct Standin;

impl Standin {
    /// Starts a stand-in, which is listening when this returns.
    pub fn start(options: Options) -> io::Result<Running> {
        let (end, ended) = watch::channel(None);
        let subject = options.subject.clone();
        let platform_token = options.token.clone();
        let kubeconfig_file = options.kubeconfig.clone();
        let port = options.port;
        let platform = Arc::new(Platform::new(options, end.clone())?);
        let Tls { acceptor, ca_pem } = tls::make().map_err(io::Error::other)?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let url = format!("https://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let work = move || runtime.block_on(run(platform, listener, acceptor));
        let thread = thread::Builder::new()
            .name("standin".to_owned())
            .spawn(work)?;
        let running = Running {
            url,
            ca_pem,
            token: token_of(&subject, &platform_token),
            subject,
            platform_token,
            end,
            ended,
            thread: Some(thread),
        };
        if let Some(file) = kubeconfig_file {
            std::fs::write(file, running.kubeconfig())?;
        }
        Ok(running)
    }
}

/// A stand-in that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    /// The URL of the API.
    pub url: String,
    /// The certificate authority to trust.
    pub ca_pem: String,
    /// The bearer token to send, that of [`Options::subject`].
    pub token: String,
    subject: Subject,
    platform_token: String,
    end: watch::Sender<Option<End>>,
    ended: watch::Receiver<Option<End>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// A kubeconfig for [`Options::subject`], whose context has the namespace of its tenant.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_of(&self.subject)
    }

    /// A kubeconfig for any subject.
    pub fn kubeconfig_of(&self, subject: &Subject) -> String {
        let token = self.token_of(subject);
        kubeconfig::text(&self.url, &self.ca_pem, &token, &subject.tenant)
    }

    /// The bearer token of any subject.
    pub fn token_of(&self, subject: &Subject) -> String {
        token_of(subject, &self.platform_token)
    }

    /// How it ended, if it has ended.
    pub fn end(&self) -> Option<End> {
        *self.ended.borrow()
    }

    /// Waits until it ends by itself: on 1.6 the label race can crash it.
    pub async fn ended(&mut self) -> End {
        let ended = self.ended.wait_for(Option::is_some).await;
        ended.ok().and_then(|end| *end).unwrap_or(End::Stopped)
    }

    fn stop(&mut self) {
        self.end
            .send_if_modified(|end| end.is_none() && end.replace(End::Stopped).is_none());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was printed there.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn token_of(subject: &Subject, platform_token: &str) -> String {
    if subject.role == Role::Platform {
        platform_token.to_owned()
    } else {
        subject.token()
    }
}

/// Serves requests until the end. Open connections are closed when the runtime stops.
async fn run(platform: Shared, listener: std::net::TcpListener, acceptor: TlsAcceptor) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        platform.finish(End::Stopped);
        return;
    };
    let app = router(platform.clone());
    tokio::spawn(controller::run(platform.clone()));
    let mut end = platform.end.subscribe();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(connection(stream, acceptor.clone(), app.clone()));
                }
            }
            _ = end.wait_for(Option::<End>::is_some) => break,
        }
    }
    platform.written(&platform.world());
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, app: Router) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let cut = Cut::default();
    let of_request = cut.clone();
    let app = app.layer(axum::middleware::from_fn(
        move |mut request: Request, next: axum::middleware::Next| {
            request.extensions_mut().insert(of_request.clone());
            next.run(request)
        },
    ));
    let builder = auto::Builder::new(TokioExecutor::new());
    let serving = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    tokio::select! {
        // Connection errors caused by the client are ignored.
        _ = serving => {}
        () = cut.0.notified() => {}
    }
}
