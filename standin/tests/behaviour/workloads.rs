//! Workloads of an application, and orphaned ones.
use crate::client::{Api, named, quick};
use hikube_standin::{Options, Release};
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/apis/cozystack.io/v1alpha1/namespaces/tenant-demo/workloads";

async fn names(api: &Api) -> Vec<String> {
    let list = api.get(PATH).await.expect(200);
    assert_eq!(list["kind"], "WorkloadList");
    let items = list["items"].as_array().expect("items");
    let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
    items.iter().filter_map(name).collect()
}

async fn running(api: &Api, name: &str) {
    let path = format!("{PATH}/{name}");
    api.until(&path, |answer| {
        answer.code == 200 && answer.json()["status"]["operational"] == true
    })
    .await;
}

#[tokio::test]
async fn an_application_has_pods_and_volumes() {
    for release in Release::ALL {
        let api = Api::start(release);
        let spec = json!({"replicas": 2, "size": "7Gi", "storageClass": "local"});
        api.make("postgreses", "db", spec).await;
        running(&api, "pod-postgres-db-1").await;
        let expected = [
            "pod-postgres-db-0",
            "pod-postgres-db-1",
            "pvc-data-postgres-db-0",
            "pvc-data-postgres-db-1",
        ];
        assert_eq!(names(&api).await, expected);
        let body = api
            .get(&format!("{PATH}/pvc-data-postgres-db-0"))
            .await
            .expect(200);
        assert_eq!(
            (&body["kind"], body.get("spec")),
            (&json!("Workload"), None)
        );
        let labels = &body["metadata"]["labels"];
        assert_eq!(labels["apps.cozystack.io/application.kind"], "Postgres");
        assert_eq!(labels["apps.cozystack.io/application.name"], "db");
        assert_eq!(labels["workloads.cozystack.io/monitor"], "postgres-db");
        let resources = json!({"local.storageclass.storage.k8s.io/requests.storage": "7Gi"});
        let status = json!({
            "kind": "postgres", "type": "postgres", "resources": resources, "operational": true,
        });
        assert_eq!(body["status"], status);
        let of_another = format!("{PATH}?labelSelector=apps.cozystack.io/application.name%3Dx");
        assert_eq!(api.get(&of_another).await.expect(200)["items"], json!([]));
    }
}

#[tokio::test]
async fn workloads_go_with_their_application() {
    let api = Api::with(Options {
        delete_after: Duration::from_millis(600),
        ..quick(Release::V1_6)
    });
    api.make("redises", "a", json!({"replicas": 1})).await;
    running(&api, "pod-redis-a-0").await;
    api.delete("redises/a").await.expect(200);
    assert!(
        !names(&api).await.is_empty(),
        "they go at the end of the uninstall"
    );
    api.until_gone("redises/a").await;
    assert!(names(&api).await.is_empty());
}

#[tokio::test]
async fn workloads_follow_the_replicas() {
    let api = Api::start(Release::V1_6);
    api.make("natses", "n", json!({"replicas": 2})).await;
    running(&api, "pod-nats-n-1").await;
    api.put("natses/n", &named("n", json!({"replicas": 1})))
        .await
        .expect(200);
    api.until(&format!("{PATH}/pod-nats-n-1"), |answer| answer.code == 404)
        .await;
    running(&api, "pod-nats-n-0").await;
}

#[tokio::test]
async fn what_is_removed_without_an_uninstall_stays_listed() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({"replicas": 1})).await;
    running(&api, "pod-redis-a-0").await;
    // A write removes the finalizer before the deletion.
    let mut body = named("a", json!({"replicas": 1}));
    body["metadata"]["labels"]["more"] = json!("x");
    api.put("redises/a", &body).await.expect(200);
    api.delete("redises/a").await.expect(200);
    api.get("redises/a").await.expect(404);
    assert_eq!(names(&api).await, ["pod-redis-a-0", "pvc-data-redis-a-0"]);
    let core = "/api/v1/namespaces/tenant-demo";
    let services = api.get(&format!("{core}/services")).await.expect(200);
    assert_eq!(services["items"].as_array().map(Vec::len), Some(3));
    api.get(&format!("{core}/secrets/redis-a-auth"))
        .await
        .expect(200);
    assert_eq!(api.stats().await["leaks"][0]["name"], "a");
}

#[tokio::test]
async fn a_volume_can_stay_behind() {
    let api = Api::with(Options {
        leaves: vec![
            ("for-good".to_owned(), None),
            ("a-while".to_owned(), Some(Duration::from_secs(1))),
        ],
        ..quick(Release::V1_6)
    });
    for name in ["for-good", "a-while"] {
        let path = format!("redises/{name}");
        api.make("redises", name, json!({"replicas": 1})).await;
        running(&api, &format!("pod-redis-{name}-0")).await;
        api.delete(&path).await.expect(200);
        api.until_gone(&path).await;
        assert!(
            names(&api)
                .await
                .contains(&format!("pvc-data-redis-{name}-0"))
        );
    }
    let volume = format!("{PATH}/pvc-data-redis-a-while-0");
    api.until(&volume, |answer| answer.code == 404).await;
    let left = ["pvc-data-redis-for-good-0"];
    assert_eq!(names(&api).await, left);
    assert_eq!(api.stats().await["left"], json!(left));
}

#[tokio::test]
async fn orphaned_workloads_can_be_set_while_it_runs() {
    let api = Api::start(Release::V1_6);
    let switch = async |query: &str| {
        let path = format!("/__standin/leave{query}");
        api.send("POST", &path, &[], "").await.code
    };
    assert_eq!(switch("?name=a").await, 200);
    assert_eq!(switch("?name=b%3Dx").await, 400);
    for (name, left) in [("a", true), ("b", false)] {
        api.make("vmdisks", name, json!({"storage": "5Gi"})).await;
        running(&api, &format!("pvc-vm-disk-{name}")).await;
        api.delete(&format!("vmdisks/{name}")).await.expect(200);
        api.until_gone(&format!("vmdisks/{name}")).await;
        let volume = format!("pvc-vm-disk-{name}");
        assert_eq!(names(&api).await.contains(&volume), left, "{name}");
    }
    assert_eq!(switch("").await, 200);
    // An application with the same name adopts the volume.
    api.make("vmdisks", "a", json!({"storage": "5Gi"})).await;
    running(&api, "pvc-vm-disk-a").await;
    api.until_ready("vmdisks/a").await;
    api.delete("vmdisks/a").await.expect(200);
    api.until_gone("vmdisks/a").await;
    assert!(names(&api).await.is_empty());
}
