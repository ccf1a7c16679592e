//! The route to the API: direct, or through a proxy.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::{BoxError, Service};

use super::cluster::Cluster;
use super::proxy::ProxyError;
use super::settings_error::SettingsError;
use super::tls;
use crate::api::error_chain::root_cause;

/// How long one attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Opens connections to the API, directly or through a proxy.
#[derive(Clone)]
pub(super) struct Route {
    kind: Kind,
    /// The proxy, for messages.
    proxy: Option<String>,
    /// The connector to use if the proxy fails, if there is one.
    fallback: Option<HttpConnector>,
}

#[derive(Clone)]
enum Kind {
    Direct(HttpConnector),
    Tunnel(Tunnel<HttpsConnector<HttpConnector>>),
    Socks(SocksV5<HttpConnector>),
}

impl Route {
    pub(super) fn to(cluster: &Cluster) -> Result<Route, SettingsError> {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_nodelay(true);
        direct.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let Some(proxy) = &cluster.proxy else {
            return Ok(Route {
                kind: Kind::Direct(direct),
                proxy: None,
                fallback: None,
            });
        };
        let fallback = proxy.is_optional.then(|| direct.clone());
        let kind = if proxy.is_socks() {
            let socks = SocksV5::new(proxy.url.clone(), direct);
            Kind::Socks(match proxy.login().cloned() {
                Some((user, password)) => socks.with_auth(user, password),
                None => socks,
            })
        } else {
            let connector = HttpsConnectorBuilder::new()
                .with_tls_config(tls::config_of_proxy(cluster)?)
                .https_or_http()
                .enable_http1()
                .wrap_connector(direct);
            let tunnel = Tunnel::new(proxy.url.clone(), connector);
            Kind::Tunnel(match proxy.basic() {
                Some(login) => tunnel.with_auth(login),
                None => tunnel,
            })
        };
        Ok(Route {
            kind,
            proxy: Some(proxy.to_string()),
            fallback,
        })
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.kind {
            Kind::Direct(connector) => connector.poll_ready(context).map_err(Into::into),
            Kind::Tunnel(connector) => connector.poll_ready(context).map_err(Into::into),
            Kind::Socks(connector) => connector.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let to = with_port(to);
        let proxy = self.proxy.clone().unwrap_or_default();
        let place = to.authority().map(ToString::to_string).unwrap_or_default();
        let failed = move |cause: String| -> BoxError { Box::new(ProxyError { proxy, cause }) };
        match &mut self.kind {
            Kind::Direct(connector) => {
                let connecting = connector.call(to);
                Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) })
            }
            Kind::Tunnel(connector) => {
                let connecting = connector.call(to.clone());
                let fallback = self.fallback.clone();
                Box::pin(async move {
                    let connected = connecting.await;
                    if let (Err(_), Some(mut fallback)) = (&connected, fallback) {
                        return Ok(MaybeHttpsStream::Http(fallback.call(to).await?));
                    }
                    connected.map_err(|error| {
                        let cause = root_cause(&error);
                        failed(match cause.as_str() {
                            "tunnel error: proxy authorization required" => {
                                "it requires a user and a password, or does not accept the ones given".to_owned()
                            }
                            "tunnel error: unsuccessful" => format!("it refused to connect to {place}"),
                            _ => cause,
                        })
                    })
                })
            }
            Kind::Socks(connector) => {
                let connecting = connector.call(to);
                Box::pin(async move {
                    let connected = connecting.await;
                    // The library has no cause where the proxy itself cannot be reached.
                    let connected = connected.map_err(|error| {
                        let cause = error.to_string();
                        failed(match cause.trim_start_matches("SOCKS error: ") {
                            "failed to create underlying connection" => {
                                "could not connect to it".to_owned()
                            }
                            cause => cause.to_owned(),
                        })
                    });
                    Ok(MaybeHttpsStream::Http(connected?))
                })
            }
        }
    }
}

/// The same address with a port: the library uses 443 for every address without one.
fn with_port(to: Uri) -> Uri {
    let (Some("http"), Some(host), None) = (to.scheme_str(), to.host(), to.port()) else {
        return to;
    };
    let with_port = Uri::builder()
        .scheme("http")
        .authority(format!("{host}:80"))
        .path_and_query(to.path());
    with_port.build().unwrap_or(to)
}
