//! Representations of responses, authentication, and discovery.
use crate::client::{Answer, Api, DEMO, connector};
use hikube_standin::Release;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::net::TcpStream;

#[tokio::test]
async fn protobuf_and_cbor_alone_are_not_acceptable() {
    let api = Api::start(Release::V1_6);
    let path = format!("{DEMO}/redises");
    for (accept, code) in [
        ("application/vnd.kubernetes.protobuf", 406),
        ("application/cbor", 406),
        ("application/vnd.kubernetes.protobuf,application/json", 200),
        ("*/*", 200),
    ] {
        let answer = api.send("GET", &path, &[("accept", accept)], "").await;
        assert_eq!(answer.code, code, "{accept}");
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json")
        );
    }
}

#[tokio::test]
async fn a_table_has_four_columns() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let accept = [("accept", "application/json;as=Table;g=meta.k8s.io;v=v1")];
    for path in ["redises", "redises/a"] {
        let body = api
            .send("GET", &format!("{DEMO}/{path}"), &accept, "")
            .await
            .expect(200);
        assert_eq!(body["kind"], "Table");
        assert_eq!(body["columnDefinitions"].as_array().map(Vec::len), Some(4));
        let cells = &body["rows"][0]["cells"];
        assert_eq!(
            (&cells[0], &cells[1], &cells[3]),
            (&json!("a"), &json!("True"), &json!("abcdef"))
        );
        assert_eq!(body["rows"][0]["object"]["spec"]["size"], "1Gi");
    }
}

#[tokio::test]
async fn metadata_can_be_requested() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let accept = [(
        "accept",
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    )];
    let body = api
        .send("GET", &format!("{DEMO}/redises"), &accept, "")
        .await
        .expect(200);
    assert_eq!(body["kind"], "PartialObjectMetadataList");
    assert_eq!(body["items"][0]["metadata"]["name"], "a");
    assert!(body["items"][0].get("spec").is_none());
}

#[tokio::test]
async fn a_bad_token_is_a_401() {
    for release in Release::ALL {
        let api = Api::start(release);
        let response = api
            .open("GET", "/version", &[("authorization", "Bearer x")], "")
            .await;
        let response = response.expect("an answer");
        assert_eq!(response.status(), 401);
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(
            (&body["kind"], &body["reason"]),
            (&json!("Status"), &json!("Unauthorized"))
        );
    }
}

#[tokio::test]
async fn who_sends_no_credentials_is_anonymous_and_403() {
    // Measured on 1.6: only an unknown token is a 401.
    for release in Release::ALL {
        let api = Api::start(release);
        let list = format!("{DEMO}/postgreses");
        for (method, path, expected) in [
            (
                "GET",
                list.as_str(),
                "postgreses.apps.cozystack.io is forbidden: User \"system:anonymous\" cannot list \
                 resource \"postgreses\" in API group \"apps.cozystack.io\" in the namespace \
                 \"tenant-demo\"",
            ),
            (
                "GET",
                "/apis",
                "forbidden: User \"system:anonymous\" cannot get path \"/apis\"",
            ),
            (
                "GET",
                "/openapi/v3",
                "forbidden: User \"system:anonymous\" cannot get path \"/openapi/v3\"",
            ),
        ] {
            for headers in [&[][..], &[("authorization", "Basic dTpw")]] {
                let body = api.unauthenticated(method, path, headers).await.expect(403);
                assert_eq!(
                    (&body["kind"], &body["reason"], &body["message"]),
                    (&json!("Status"), &json!("Forbidden"), &json!(expected))
                );
            }
        }
        // Every cluster returns its version without authentication.
        api.unauthenticated("GET", "/version", &[])
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn what_is_missing_is_missing_in_any_form() {
    // Measured on 1.6: the 404 comes before the 406.
    let api = Api::start(Release::V1_6);
    api.make("postgreses", "there", json!({})).await;
    for (path, code) in [("postgreses/none", 404), ("postgreses/there", 406)] {
        let path = format!("{DEMO}/{path}");
        let accept = [("accept", "application/yaml")];
        let body = api.send("GET", &path, &accept, "").await.expect(code);
        assert_eq!(body["kind"], "Status");
    }
}

#[tokio::test]
async fn a_path_under_a_served_group_answers_a_status() {
    // Measured on 1.6 for the applications; the core API does so in any cluster.
    for release in Release::ALL {
        let api = Api::of_all(release);
        api.make("redises", "a", json!({})).await;
        for path in [
            "redises/a/status",
            "redises/a/scale",
            "nopes",
            "nopes/a",
            "/apis/apps.cozystack.io/v2",
            "/apis/apps.cozystack.io/v1alpha1/nopes",
            "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo/nopes",
            "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo/nopes/a",
            "/api/v1/namespaces/tenant-demo/nopes",
            "/api/v1/nopes",
        ] {
            let body = api.get(path).await.expect(404);
            let expected = json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": "the server could not find the requested resource",
                "reason": "NotFound", "details": {}, "code": 404,
            });
            assert_eq!(body, expected, "{path}");
        }
        // Outside of the groups, the body is not a Status.
        for path in ["/apis/nope.example.org/v1", "/nope"] {
            assert_bare_404(&api.get(path).await);
        }
        let body = api.post("/apis", &json!({})).await.expect(405);
        assert_eq!(body["reason"], "MethodNotAllowed");
    }
}

#[track_caller]
pub(crate) fn assert_bare_404(answer: &Answer) {
    assert_eq!(answer.code, 404);
    assert_eq!(answer.text, "404 page not found\n");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn http_2_is_spoken_too() {
    let api = Api::start(Release::V1_6);
    let host = api.url.trim_start_matches("https://");
    let stream = TcpStream::connect(host).await.expect("tcp");
    let name = "localhost".try_into().expect("name");
    let stream = connector(&api.ca_pem, "h2")
        .connect(name, stream)
        .await
        .expect("tls");
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.expect("http/2");
    tokio::spawn(connection);
    let request = hyper::Request::get(format!("{}/version", api.url))
        .header("authorization", "Bearer standin-token")
        .body(Empty::<Bytes>::new())
        .expect("request");
    let response = sender.send_request(request).await.expect("an answer");
    assert_eq!(
        (response.status().as_u16(), response.version()),
        (200, hyper::Version::HTTP_2)
    );
}

#[tokio::test]
async fn discovery_lists_groups_and_kinds_with_their_verbs() {
    for (release, count) in [
        (Release::V0_41, 26),
        (Release::V1_1, 27),
        (Release::V1_3, 29),
        (Release::V1_6, 30),
        (Release::Main, 32),
    ] {
        let api = Api::start(release);
        assert_eq!(api.get("/api").await.expect(200)["versions"], json!(["v1"]));
        let groups = api.get("/apis").await.expect(200);
        assert_eq!(groups["groups"][0]["name"], "apps.cozystack.io");
        api.get("/apis/apps.cozystack.io").await.expect(200);
        let resources = api
            .get("/apis/apps.cozystack.io/v1alpha1")
            .await
            .expect(200);
        let resources = resources["resources"]
            .as_array()
            .expect("resources")
            .clone();
        assert_eq!(resources.len(), count);
        let expected = json!([
            "create", "delete", "get", "list", "patch", "update", "watch"
        ]);
        assert!(
            resources
                .iter()
                .all(|resource| resource["verbs"] == expected)
        );
    }
}
