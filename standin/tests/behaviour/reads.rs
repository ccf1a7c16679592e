//! GET and LIST.
use crate::client::{Api, named};
use hikube_standin::Release;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn metadata_has_seven_fields_and_no_more() {
    for release in Release::ALL {
        let api = Api::start(release);
        let mut body = named("a", json!({}));
        body["metadata"]["annotations"] = json!({"n": "1"});
        body["metadata"]["finalizers"] = json!(["x/y"]);
        let body = api.post("redises", &body).await.expect(201);
        let fields: Vec<&String> = body["metadata"]
            .as_object()
            .expect("metadata")
            .keys()
            .collect();
        let expected = [
            "annotations",
            "creationTimestamp",
            "labels",
            "name",
            "namespace",
            "resourceVersion",
            "uid",
        ];
        assert_eq!(fields, expected);
        assert!(
            body["metadata"]["resourceVersion"]
                .as_str()
                .is_some_and(|v| v.parse::<u64>().is_ok())
        );
    }
}

#[tokio::test]
async fn a_list_ignores_its_limit() {
    let api = Api::start(Release::V1_6);
    for name in ["c", "a", "b"] {
        api.make("redises", name, json!({})).await;
    }
    let list = api
        .get("redises?limit=1&continue=x&resourceVersion=5")
        .await
        .expect(200);
    assert_eq!(names(&list), ["a", "b", "c"]);
    assert!(list["metadata"].get("continue").is_none());
    assert_eq!(list["kind"], "RedisList");
    assert_eq!(list["items"][0]["kind"], "Redis");
}

#[tokio::test]
async fn a_lists_version_is_its_newest_items_or_0() {
    let api = Api::start(Release::V1_6);
    assert_eq!(
        api.get("redises").await.expect(200)["metadata"]["resourceVersion"],
        "0"
    );
    api.make("redises", "z", json!({})).await;
    api.until("redises/z", |answer| answer.text.contains("All workloads"))
        .await;
    api.make("redises", "a", json!({})).await;
    let one = api
        .until("redises/a", |answer| answer.text.contains("All workloads"))
        .await
        .json();
    api.make("buckets", "b", json!({})).await;
    let list = api.get("redises").await.json();
    assert_eq!(
        list["metadata"]["resourceVersion"],
        one["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn all_namespaces_can_be_listed() {
    let api = Api::of_all(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    let other = "/apis/apps.cozystack.io/v1alpha1/namespaces/default/redises";
    api.post(other, &named("b", json!({}))).await.expect(201);
    let list = api
        .get("/apis/apps.cozystack.io/v1alpha1/redises")
        .await
        .expect(200);
    assert_eq!(names(&list), ["b", "a"]);
    assert_eq!(names(&api.get("redises").await.json()), ["a"]);
}

#[tokio::test]
async fn selectors_are_honoured() {
    let api = Api::start(Release::V1_6);
    for (name, tier) in [("a", "one"), ("b", "two")] {
        let body = json!({"metadata": {"name": name, "labels": {"tier": tier}}});
        api.post("redises", &body).await.expect(201);
    }
    for (query, expected) in [
        ("labelSelector=tier%3Dtwo", &["b"][..]),
        ("labelSelector=tier%20in%20(one,two)", &["a", "b"]),
        ("labelSelector=!tier", &[]),
        ("fieldSelector=metadata.name%3Da", &["a"]),
        ("fieldSelector=metadata.name!%3Da", &["b"]),
        ("fieldSelector=metadata.namespace%3Ddefault", &[]),
    ] {
        let list = api.get(&format!("redises?{query}")).await.expect(200);
        assert_eq!(names(&list), expected, "{query}");
    }
}

#[tokio::test]
async fn other_field_selectors_are_a_400() {
    let api = Api::start(Release::V1_6);
    let answer = api.get("redises?fieldSelector=spec.size%3D1Gi").await;
    assert!(
        answer
            .message()
            .contains("is not a known field selector: only")
    );
    answer.expect(400);
}

#[tokio::test]
async fn a_label_key_too_long_to_select_is_a_500() {
    let api = Api::start(Release::V1_6);
    api.get(&format!("redises?labelSelector={}", "k".repeat(46)))
        .await
        .expect(500);
}

#[tokio::test]
async fn a_label_selector_that_cannot_be_read_is_a_400() {
    // Read in the source.
    let api = Api::start(Release::V1_6);
    for selector in ["%3D%3D", "a%3Dv%20v"] {
        api.get(&format!("redises?labelSelector={selector}"))
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn a_version_match_without_a_version_is_a_422() {
    let api = Api::start(Release::V1_6);
    api.get("redises?resourceVersionMatch=Exact")
        .await
        .expect(422);
}

#[tokio::test]
async fn status_is_no_path() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("redises", "a", json!({})).await;
        assert_eq!(api.get("redises/a/status").await.code, 404);
        assert_eq!(api.get("redises/a/scale").await.code, 404);
    }
}

#[tokio::test]
async fn kinds_of_other_releases_are_no_paths() {
    for (release, plural, code) in [
        (Release::V0_41, "mysqls", 200),
        (Release::V0_41, "mariadbs", 404),
        (Release::V1_3, "mariadbs", 200),
        (Release::V1_3, "kubernetesnodeses", 404),
        (Release::V1_6, "kubernetesnodeses", 200),
        (Release::V1_6, "virtualmachines", 404),
    ] {
        let api = Api::start(release);
        assert_eq!(api.get(plural).await.code, code, "{release} {plural}");
    }
}

#[tokio::test]
async fn numbers_pass_through_a_float() {
    let api = Api::start(Release::V1_6);
    let body =
        r#"{"metadata":{"name":"a","labels":{"x":"y"}},"spec":{"f":1.0,"big":9007199254740993}}"#;
    let path = format!("{}/redises", crate::client::DEMO);
    let answer = api
        .send("POST", &path, &[("content-type", "application/json")], body)
        .await;
    assert!(answer.text.contains("\"f\":1,"), "{}", answer.text);
    assert!(
        answer.text.contains("\"big\":9007199254740992"),
        "{}",
        answer.text
    );
}
