//! Writes of subresources.

use hikube::api::{ApiResource, ErrorKind};
use http::Method;
use serde_json::{Value as Json, json};

use crate::server::{Reply, Server};

static MACHINE: ApiResource = ApiResource::new(
    "subresources.kubevirt.io",
    "v1",
    "VirtualMachine",
    "virtualmachines",
);

fn reply(code: u16, body: &str) -> Reply {
    Reply {
        code,
        body: body.to_owned(),
        ..Reply::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_write_needs_no_body_in_its_response() {
    let server = Server::start(|request| match request.path.ends_with("start") {
        true => reply(202, ""),
        false => reply(200, r#"{"kind":"Status"}"#),
    })
    .await;
    let client = server.client().await;
    for (subresource, body) in [("start", json!({"paused": true})), ("stop", Json::Null)] {
        let written = client.put_subresource(&MACHINE, "tenant-a", "web", subresource, &body);
        written.await.unwrap();
    }
    let base = "/apis/subresources.kubevirt.io/v1/namespaces/tenant-a/virtualmachines/web";
    let sent = server.received();
    let sent: Vec<_> = sent
        .iter()
        .map(|request| (&request.method, &*request.path, &*request.body))
        .collect();
    let (start, stop) = (format!("{base}/start"), format!("{base}/stop"));
    let expected = [
        (&Method::PUT, &*start, r#"{"paused":true}"#),
        (&Method::PUT, &*stop, ""),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_is_not_retried_and_names_the_subresource() {
    for (code, body, kind, phrase) in [
        (503, "busy", ErrorKind::Busy, "busy"),
        (429, "busy", ErrorKind::Busy, "busy"),
        (
            409,
            r#"{"kind":"Status","reason":"Conflict","message":"already running"}"#,
            ErrorKind::Conflict,
            "already running",
        ),
        (200, "<html>", ErrorKind::Uncertain, "invalid response"),
    ] {
        let server = Server::start(move |_| reply(code, body)).await;
        let client = server.client().await;
        let body = json!({});
        let written = client.put_subresource(&MACHINE, "tenant-a", "web", "start", &body);
        let error = written.await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        for phrase in ["start of VirtualMachine tenant-a/web: ", phrase] {
            assert!(error.to_string().contains(phrase), "{error} lacks {phrase}");
        }
        assert_eq!(server.received().len(), 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_name_is_never_part_of_the_address() {
    let server = Server::start(|_| reply(202, "")).await;
    let client = server.client().await;
    for names in [
        ["a/b", "web", "start"],
        ["tenant-a", "..", "start"],
        ["tenant-a", "web", "start?x=y"],
        ["tenant-a", "web", "../../other"],
    ] {
        let [namespace, name, subresource] = names;
        let written = client.put_subresource(&MACHINE, namespace, name, subresource, &Json::Null);
        let error = written.await.unwrap_err().to_string();
        assert!(error.contains("is not a valid name"), "{error}");
    }
    assert!(server.received().is_empty());
}
