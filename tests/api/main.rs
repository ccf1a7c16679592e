//! The API client against the stand-in: its requests, their number, and its handling of faults.

#![allow(clippy::unwrap_used, reason = "a failed assertion of a test may panic")]

mod credentials;
mod custom_resources;
mod platform;
mod proxy;
mod schemas;
mod server;
mod subresources;
mod switches;
mod timeouts;
mod tls;
mod warnings;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use std::time::Duration;

use hikube::api::{ErrorKind, MANAGED_BY, OPERATION, Object};

use platform::{BUCKET, Platform};

fn bucket(name: &str) -> Object {
    let labels = [(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned())];
    let annotations = [(OPERATION.to_owned(), format!("of-{name}"))];
    Object {
        name: name.to_owned(),
        namespace: "tenant-demo".to_owned(),
        labels: BTreeMap::from(labels),
        annotations: BTreeMap::from(annotations),
        ..Object::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creates_with_lost_responses_create_each_object_once() {
    let platform = Platform::start(&["lost,every=2,verb=POST"]);
    let client = platform.client().await;
    let mut made = BTreeSet::new();
    for n in 0..20 {
        let object = client
            .create(&BUCKET, &bucket(&format!("b{n}")))
            .await
            .unwrap();
        assert!(made.insert(object.uid), "the same object twice");
    }
    assert_eq!(platform.stats().await["objects"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_someone_else_is_not_taken_for_the_created_one() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    client.create(&BUCKET, &bucket("taken")).await.unwrap();
    let mut other = bucket("taken");
    other
        .annotations
        .insert(OPERATION.to_owned(), "another".to_owned());
    let error = client.create(&BUCKET, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    // Even if the response to the create is lost.
    platform.fault("lost,every=1,verb=POST").await;
    let refused = client.create(&BUCKET, &other);
    let waited = tokio::time::timeout(std::time::Duration::from_secs(3), refused).await;
    assert!(
        waited.is_err() || waited.unwrap().is_err(),
        "the namesake was taken over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_writes_and_deletes_survive_transient_errors() {
    let faults = [
        "status=503,every=3",
        "status=429,every=5,retry-after=1",
        "reset,every=7",
        "garbage,every=11",
    ];
    let platform = Platform::start(&faults);
    let client = platform.client().await;
    for n in 0..4 {
        let name = format!("b{n}");
        client.create(&BUCKET, &bucket(&name)).await.unwrap();
        client.get(&BUCKET, "tenant-demo", &name).await.unwrap();
        client.delete(&BUCKET, "tenant-demo", &name).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_reads_share_a_few_lists() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    for n in 0..200 {
        client
            .create(&BUCKET, &bucket(&format!("b{n}")))
            .await
            .unwrap();
    }
    platform.reset().await;
    let reader = platform.client().await;
    let reads = (0..200).map(|n| {
        let client = reader.clone();
        tokio::spawn(async move {
            client
                .read_opt(&BUCKET, "tenant-demo", &format!("b{n}"))
                .await
        })
    });
    for read in reads.collect::<Vec<_>>() {
        assert!(read.await.unwrap().unwrap().is_some());
    }
    let total = platform.total().await;
    assert!(total <= 3, "{total} requests for 200 reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_fetched_once_and_knows_the_kinds() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    for _ in 0..3 {
        let schema = client.schema(&BUCKET).await.unwrap();
        assert!(schema.properties.contains_key("users"));
    }
    let requests = &platform.stats().await["requests"]["get"]["openapi"];
    assert!(
        requests.as_u64().unwrap() <= 2,
        "{requests} requests for the schema"
    );
}

/// An update needs the schema to recognize defaults, so a transient error of the schema is retried.
#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_requested_again_after_transient_errors() {
    for fault in ["status=503,every=2", "reset,every=2", "garbage,every=2"] {
        let platform = Platform::start(&[]);
        let client = platform.client().await;
        assert!(client.get_opt(&BUCKET, "tenant-demo", "b").await.is_ok());
        platform.fault(fault).await;
        let schema = client.schema(&BUCKET).await;
        assert!(schema.is_ok(), "{fault}: {schema:?}");
    }
}

/// A response that is not JSON, or not an object, is retried.
#[tokio::test(flavor = "multi_thread")]
async fn a_dependent_is_requested_again_after_an_invalid_response() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    assert!(client.get_opt(&BUCKET, "tenant-demo", "b").await.is_ok());
    platform.fault("garbage,every=2").await;
    for _ in 0..2 {
        let service = client.service("tenant-demo", "s", Duration::ZERO).await;
        assert!(service.is_ok(), "{service:?}");
    }
}

/// A list that is not JSON is retried like a read.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_web_pages_gets_few_attempts() {
    let platform = Platform::start(&["garbage"]);
    let client = platform.client().await;
    let read = |name| client.read_opt(&BUCKET, "tenant-demo", name);
    for answer in <[_; 2]>::from(tokio::join!(read("a"), read("b"))) {
        let error = answer.unwrap_err().to_string();
        assert!(error.contains("invalid response from"), "{error}");
    }
    let stats = platform.stats().await;
    assert_eq!(stats["requests"]["list"]["buckets"], 4, "{stats}");
    assert_eq!(stats["total"], 12, "{stats}");
}

/// Names from imports and from the platform may contain characters that are invalid in a URL.
#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_name_is_never_part_of_an_address() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    let names = [
        "a name",
        "a?b",
        "h#frag",
        "a%2fb",
        "..",
        "",
        "../../api/v1/namespaces/kube-system/secrets/y?z=",
    ];
    for name in names {
        for (namespace, name) in [("tenant-demo", name), (name, "b")] {
            let mut object = bucket(name);
            object.namespace = namespace.to_owned();
            let errors = [
                client.get(&BUCKET, namespace, name).await.map(|_| ()),
                client.read_opt(&BUCKET, namespace, name).await.map(|_| ()),
                client.create(&BUCKET, &object).await.map(|_| ()),
                client.replace(&BUCKET, &object).await.map(|_| ()),
                client.delete(&BUCKET, namespace, name).await,
            ];
            for error in errors {
                let error = error.unwrap_err().to_string();
                assert!(error.contains("is not a valid name"), "{error}");
                assert!(!error.contains("attempt"), "{error}");
            }
        }
        // An object with an invalid name does not exist, so that a read or destroy of it succeeds.
        let now = Duration::ZERO;
        assert_eq!(
            client.service("tenant-demo", name, now).await.unwrap(),
            None
        );
        assert!(
            client
                .secret("tenant-demo", name, now)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(client.tenant_metadata(name, now).await.unwrap(), None);
        assert!(client.list(&BUCKET, name, now, |_| true).await.is_none());
        client.watch(&BUCKET, name).started().await;
        client.watch_workloads(name).started().await;
        let below = format!("tenant-a{name}-b");
        assert!(name.is_empty() || !client.is_tenant_deleted(&below).await);
    }
    assert_eq!(platform.total().await, 0, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_unauthorized() {
    let platform = Platform::start(&[]);
    let client = platform.client_with_token("wrong").await;
    let error = client.get(&BUCKET, "tenant-demo", "b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert_eq!(platform.total().await, 1, "there is nothing to read anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_an_error_with_the_address_within_seconds() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    let address = platform.address();
    drop(platform);
    let waited = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        client.get(&BUCKET, "tenant-demo", "b"),
    );
    let error = waited.await.unwrap().unwrap_err().to_string();
    assert!(error.contains(&address), "{error} lacks {address}");
}
