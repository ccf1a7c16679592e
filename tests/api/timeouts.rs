//! Timeouts, retries and interrupts.

use std::time::Duration;

use hikube::api::{Client, ErrorKind};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::bucket;
use crate::platform::{BUCKET, Platform};

/// Much longer than any of these tests takes, and shorter than the timeout of a single request.
const SOON: Duration = Duration::from_secs(15);

fn within(client: &Client, time: Duration) -> (Client, watch::Sender<bool>) {
    let (stop, stopped) = watch::channel(false);
    (client.within(Instant::now() + time, stopped), stop)
}

async fn get(client: &Client) -> Result<Option<hikube::api::Object>, hikube::api::Error> {
    let answer = client.get_opt(&BUCKET, "tenant-demo", "b");
    timeout(SOON, answer).await.expect("it ends in time")
}

/// Waits until a request has arrived.
async fn asked(platform: &Platform) {
    while platform.total().await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_observed() {
    let platform = Platform::start(&["status=429,every=1,retry-after=3"]);
    let (client, _stop) = within(&platform.client().await, Duration::from_millis(4500));
    let error = get(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(
        error.to_string().contains("`Retry-After` is longer"),
        "{error}"
    );
    // With the usual pauses, there would have been six or more attempts.
    assert!(platform.total().await <= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_retried_until_the_deadline() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    assert_eq!(get(&client).await.unwrap(), None);
    platform.fault("status=503,every=1").await;
    let (client, _stop) = within(&client, Duration::from_secs(4));
    let error = get(&client).await.unwrap_err().to_string();
    assert!(
        error.contains(" attempts in ") && error.contains("no time was left"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_ends_a_request_that_hangs() {
    let platform = Platform::start(&["hang"]);
    let (client, _stop) = within(&platform.client().await, Duration::from_secs(1));
    let error = get(&client).await.unwrap_err().to_string();
    assert!(
        error.contains("the time of the operation is over"),
        "{error}"
    );
    let total = platform.total().await;
    get(&client).await.unwrap_err();
    assert_eq!(platform.total().await, total, "nothing is sent after it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_joins_a_list_waits_within_its_own_deadline() {
    let platform = Platform::start(&["hang"]);
    let client = platform.client().await;
    let (long, _stop) = within(&client, Duration::from_secs(600));
    let (short, _stop) = within(&client, Duration::from_secs(1));
    let joined = timeout(SOON, short.read_opt(&BUCKET, "tenant-demo", "b"));
    let answer = tokio::select! {
        biased;
        _ = long.read_opt(&BUCKET, "tenant-demo", "a") => panic!("nothing is answered"),
        answer = joined => answer.expect("it ends in time"),
    };
    let error = answer.unwrap_err().to_string();
    assert!(
        error.contains("the time of the operation is over"),
        "{error}"
    );
    let requests = &platform.stats().await["requests"];
    assert_eq!(requests["list"]["buckets"], 1, "{requests}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_a_request_that_hangs_and_a_pause() {
    let said = ["stopped before a response arrived", "then stopped"];
    // The response may or may not arrive before the interrupt, so both results are valid.
    for (fault, said) in [
        ("hang", &said[..1]),
        ("status=503,every=1,retry-after=100", &said[..]),
    ] {
        let platform = Platform::start(&[fault]);
        let (client, stop) = within(&platform.client().await, Duration::from_secs(600));
        let stopping = async {
            asked(&platform).await;
            stop.send(true).unwrap();
        };
        let (answer, ()) = tokio::join!(get(&client), stopping);
        let error = answer.unwrap_err().to_string();
        assert!(said.iter().any(|said| error.contains(said)), "{error}");
        assert_eq!(platform.total().await, 1, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_without_a_response_is_looked_up_before_the_deadline() {
    for stops in [false, true] {
        let platform = Platform::start(&["hang,verb=POST"]);
        let time = Duration::from_secs(if stops { 600 } else { 2 });
        let (client, stop) = within(&platform.client().await, time);
        let stopping = async {
            asked(&platform).await;
            stop.send(stops).unwrap();
        };
        let object = bucket("b");
        let made = timeout(SOON, client.create(&BUCKET, &object));
        let (made, ()) = tokio::join!(made, stopping);
        let error = made.expect("it ends in time").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Uncertain, "{error}");
        let requests = &platform.stats().await["requests"];
        assert_eq!(requests["create"]["buckets"], 1, "stopped: {stops}");
        assert!(
            requests["get"]["buckets"].as_u64() >= Some(1),
            "stopped: {stops}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_with_a_lost_response_near_the_deadline_is_found() {
    let platform = Platform::start(&["lost,verb=POST"]);
    let (client, _stop) = within(&platform.client().await, Duration::from_secs(4));
    let made = client.create(&BUCKET, &bucket("b")).await.unwrap();
    assert_eq!(made.name, "b");
    assert_eq!(platform.stats().await["objects"], 1);
}

/// If the lookup of the object fails as well, the error is that of the create.
#[tokio::test(flavor = "multi_thread")]
async fn a_create_with_a_lost_response_and_a_forbidden_lookup_is_uncertain() {
    let platform = Platform::start(&["lost,verb=POST", "status=403,verb=GET,every=1"]);
    let client = platform.client().await;
    let made = timeout(SOON, client.create(&BUCKET, &bucket("b"))).await;
    let error = made.expect("it ends in time").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Uncertain, "{error}");
    let requests = &platform.stats().await["requests"];
    assert_eq!(requests["create"]["buckets"], 1, "{requests}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unprocessed_write_is_sent_again() {
    let platform = Platform::start(&[]);
    let client = platform.client().await;
    let made = client.create(&BUCKET, &bucket("b")).await.unwrap();
    platform.reset().await;
    platform.fault("status=429,every=2,verb=PUT").await;
    for _ in 0..3 {
        client.replace(&BUCKET, &made).await.unwrap();
    }
    assert_eq!(platform.stats().await["requests"]["update"]["buckets"], 5);
    platform.fault("status=502,every=1,verb=PUT").await;
    platform.reset().await;
    let error = client.replace(&BUCKET, &made).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Uncertain, "{error}");
    assert_eq!(platform.total().await, 1);
}
