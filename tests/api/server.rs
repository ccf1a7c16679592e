//! A scripted API server that records its requests.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use hikube::api::{Client, Environment, Settings};
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) body: String,
    pub(crate) warnings: Vec<&'static str>,
}

impl Reply {
    pub(crate) fn json(code: u16, body: &Json) -> Reply {
        Reply {
            code,
            body: body.to_string(),
            warnings: Vec::new(),
        }
    }
}

pub(crate) struct Server {
    received: Arc<Mutex<Vec<Received>>>,
    address: String,
}

impl Server {
    pub(crate) async fn start(
        respond: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (received, respond) = (Arc::<Mutex<Vec<Received>>>::default(), Arc::new(respond));
        let server = Server {
            received: Arc::clone(&received),
            address,
        };
        let service = tower::service_fn(move |request: Request<Incoming>| {
            let (received, respond) = (Arc::clone(&received), Arc::clone(&respond));
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let request = Received {
                    method: parts.method,
                    path: parts.uri.to_string(),
                    body: String::from_utf8(body.to_vec()).unwrap(),
                };
                let reply = respond(&request);
                received.lock().unwrap().push(request);
                let mut response = Response::builder().status(reply.code);
                for warning in reply.warnings {
                    response = response.header("warning", warning);
                }
                Ok::<_, Infallible>(response.body(Full::new(Bytes::from(reply.body))).unwrap())
            }
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(async move {
                    let builder = Builder::new(TokioExecutor::new());
                    let serving = builder.serve_connection(TokioIo::new(stream), service);
                    serving.await.map_err(|error| error.to_string())
                });
            }
        });
        server
    }

    /// A client with its cache in this folder.
    pub(crate) async fn client_with_cache(&self, folder: &str) -> Client {
        let settings = Settings {
            host: Some(self.address.clone()),
            ..Settings::default()
        };
        let environment = Environment::of([("XDG_CACHE_HOME", folder)], None);
        let connection = settings.resolve(&environment).await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        Client::new(&connection, deadline).await.unwrap().0
    }

    pub(crate) async fn client(&self) -> Client {
        self.client_with_cache("").await
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}
