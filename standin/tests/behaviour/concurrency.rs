//! The label race, and reads that lag behind writes.
use crate::client::{Api, named, quick};
use hikube_standin::{End, Options, Release};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn bare(name: &str) -> Value {
    json!({"metadata": {"name": name}, "spec": {}})
}

/// Sends all requests concurrently. Returns the status codes, 0 for requests without a response.
async fn at_once(api: &Arc<Api>, bodies: Vec<Value>) -> Vec<u16> {
    let sent: Vec<_> = bodies
        .into_iter()
        .map(|body| {
            let api = api.clone();
            tokio::spawn(async move {
                let path = format!("{}/redises", crate::client::DEMO);
                let answer = api.try_send("POST", &path, &[], &body.to_string()).await;
                answer.map_or(0, |answer| answer.code)
            })
        })
        .collect();
    let mut codes = Vec::new();
    for task in sent {
        codes.push(task.await.expect("a task"));
    }
    codes
}

#[tokio::test]
async fn objects_without_labels_written_at_once_get_each_others_names() {
    let api = Arc::new(Api::start(Release::V0_41));
    let bodies = (0..10).map(|i| bare(&format!("r{i}"))).collect();
    assert_eq!(at_once(&api, bodies).await, [201; 10]);
    let mut stuck = Vec::new();
    for i in 0..10 {
        let name = format!("r{i}");
        api.get(&format!("redises/{name}")).await.expect(200);
        if api.delete(&format!("redises/{name}")).await.code == 404 {
            stuck.push(name);
        }
    }
    assert!(!stuck.is_empty());
    // A PUT restores the name.
    let path = format!("redises/{}", stuck[0]);
    api.get(&path).await.expect(200);
    api.put(&path, &bare(&stuck[0])).await.expect(200);
    api.delete(&path).await.expect(200);
}

#[tokio::test]
async fn the_race_kills_1_6() {
    let api = Arc::new(Api::start(Release::V1_6));
    let bodies = (0..10).map(|i| bare(&format!("r{i}"))).collect();
    let codes = at_once(&api, bodies).await;
    assert!(codes.contains(&0), "{codes:?}");
    assert_eq!(api.running().end(), Some(End::Died));
    assert!(api.try_send("GET", "/version", &[], "").await.is_err());
}

#[tokio::test]
async fn the_race_fails_some_writes_of_1_3() {
    let api = Arc::new(Api::start(Release::V1_3));
    let bodies = (0..10).map(|i| bare(&format!("r{i}"))).collect();
    let codes = at_once(&api, bodies).await;
    assert!(codes.contains(&500) && codes.contains(&201), "{codes:?}");
}

#[tokio::test]
async fn one_label_each_keeps_all_writes_safe() {
    for release in Release::ALL {
        let api = Arc::new(Api::start(release));
        let names: Vec<String> = (0..20).map(|i| format!("r{i}")).collect();
        let bodies = names.iter().map(|name| named(name, json!({}))).collect();
        assert_eq!(at_once(&api, bodies).await, [201; 20]);
        for name in &names {
            api.delete(&format!("redises/{name}")).await.expect(200);
        }
    }
}

fn lagging() -> Api {
    Api::with(Options {
        lag: Duration::from_secs(1),
        ..quick(Release::V1_6)
    })
}

#[tokio::test]
async fn some_gets_right_after_a_post_are_404() {
    let api = lagging();
    let mut missed = Vec::new();
    for i in 0..150 {
        api.make("buckets", &format!("b{i}"), json!({})).await;
        if api.get(&format!("buckets/b{i}")).await.code == 404 {
            missed.push(i);
        }
    }
    assert!((1..=12).contains(&missed.len()), "{missed:?}");
    for i in missed {
        api.until(&format!("buckets/b{i}"), |answer| answer.code == 200)
            .await;
    }
}

#[tokio::test]
async fn some_gets_right_after_a_put_show_the_old_spec() {
    let api = lagging();
    let (mut old, mut old_listed) = (0, 0);
    for i in 0..60 {
        let path = format!("redises/r{i}");
        api.make("redises", &format!("r{i}"), json!({"replicas": 1}))
            .await;
        api.until(&path, |answer| answer.code == 200).await;
        api.put(&path, &named(&format!("r{i}"), json!({"replicas": 9})))
            .await
            .expect(200);
        old += u32::from(api.get(&path).await.json()["spec"]["replicas"] == 1);
        let list = api
            .get(&format!("redises?fieldSelector=metadata.name%3Dr{i}"))
            .await
            .json();
        old_listed += u32::from(list["items"][0]["spec"]["replicas"] == 1);
    }
    assert!((6..=30).contains(&old), "{old}");
    assert!(old_listed <= 5, "{old_listed}");
}

#[tokio::test]
async fn some_gets_right_after_the_end_still_show_the_object() {
    let api = lagging();
    let mut shown = 0;
    for i in 0..40 {
        let path = format!("redises/r{i}");
        api.make("redises", &format!("r{i}"), json!({})).await;
        api.until(&path, |answer| answer.code == 200).await;
        if api.delete(&path).await.code == 200 {
            // If its finalizer was already set, the object still exists and is terminating.
            let after = api.get(&path).await;
            let is_old = after.code == 200 && !after.text.contains("deletionTimestamp");
            shown += u32::from(is_old);
        }
    }
    assert!((3..=25).contains(&shown), "{shown}");
}
