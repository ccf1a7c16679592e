//! Faults, delay and counts.
use crate::client::{Api, DEMO, named, quick};
use hikube_standin::{Options, Release};
use serde_json::json;
use std::time::{Duration, Instant};

async fn fault(api: &Api, spec: &str) {
    let answer = api
        .open("POST", &format!("/__standin/fault?spec={spec}"), &[], "")
        .await;
    assert_eq!(answer.expect("an answer").status(), 200, "{spec}");
}

#[tokio::test]
async fn a_status_comes_each_nth_time_and_can_be_cleared() {
    let api = Api::start(Release::V1_6);
    fault(&api, "status=503,every=3,verb=GET,retry-after=1").await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        let answer = api.get("redises").await;
        if answer.code == 503 {
            assert_eq!(answer.header("retry-after"), "1");
            assert_eq!(answer.json()["reason"], "ServiceUnavailable");
        }
        codes.push(answer.code);
    }
    assert_eq!(codes, [200, 200, 503, 200, 200, 503]);
    fault(&api, "").await;
    for _ in 0..3 {
        api.get("redises").await.expect(200);
    }
}

#[tokio::test]
async fn timeouts_are_read_from_plan_and_state() {
    let api = Api::start(Release::V1_6);
    for (code, reason) in [(429, "TooManyRequests"), (503, "ServiceUnavailable")] {
        fault(&api, &format!("status={code},every=1,retry-after=7")).await;
        let answer = api.get("redises").await;
        assert_eq!(answer.header("retry-after"), "7");
        let body = answer.expect(code);
        assert_eq!(body["details"], json!({"retryAfterSeconds": 7}));
        assert_eq!(body["reason"], reason);
        fault(&api, &format!("status={code},every=1")).await;
        let answer = api.get("redises").await;
        assert_eq!(answer.header("retry-after"), "");
        assert_eq!(answer.expect(code).get("details"), None);
    }
}

#[tokio::test]
async fn a_warning_comes_with_the_usual_answer() {
    let api = Api::start(Release::V1_6);
    fault(
        &api,
        "warning%3Duse%20%22new%22%20instead,every=2,verb=POST",
    )
    .await;
    let answer = api.post("redises", &named("a", json!({}))).await;
    assert_eq!(answer.header("warning"), "");
    let answer = api.post("redises", &named("b", json!({}))).await;
    assert_eq!(answer.header("warning"), r#"299 - "use \"new\" instead""#);
    answer.expect(201);
    api.get("redises/b").await.expect(200);
}

#[tokio::test]
async fn an_echo_repeats_header_and_body() {
    let api = Api::start(Release::V1_6);
    fault(&api, "echo%3D422,every=1,verb=POST").await;
    let body = named("a", json!({"secret": "a\"b"})).to_string();
    let answer = api
        .try_send("POST", &format!("{DEMO}/redises"), &[], &body)
        .await;
    let status = answer.expect("an answer").expect(422);
    let message = status["message"].as_str().expect("a message");
    assert!(
        message.starts_with("\u{1b}]0;echo\u{7}got Bearer "),
        "{message}"
    );
    let quoted = json!(body).to_string();
    assert!(
        message.contains(&body) && message.contains(&quoted),
        "{message}"
    );
    fault(&api, "").await;
    api.get("redises/a").await.expect(404);
}

#[tokio::test]
async fn a_lost_response_does_not_undo_its_write() {
    let fault = "lost,every=1,verb=POST".parse().expect("a fault");
    let api = Api::with(Options {
        faults: vec![fault],
        ..quick(Release::V1_6)
    });
    let body = named("a", json!({})).to_string();
    assert!(
        api.try_send("POST", &format!("{DEMO}/redises"), &[], &body)
            .await
            .is_err()
    );
    api.get("redises/a").await.expect(200);
}

#[tokio::test]
async fn a_reset_does_nothing() {
    let api = Api::start(Release::V1_6);
    fault(&api, "reset,every=1,verb=POST").await;
    let body = named("a", json!({})).to_string();
    assert!(
        api.try_send("POST", &format!("{DEMO}/redises"), &[], &body)
            .await
            .is_err()
    );
    api.get("redises/a").await.expect(404);
}

#[tokio::test]
async fn a_hanging_request_has_no_response() {
    let api = Api::start(Release::V1_6);
    fault(&api, "hang,every=1").await;
    let path = format!("{DEMO}/redises");
    let request = api.try_send("GET", &path, &[], "");
    assert!(
        tokio::time::timeout(Duration::from_millis(300), request)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn garbage_is_no_json() {
    let api = Api::start(Release::V1_6);
    fault(&api, "garbage,every=1").await;
    let answer = api.get("redises").await;
    assert_eq!(answer.code, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
}

#[tokio::test]
async fn a_wrong_fault_is_refused() {
    let api = Api::start(Release::V1_6);
    let answer = api
        .open("POST", "/__standin/fault?spec=bogus", &[], "")
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn answers_can_be_delayed() {
    let api = Api::with(Options {
        delay: Duration::from_millis(200),
        ..quick(Release::V1_6)
    });
    let start = Instant::now();
    api.get("redises").await.expect(200);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn requests_are_counted_by_verb_and_resource() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.get("redises/a").await.expect(200);
    api.get("redises/a").await.expect(200);
    api.get("redises").await.expect(200);
    let stats = api.stats().await;
    assert_eq!((&stats["total"], &stats["objects"]), (&json!(4), &json!(1)));
    let expected = json!({"create": {"redises": 1}, "get": {"redises": 2}, "list": {"redises": 1}});
    assert_eq!(stats["requests"], expected);
    api.open("POST", "/__standin/reset", &[], "")
        .await
        .expect("an answer");
    assert_eq!(api.stats().await["total"], 0);
}
