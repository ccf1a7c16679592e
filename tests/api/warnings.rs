//! `Warning` headers.

use std::time::Duration;

use hikube::api::{ApiResource, Client};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::server::{Reply, Server};

static PLAN: ApiResource = ApiResource::new(
    "backups.cozystack.io",
    "v1alpha1",
    "BackupPlan",
    "backupplans",
);

/// A server that adds a warning to each read, and to the error of each write.
async fn server() -> Server {
    Server::start(|request| {
        let is_read = request.method == http::Method::GET;
        let object = json!({"metadata": {"name": "a", "namespace": "tenant-a", "uid": "u"}});
        let status = json!({"kind": "Status", "code": 422, "message": "no"});
        let (code, body, warning) = match is_read {
            true => (
                200,
                object,
                r#"299 - "v1alpha1 is deprecated", 299 - "for \"a\"""#,
            ),
            false => (422, status, r#"299 - "unknown field""#),
        };
        Reply {
            warnings: vec![warning, r#"299 - "v1alpha1 is deprecated""#],
            ..Reply::json(code, &body)
        }
    })
    .await
}

async fn read(client: &Client) {
    client.get(&PLAN, "tenant-a", "a").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_collects_each_warning_of_all_its_responses_once() {
    let server = server().await;
    let client = server.client().await.for_operation();
    read(&client).await;
    read(&client).await;
    let expected = ["v1alpha1 is deprecated", "for \"a\"", "unknown field"];
    assert_eq!(client.warnings(), expected[..2]);
    let object = client.get(&PLAN, "tenant-a", "a").await.unwrap();
    client.replace(&PLAN, &object).await.unwrap_err();
    assert_eq!(client.warnings(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_an_operation_share_warnings_and_operations_do_not() {
    let server = server().await;
    let client = server.client().await;
    let (_stop, stopped) = watch::channel(false);
    let soon = Instant::now() + Duration::from_secs(20);
    let operation = client.within(soon, stopped.clone());
    let part = operation.within(soon, stopped.clone());
    read(&part).await;
    assert_eq!(operation.warnings().len(), 2);
    // Neither another operation nor the connection itself has the warnings.
    assert!(client.within(soon, stopped).warnings().is_empty());
    assert!(operation.for_operation().warnings().is_empty());
    read(&client).await;
    assert!(client.warnings().is_empty());
}
