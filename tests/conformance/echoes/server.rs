//! An API that repeats the request and given texts in every message: verbatim, quoted and base64-encoded.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

/// Its behavior for objects. It has no schema and no readable Secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// They are stored and never ready, with a message in their conditions.
    Accepts,
    /// They can be read, and each write is rejected with this status code.
    RefusesWrites(u16),
    /// Every request is rejected with this status code.
    Refuses(u16),
}

struct State {
    mode: Mode,
    /// The texts that it repeats in addition to the request.
    told: Vec<String>,
    stored: Json,
}

#[derive(Clone)]
pub(super) struct Echo {
    state: Arc<Mutex<State>>,
    pub(super) address: String,
}

impl Echo {
    pub(super) async fn start() -> Echo {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = State {
            mode: Mode::Accepts,
            told: Vec::new(),
            stored: Json::Null,
        };
        let echo = Echo {
            state: Arc::new(Mutex::new(state)),
            address,
        };
        tokio::spawn(echo.clone().serve(listener));
        echo
    }

    pub(super) fn set(&self, mode: Mode, told: &[String]) {
        let mut state = self.state.lock().unwrap();
        state.mode = mode;
        state.told = told.to_vec();
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let echo = self.clone();
            let service = tower::service_fn(move |request| echo.clone().answer(request));
            tokio::spawn(async move {
                let builder = Builder::new(TokioExecutor::new());
                let serving = builder
                    .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
                serving.await.map_err(|error| error.to_string())
            });
        }
    }

    async fn answer<B: BodyExt>(
        self,
        request: Request<B>,
    ) -> Result<Response<Full<hyper::body::Bytes>>, std::convert::Infallible>
    where
        B::Error: std::fmt::Debug,
    {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        let authorization = parts.headers.get("authorization");
        let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
        let (code, answer) = self.said(&parts.method, &parts.uri, &body, authorization);
        let mut response = Response::new(answer.to_string().into_bytes().into());
        *response.status_mut() = code.try_into().unwrap();
        Ok(response)
    }

    fn said(
        &self,
        method: &Method,
        uri: &http::Uri,
        body: &str,
        authorization: Option<String>,
    ) -> (u16, Json) {
        let mut state = self.state.lock().unwrap();
        let mut all = state.told.clone();
        all.extend([body.to_owned()]);
        all.extend(authorization);
        let all: String = all.iter().map(|text| quoted(text)).collect();
        let is_object = uri.path().contains("/apis/apps.cozystack.io/")
            && !uri.query().unwrap_or_default().contains("watch");
        let is_write = *method != Method::GET;
        match state.mode {
            Mode::Refuses(code) => return (code, status(code, &all)),
            Mode::RefusesWrites(code) if is_write => return (code, status(code, &all)),
            _ if !is_object => return (403, status(403, &all)),
            _ => {}
        }
        let inside = uri.path().split("/namespaces/tenant-demo/").nth(1);
        if !is_write && inside.is_some_and(|place| !place.contains('/')) {
            let list = json!({"kind": "List", "metadata": {"resourceVersion": "7"}, "items": []});
            return (200, list);
        }
        if is_write {
            state.stored = serde_json::from_str(body).unwrap();
            state.stored["metadata"]["uid"] = json!("an-uid");
            state.stored["metadata"]["resourceVersion"] = json!("7");
        }
        let mut shown = state.stored.clone();
        shown["status"] = json!({"conditions": [{
            "type": "Ready", "status": "False", "reason": "InstallFailed", "message": all,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }]});
        (if *method == Method::POST { 201 } else { 200 }, shown)
    }
}

fn status(code: u16, message: &str) -> Json {
    json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code,
        "reason": "Invalid", "message": message,
    })
}

/// A text in the encodings that a message may contain, and control characters.
fn quoted(text: &str) -> String {
    let json = Json::from(text).to_string();
    let go = json.replace('<', "\\u003c").replace('&', "\\u0026");
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!(
        "\u{1b}]0;owned\u{7} it was {text}, or {json}, or {go}, or {text:?}, or {json:?}, or {}, or {}, or {}, \
         or {percent}\r\n",
        STANDARD.encode(text),
        URL_SAFE_NO_PAD.encode(text),
        STANDARD.encode(format!("x{json}")),
    )
}
