//! WATCH.
use crate::client::{Api, DEMO, named, quick, ready};
use hikube_standin::{Options, Release};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// An open watch.
pub(crate) struct Watch {
    body: Incoming,
    read: Vec<u8>,
}

impl Watch {
    async fn open(api: &Api, query: &str) -> Watch {
        Watch::at(api, &format!("{DEMO}/redises?watch=1&{query}")).await
    }

    pub(crate) async fn at(api: &Api, path: &str) -> Watch {
        let bearer = format!("Bearer {}", api.token);
        let response = api
            .open("GET", path, &[("authorization", &bearer)], "")
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200);
        Watch {
            body: response.into_body(),
            read: Vec::new(),
        }
    }

    /// The next event; none at the end of the watch, or if there is none for a while.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).expect("json"));
            }
            let frame = tokio::time::timeout(Duration::from_millis(400), self.body.frame()).await;
            let frame = frame.ok()??.expect("a frame");
            self.read
                .extend_from_slice(&frame.into_data().expect("data"));
        }
    }

    /// All events until there is none for a while, as their type and name.
    pub(crate) async fn rest(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(event) = self.next().await {
            let name = event["object"]["metadata"]["name"]
                .as_str()
                .unwrap_or("")
                .to_owned();
            all.push(format!(
                "{} {name}",
                event["type"].as_str().expect("a type")
            ));
        }
        all
    }
}

async fn settled(api: &Api, name: &str) -> String {
    api.make("redises", name, json!({})).await;
    let path = format!("redises/{name}");
    let settled =
        |answer: &crate::client::Answer| answer.text.contains("All workloads are operational");
    let body = api.until(&path, settled).await.json();
    body["metadata"]["resourceVersion"]
        .as_str()
        .expect("a version")
        .to_owned()
}

#[tokio::test]
async fn from_a_lists_version_only_newer_objects_are_added() {
    for release in Release::ALL {
        let api = Api::start(release);
        let version = settled(&api, "a").await;
        settled(&api, "b").await;
        let mut watch = Watch::open(&api, &format!("resourceVersion={version}")).await;
        assert_eq!(watch.rest().await, ["ADDED b"]);
    }
}

#[tokio::test]
async fn without_a_version_all_are_added_and_one_bookmark_follows() {
    let api = Api::start(Release::V1_6);
    settled(&api, "a").await;
    for query in [
        "",
        "resourceVersion=0",
        "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
    ] {
        let mut watch = Watch::open(&api, query).await;
        assert_eq!(watch.next().await.expect("an event")["type"], "ADDED");
        let bookmark = watch.next().await.expect("a bookmark");
        assert_eq!(bookmark["type"], "BOOKMARK");
        assert_eq!(
            bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"],
            "true"
        );
        assert_eq!(watch.next().await, None);
    }
}

#[tokio::test]
async fn initial_events_need_a_version_match() {
    let api = Api::start(Release::V1_6);
    assert_eq!(
        api.get("redises?watch=true&sendInitialEvents=true")
            .await
            .code,
        422
    );
}

#[tokio::test]
async fn each_change_of_the_status_is_an_event() {
    let api = Api::start(Release::V1_6);
    let mut watch = Watch::open(&api, "resourceVersion=1").await;
    api.make("redises", "a", json!({})).await;
    let mut statuses = Vec::new();
    while let Some(event) = watch.next().await {
        let status = ready(&event["object"])["status"]
            .as_str()
            .unwrap_or("")
            .to_owned();
        statuses.push(format!(
            "{} {status}",
            event["type"].as_str().expect("a type")
        ));
    }
    // The write, the controller's finalizer, Progressing, the result, the workloads.
    let expected = [
        "ADDED ",
        "MODIFIED ",
        "MODIFIED Unknown",
        "MODIFIED True",
        "MODIFIED True",
    ];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn after_a_put_the_old_ready_stays_for_two_events() {
    let api = Api::start(Release::V1_6);
    let version = settled(&api, "a").await;
    let mut watch = Watch::open(&api, &format!("resourceVersion={version}")).await;
    api.put("redises/a", &named("a", json!({"replicas": 3})))
        .await
        .expect(200);
    let mut statuses = Vec::new();
    while let Some(event) = watch.next().await {
        assert_eq!(event["object"]["spec"]["replicas"], 3);
        statuses.push(
            ready(&event["object"])["status"]
                .as_str()
                .unwrap_or("")
                .to_owned(),
        );
    }
    assert_eq!(statuses, ["True", "True", "Unknown", "True"]);
}

#[tokio::test]
async fn the_workloads_event_carries_the_monitors_version() {
    let api = Api::start(Release::V1_6);
    let mut watch = Watch::open(&api, "resourceVersion=1").await;
    api.make("redises", "a", json!({})).await;
    let mut last = Value::Null;
    while let Some(event) = watch.next().await {
        last = event["object"]["metadata"]["resourceVersion"].clone();
    }
    let path = "/apis/cozystack.io/v1alpha1/namespaces/tenant-demo/workloadmonitors/redis-a";
    assert_eq!(
        api.get(path).await.expect(200)["metadata"]["resourceVersion"],
        last
    );
    assert_ne!(
        api.get("redises/a").await.json()["metadata"]["resourceVersion"],
        last
    );
}

#[tokio::test]
async fn a_deletion_is_an_event_with_the_last_state() {
    let api = Api::start(Release::V1_6);
    let version = settled(&api, "a").await;
    let mut watch = Watch::open(&api, &format!("resourceVersion={version}")).await;
    api.delete("redises/a").await.expect(200);
    let event = watch.next().await.expect("an event");
    assert_eq!(event["type"], "MODIFIED");
    assert!(event["object"]["metadata"]["deletionTimestamp"].is_string());
    let event = watch.next().await.expect("an event");
    assert_eq!(
        (&event["type"], &event["object"]["spec"]["size"]),
        (&json!("DELETED"), &json!("1Gi"))
    );
}

#[tokio::test]
async fn deletions_between_list_and_watch_are_lost_and_old_versions_never_gone() {
    let api = Api::start(Release::V1_6);
    let version = settled(&api, "a").await;
    settled(&api, "b").await;
    api.delete("redises/a").await.expect(200);
    api.until_gone("redises/a").await;
    let mut watch = Watch::open(&api, &format!("resourceVersion={version}")).await;
    assert_eq!(watch.rest().await, ["ADDED b"]);
    let mut watch = Watch::open(&api, "resourceVersion=1").await;
    assert_eq!(watch.rest().await, ["ADDED b"]);
}

#[tokio::test]
async fn a_watch_can_be_about_one_name() {
    let api = Api::start(Release::V1_6);
    settled(&api, "a").await;
    settled(&api, "b").await;
    let mut watch = Watch::open(&api, "resourceVersion=1&fieldSelector=metadata.name%3Db").await;
    api.put("redises/a", &named("a", json!({"replicas": 5})))
        .await
        .expect(200);
    assert_eq!(watch.rest().await, ["ADDED b"]);
}

#[tokio::test]
async fn a_watch_ends_after_its_timeout() {
    let api = Api::with(Options {
        ready_after: Duration::from_secs(9),
        ..quick(Release::V1_6)
    });
    let start = Instant::now();
    let answer = api
        .get("redises?watch=1&resourceVersion=1&timeoutSeconds=1")
        .await;
    assert_eq!((answer.code, answer.text.as_str()), (200, ""));
    assert!(start.elapsed() >= Duration::from_secs(1));
}
