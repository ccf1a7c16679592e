//! A small HTTPS client, one connection for each request.
use hikube_standin::{Options, Release, Running, Standin, Subject};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The path of the demo tenant's applications.
pub(crate) const DEMO: &str = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo";
/// The timeout of a test.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A stand-in with a client.
pub(crate) struct Api {
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) ca_pem: String,
    running: Option<Running>,
    connector: TlsConnector,
}

/// A complete response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    #[track_caller]
    pub(crate) fn expect(self, code: u16) -> Value {
        assert_eq!(self.code, code, "{}", self.text);
        self.json()
    }
}

/// Options with short delays and without lag.
pub(crate) fn quick(platform: Release) -> Options {
    Options {
        platform,
        ready_after: Duration::from_millis(60),
        delete_after: Duration::from_millis(40),
        lag: Duration::ZERO,
        ..Options::default()
    }
}

/// A connector that trusts one authority and offers one protocol.
pub(crate) fn connector(ca_pem: &str, protocol: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).expect("pem"))
        .expect("ca");
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    TlsConnector::from(Arc::new(config))
}

impl Api {
    pub(crate) fn start(platform: Release) -> Api {
        Api::with(quick(platform))
    }

    /// The same as the platform's operator, for objects that the demo tenant cannot read.
    pub(crate) fn of_all(platform: Release) -> Api {
        Api::with(Options {
            subject: Subject::platform(),
            ..quick(platform)
        })
    }

    pub(crate) fn with(options: Options) -> Api {
        let running = Standin::start(options).expect("a stand-in");
        let mut api = Api::attached(&running.url, &running.ca_pem);
        api.token.clone_from(&running.token);
        api.running = Some(running);
        api
    }

    /// A client of a stand-in in another process, as the platform's operator.
    pub(crate) fn attached(url: &str, ca_pem: &str) -> Api {
        Api {
            url: url.to_owned(),
            token: hikube_standin::DEFAULT_TOKEN.to_owned(),
            ca_pem: ca_pem.to_owned(),
            running: None,
            connector: connector(ca_pem, "http/1.1"),
        }
    }

    /// A client of the same stand-in as another subject. The first client must outlive it.
    pub(crate) fn of(&self, subject: &Subject) -> Api {
        let mut api = Api::attached(&self.url, &self.ca_pem);
        api.token = self.running().token_of(subject);
        api
    }

    /// A client as the platform's operator.
    pub(crate) fn of_platform(&self) -> Api {
        self.of(&Subject::platform())
    }

    /// The stand-in, if it runs in this process.
    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().expect("a stand-in of this process")
    }

    /// Sends a request with these headers. The body of the response is not read yet.
    pub(crate) async fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<hyper::Response<Incoming>, Failed> {
        let host = self.url.trim_start_matches("https://");
        let stream = TcpStream::connect(host).await?;
        let stream = self
            .connector
            .connect(ServerName::try_from("127.0.0.1")?, stream)
            .await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(path)
            .header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::from(body.to_owned()));
        Ok(sender.send_request(request.body(body)?).await?)
    }

    /// Sends a request. An error if there is no response.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, Failed> {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        read(self.open(method, path, &all, body).await?).await
    }

    /// Sends a request without a token.
    pub(crate) async fn unauthenticated(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let response = self.open(method, path, headers, "").await;
        read(response.expect("an answer")).await.expect("all of it")
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.try_send(method, path, headers, body)
            .await
            .expect("an answer")
    }

    /// Sends a GET. Paths without a leading slash are relative to the demo tenant.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", &full(path), &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", &full(path), &JSON, &body.to_string())
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", &full(path), &JSON, &body.to_string())
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", &full(path), &[], "").await
    }

    pub(crate) async fn patch(&self, path: &str, kind: &str, body: &Value) -> Answer {
        let headers = [("content-type", kind)];
        self.send("PATCH", &full(path), &headers, &body.to_string())
            .await
    }

    /// Creates an object.
    pub(crate) async fn make(&self, plural: &str, name: &str, spec: Value) -> Value {
        self.post(plural, &named(name, spec)).await.expect(201)
    }

    /// Reads an object until a condition is true.
    pub(crate) async fn until(&self, path: &str, wish: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path).await;
            if wish(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "still {}", answer.text);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn until_ready(&self, path: &str) -> Value {
        self.until(path, |answer| ready(&answer.json())["status"] == "True")
            .await
            .json()
    }

    pub(crate) async fn until_gone(&self, path: &str) {
        self.until(path, |answer| answer.code == 404).await;
    }

    /// The counts of the stand-in.
    pub(crate) async fn stats(&self) -> Value {
        self.get("/__standin/stats").await.expect(200)
    }
}

pub(crate) const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

fn full(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{DEMO}/{path}")
    }
}

/// Reads the whole response.
async fn read(response: hyper::Response<Incoming>) -> Result<Answer, Failed> {
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
    Ok(Answer {
        code: parts.status.as_u16(),
        headers: parts.headers,
        text,
    })
}

/// A body with a name, and a label that prevents the label race.
pub(crate) fn named(name: &str, spec: Value) -> Value {
    json!({"metadata": {"name": name, "labels": {"made-by": "test"}}, "spec": spec})
}

/// The path of the demo tenant's backup plans.
pub(crate) const PLANS: &str = "/apis/backups.cozystack.io/v1alpha1/namespaces/tenant-demo/plans";

/// A backup plan.
pub(crate) fn plan(name: &str) -> Value {
    json!({
        "apiVersion": "backups.cozystack.io/v1alpha1", "kind": "Plan",
        "metadata": {"name": name, "labels": {"made-by": "test"}},
        "spec": {
            "applicationRef": {"kind": "Postgres", "name": "shop"},
            "backupClassName": "daily", "schedule": {"cron": "0 3 * * *"},
        },
    })
}

/// The Ready condition.
pub(crate) fn ready(body: &Value) -> Value {
    condition(body, "Ready")
}

/// A condition by its type.
pub(crate) fn condition(body: &Value, kind: &str) -> Value {
    let conditions = body["status"]["conditions"].as_array();
    conditions
        .into_iter()
        .flatten()
        .find(|c| c["type"] == kind)
        .cloned()
        .unwrap_or_default()
}
