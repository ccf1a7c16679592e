//! A cluster without applications, or without one kind of them. The API server of any cluster returns `404 page not
//! found` for an unknown group. For an unknown kind, the aggregated server returns a Status (measured on 1.6).
use crate::answers::assert_bare_404;
use crate::client::{Api, quick};
use hikube_standin::{Options, Release, Standin};
use serde_json::{Value, json};

const APPS: &str = "/apis/apps.cozystack.io";
const OPENAPI: &str = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

#[tokio::test]
async fn without_applications_nothing_of_their_group_is_known() {
    for release in Release::ALL {
        let api = Api::with(Options {
            no_apps: true,
            ..quick(release)
        });
        for path in [
            APPS,
            "/apis/apps.cozystack.io/v1alpha1",
            "postgreses",
            "postgreses/a",
            "postgreses?watch=1",
            OPENAPI,
        ] {
            assert_bare_404(&api.get(path).await);
        }
        assert_bare_404(&api.post("postgreses", &json!({})).await);
        assert_bare_404(&api.put("postgreses/a", &json!({})).await);
        assert_bare_404(&api.delete("postgreses/a").await);
        let groups = api.get("/apis").await;
        assert!(!groups.text.contains("apps.cozystack.io"));
        assert!(groups.expect(200)["groups"].is_array());
        let index = api.get("/openapi/v3").await.expect(200);
        assert_eq!(index["paths"].get("apis/apps.cozystack.io/v1alpha1"), None);
        // The rest of the cluster is unchanged.
        let services = "/api/v1/namespaces/tenant-demo/services";
        api.get(services).await.expect(200);
    }
}

#[tokio::test]
async fn a_kind_that_is_not_served_is_in_no_list_of_kinds() {
    for release in Release::ALL {
        let api = Api::with(Options {
            without_kinds: vec!["Postgres".to_owned(), "Redis".to_owned()],
            ..quick(release)
        });
        for path in ["postgreses", "postgreses/a", "redises?watch=1"] {
            let body = api.get(path).await.expect(404);
            let message = "the server could not find the requested resource";
            assert_eq!(
                (&body["kind"], &body["reason"], &body["message"]),
                (&json!("Status"), &json!("NotFound"), &json!(message))
            );
        }
        api.post("postgreses", &json!({})).await.expect(404);
        api.get("buckets").await.expect(200);
        let resources = api.get(&format!("{APPS}/v1alpha1")).await.expect(200);
        let resources = resources["resources"].as_array().expect("kinds").clone();
        let is_left = |resource: &Value| resource["kind"] != "Postgres";
        assert!(resources.len() > 20 && resources.iter().all(is_left));
        let document = api.get(OPENAPI).await;
        assert!(document.text.contains("v1alpha1.Bucket"));
        assert!(!document.text.contains("v1alpha1.Postgres"));
    }
}

#[test]
fn only_a_kind_of_the_release_can_be_missing() {
    for (release, kind) in [(Release::V0_41, "MariaDB"), (Release::V1_6, "postgreses")] {
        let started = Standin::start(Options {
            without_kinds: vec![kind.to_owned()],
            ..quick(release)
        });
        let error = started.expect_err("an error").to_string();
        assert!(error.contains("has no kind"), "{error}");
    }
}
