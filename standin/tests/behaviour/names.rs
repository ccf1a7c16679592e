//! Validation of names.
use crate::client::{Api, DEMO, named};
use hikube_standin::Release;
use serde_json::json;

#[tokio::test]
async fn a_bad_name_is_a_422_with_causes_or_a_500_on_0_41() {
    for release in Release::ALL {
        let api = Api::start(release);
        let answer = api.post("postgreses", &named("Bad_Name", json!({}))).await;
        if release == Release::V0_41 {
            let body = answer.expect(500);
            assert!(
                body["message"]
                    .to_string()
                    .contains("is invalid: metadata.name"),
                "{body}"
            );
            assert!(body.get("reason").is_none());
        } else {
            let body = answer.expect(422);
            assert_eq!(body["reason"], "Invalid");
            assert_eq!(body["details"]["causes"][0]["field"], "metadata.name");
            let message = body["message"].as_str().expect("text");
            assert!(
                message.starts_with(
                    "Postgres.apps.cozystack.io \"Bad_Name\" is invalid: metadata.name:"
                )
            );
        }
    }
}

#[tokio::test]
async fn a_tenant_with_a_dash_is_a_422_but_fine_on_0_41() {
    for release in Release::ALL {
        let api = Api::start(release);
        let answer = api.post("tenants", &named("a-b", json!({}))).await;
        if release == Release::V0_41 {
            answer.expect(201);
        } else {
            assert!(answer.message().contains("dashes are not allowed"));
            answer.expect(422);
        }
    }
}

#[tokio::test]
async fn a_name_longer_than_the_prefix_leaves_room_for_is_a_422_but_unchecked_on_0_41() {
    for release in Release::ALL {
        let api = Api::start(release);
        api.make("postgreses", &"a".repeat(44), json!({})).await;
        let answer = api
            .post("postgreses", &named(&"b".repeat(45), json!({})))
            .await;
        if release == Release::V0_41 {
            answer.expect(201);
        } else {
            let expected = "must be no more than 44 characters (release prefix \"postgres-\")";
            assert!(answer.message().contains(expected), "{}", answer.text);
            answer.expect(422);
        }
    }
}

#[tokio::test]
async fn names_are_not_checked_again_on_put() {
    let api = Api::start(Release::V1_6);
    let path = "redises/Bad_Name";
    api.put(path, &named("Bad_Name", json!({})))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_tenants_namespace_may_not_get_too_long() {
    let api = Api::of_all(Release::V1_6);
    let root = DEMO.replace("tenant-demo", "tenant-root");
    let name = "a".repeat(40);
    api.post(&format!("{root}/tenants"), &named(&name, json!({})))
        .await
        .expect(201);
    api.until_ready(&format!("{root}/tenants/{name}")).await;
    let path = format!(
        "{}/tenants",
        DEMO.replace("tenant-demo", &format!("tenant-{name}"))
    );
    let answer = api.post(&path, &named(&"b".repeat(20), json!({}))).await;
    assert!(
        answer.message().contains("computed tenant namespace"),
        "{}",
        answer.text
    );
    answer.expect(422);
}

#[tokio::test]
async fn kinds_of_an_empty_prefix_share_names_with_releases_of_others() {
    let api = Api::start(Release::V1_6);
    api.make("postgreses", "db1", json!({})).await;
    api.post("etcds", &named("postgres-db1", json!({})))
        .await
        .expect(500);
    api.get("etcds/postgres-db1").await.expect(404);
}
