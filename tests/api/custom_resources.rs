//! Custom resources: their requests and errors.

use hikube::api::{ApiResource, ErrorKind, MANAGED_BY, Object, Preconditions};
use http::Method;
use serde_json::{Value as Json, json};

use crate::platform::BUCKET;
use crate::server::{Reply, Server};

static PLAN: ApiResource = ApiResource::new(
    "backups.cozystack.io",
    "v1alpha1",
    "BackupPlan",
    "backupplans",
);

const NAMESPACE: &str = "tenant-demo";

fn stored() -> Json {
    json!({
        "apiVersion": "backups.cozystack.io/v1alpha1",
        "kind": "BackupPlan",
        "metadata": {
            "name": "daily",
            "namespace": NAMESPACE,
            "uid": "u-1",
            "resourceVersion": "7",
            "finalizers": ["backups.cozystack.io/guard"],
        },
        "spec": {"schedule": "0 3 * * *"},
        "status": {"phase": "Active"},
        "extra": {"of": "someone"},
    })
}

fn refusal(code: u16, reason: &str, message: &str) -> Json {
    json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure",
        "code": code, "reason": reason, "message": message,
    })
}

fn plan() -> Object {
    Object {
        name: "daily".to_owned(),
        namespace: NAMESPACE.to_owned(),
        labels: [(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned())].into(),
        ..Object::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_object_keeps_what_was_read_of_it() {
    let server = Server::start(|_| Reply::json(200, &stored())).await;
    let client = server.client().await;
    let mut object = client.get(&PLAN, NAMESPACE, "daily").await.unwrap();
    assert_eq!(object.status["phase"], "Active");
    object
        .spec
        .insert("schedule".to_owned(), json!("0 4 * * *"));
    client.replace(&PLAN, &object).await.unwrap();
    let put = &server.received()[1];
    let path = "/apis/backups.cozystack.io/v1alpha1/namespaces/tenant-demo/backupplans/daily";
    assert_eq!((&put.method, put.path.as_str()), (&Method::PUT, path));
    let sent = put.json();
    assert_eq!(sent["extra"], json!({"of": "someone"}));
    assert_eq!(sent["spec"], json!({"schedule": "0 4 * * *"}));
    assert_eq!(
        sent["metadata"]["finalizers"],
        json!(["backups.cozystack.io/guard"])
    );
    assert_eq!(sent["metadata"]["resourceVersion"], "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_and_a_422_are_classified_by_their_reason() {
    let server = Server::start(|request| match request.method {
        Method::POST if request.body.contains("invalid") => {
            let mut status = refusal(422, "Invalid", "BackupPlan \"daily\" is invalid");
            status["details"] = json!({
                "name": "daily",
                "causes": [{"field": "spec.schedule", "message": "must be a cron expression"}],
            });
            Reply::json(422, &status)
        }
        Method::POST => Reply::json(409, &refusal(409, "AlreadyExists", "the name is in use")),
        _ => Reply::json(409, &refusal(409, "Conflict", "a newer one already exists")),
    })
    .await;
    let client = server.client().await;
    let error = client.create(&PLAN, &plan()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    let error = client.replace(&PLAN, &plan()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let mut invalid = plan();
    invalid.spec.insert("schedule".to_owned(), json!("invalid"));
    let error = client.create(&PLAN, &invalid).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    let cause = "is invalid; spec.schedule: must be a cron expression";
    assert!(error.to_string().contains(cause), "{error}");
    assert_eq!(server.received().len(), 3, "none of them is repeated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_carries_its_preconditions() {
    let server = Server::start(|request| match request.body.contains("u-1") {
        true => Reply::json(200, &json!({"kind": "Status", "status": "Success"})),
        false => Reply::json(409, &refusal(409, "Conflict", "Precondition failed")),
    })
    .await;
    let client = server.client().await;
    let of_uid = |uid: &str| Preconditions {
        uid: Some(uid.to_owned()),
        resource_version: Some("7".to_owned()),
    };
    let delete = async |uid| {
        let preconditions = of_uid(uid);
        client
            .delete_if(&PLAN, NAMESPACE, "daily", &preconditions)
            .await
    };
    delete("u-1").await.unwrap();
    let error = delete("u-2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let sent = server.received();
    let expected = json!({"uid": "u-1", "resourceVersion": "7"});
    assert_eq!(sent[0].json()["preconditions"], expected);
    // Without preconditions, there is no body.
    let _ = client.delete(&PLAN, NAMESPACE, "daily").await;
    assert_eq!(server.received()[2].body, "");
    let error = client
        .delete_if(&BUCKET, NAMESPACE, "b", &of_uid("u-1"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("invalid request"), "{error}");
    assert_eq!(
        server.received().len(),
        3,
        "nothing was sent for an application"
    );
}
