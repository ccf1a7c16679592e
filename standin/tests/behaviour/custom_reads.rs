//! Lists and watches of custom resources.
use crate::client::{Api, PLANS, plan};
use crate::watches::Watch;
use hikube_standin::Release;
use serde_json::{Value, json};

/// Three plans: two of one application, one of another without the label.
async fn three(api: &Api) {
    for (name, application) in [("a", "shop"), ("b", "shop"), ("c", "blog")] {
        let mut body = plan(name);
        body["spec"]["applicationRef"]["name"] = json!(application);
        if name == "c" {
            body["metadata"]["labels"] = json!({"k".repeat(60): "v"});
        }
        api.post(PLANS, &body).await.expect(201);
    }
    for name in ["a", "b", "c"] {
        let path = format!("{PLANS}/{name}");
        api.until(&path, |a| a.json().get("status").is_some()).await;
    }
}

async fn names(api: &Api, query: &str) -> Vec<String> {
    let list = api.get(&format!("{PLANS}?{query}")).await.expect(200);
    assert_eq!(list["kind"], "PlanList");
    let items = list["items"].as_array().expect("items").clone();
    let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
    items.iter().filter_map(name).collect()
}

#[tokio::test]
async fn lists_are_selected_by_labels_and_fields() {
    for release in [Release::V1_3, Release::V1_6] {
        let api = Api::start(release);
        three(&api).await;
        let long = format!("labelSelector={}", "k".repeat(60));
        for (query, expected) in [
            ("", vec!["a", "b", "c"]),
            ("labelSelector=made-by%3Dtest", vec!["a", "b"]),
            (long.as_str(), vec!["c"]),
            ("fieldSelector=metadata.name%3Db", vec!["b"]),
            ("fieldSelector=metadata.namespace%3Dother", vec![]),
            (
                "fieldSelector=spec.applicationRef.name%3Dshop",
                vec!["a", "b"],
            ),
            ("fieldSelector=spec.applicationRef.kind%3DRedis", vec![]),
            (
                "fieldSelector=spec.applicationRef.apiGroup%3Dapps.cozystack.io,metadata.name!%3Da",
                vec!["b", "c"],
            ),
        ] {
            assert_eq!(names(&api, query).await, expected, "{query}");
        }
        let unknown = format!("{PLANS}?fieldSelector=spec.backupClassName%3Dx");
        let body = api.get(&unknown).await.expect(400);
        let message = "field label not supported: spec.backupClassName";
        assert_eq!(body["message"], message);
    }
}

#[tokio::test]
async fn a_watch_reports_each_change_since_a_version() {
    let api = Api::start(Release::V1_6);
    let list = api.get(PLANS).await.expect(200);
    let since = list["metadata"]["resourceVersion"].as_str().expect("text");
    three(&api).await;
    api.delete(&format!("{PLANS}/b")).await.expect(200);
    let path = format!("{PLANS}?watch=1&resourceVersion={since}");
    let all = Watch::at(&api, &path).await.rest().await;
    let changes = ["ADDED", "MODIFIED", "DELETED"].map(|change| format!("{change} b"));
    let of_b: Vec<&String> = all.iter().filter(|line| line.ends_with(" b")).collect();
    assert_eq!(of_b, changes.iter().collect::<Vec<_>>());
    let selected = format!("{path}&fieldSelector=metadata.name%3Dc");
    let of_c = Watch::at(&api, &selected).await.rest().await;
    assert_eq!(of_c, ["ADDED c", "MODIFIED c"]);
}

#[tokio::test]
async fn a_watch_without_a_version_begins_with_what_is_there() {
    let api = Api::start(Release::V1_6);
    three(&api).await;
    let path = format!("{PLANS}?watch=1&allowWatchBookmarks=1");
    let mut watch = Watch::at(&api, &path).await;
    assert_eq!(
        watch.rest().await,
        ["ADDED a", "ADDED b", "ADDED c", "BOOKMARK "]
    );
    api.delete(&format!("{PLANS}/a")).await.expect(200);
    assert_eq!(watch.rest().await, ["DELETED a"]);
}

#[tokio::test]
async fn a_watch_from_too_far_back_has_expired() {
    let api = Api::start(Release::V1_6);
    three(&api).await;
    let patch = |round: u32| json!({"metadata": {"annotations": {"round": round.to_string()}}});
    let path = format!("{PLANS}/a");
    for round in 0..1024 {
        let merge = "application/merge-patch+json";
        api.patch(&path, merge, &patch(round)).await.expect(200);
    }
    let path = format!("{PLANS}?watch=1&resourceVersion=1&timeoutSeconds=1");
    let body = api.get(&path).await.expect(410);
    assert_eq!(body["reason"], "Expired");
}

#[tokio::test]
async fn a_table_has_two_columns() {
    let api = Api::start(Release::V1_6);
    api.post(PLANS, &plan("a")).await.expect(201);
    let accept = [("accept", "application/json;as=Table;g=meta.k8s.io;v=v1")];
    for path in [PLANS.to_owned(), format!("{PLANS}/a")] {
        let body = api.send("GET", &path, &accept, "").await.expect(200);
        let columns = body["columnDefinitions"].as_array().expect("columns");
        let columns: Vec<&Value> = columns.iter().map(|column| &column["name"]).collect();
        assert_eq!(columns, ["NAME", "AGE"]);
        assert_eq!(body["rows"][0]["cells"][0], "a");
        assert_eq!(body["rows"][0]["object"]["kind"], "Plan");
    }
}
