//! A response about another object than the requested one is an error, and does not change the state.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::calls::{Answer, Call, Scene, Which};
use crate::platform::Platform;
use crate::plugin::{Plugin, limited};
use crate::server::{Deed, Head, Server};
use crate::terraform::Stated;
use crate::wire::{at, model, unpack};

/// The part of a response that belongs to another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    Name,
    Namespace,
    Kind,
}

/// The affected response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Object,
    List,
    Created,
    Replaced,
    TenantSecret,
    Secret,
    Service,
}

const READS: &[Which] = &[Which::Read, Which::DataSource, Which::Ephemeral];

const PLACES: &[(Place, &[Which])] = &[
    (
        Place::Object,
        &[
            Which::Read,
            Which::DataSource,
            Which::Ephemeral,
            Which::Update,
        ],
    ),
    (Place::List, &[Which::Read, Which::Delete]),
    (Place::Created, &[Which::Create]),
    (Place::Replaced, &[Which::Update]),
    (Place::TenantSecret, READS),
    (Place::Secret, READS),
    (Place::Service, READS),
];

impl Place {
    /// The requested resource, and whether the request is a list.
    fn has(self, head: &Head) -> bool {
        let is_get = head.method == "GET" && !head.is_watch();
        let is_of = |part: &str| head.path.split('/').any(|one| one == part);
        match self {
            Place::Object => is_get && is_of("postgreses") && head.last() != "postgreses",
            // If the object is read by itself instead, the response is wrong as well.
            Place::List => is_get && is_of("postgreses"),
            Place::Created => head.method == "POST",
            Place::Replaced => head.method == "PUT",
            Place::TenantSecret => is_get && is_of("tenantsecrets"),
            Place::Secret => is_get && is_of("secrets"),
            Place::Service => is_get && is_of("services"),
        }
    }

    /// Texts of a response, and their replacements. The name is only in the object's metadata.
    fn other(self, other: Other, name: &str) -> Vec<(String, String)> {
        let pair = |one: String, other: String| vec![(one, other)];
        match (other, self) {
            (Other::Namespace, _) => pair(
                r#""namespace":"tenant-demo""#.to_owned(),
                r#""namespace":"tenant-evil""#.to_owned(),
            ),
            (Other::Name, Place::TenantSecret | Place::Secret) => pair(
                format!(r#""name":"postgres-{name}-credentials""#),
                format!(r#""name":"postgres-{name}-credentialz""#),
            ),
            (Other::Name, Place::Service) => pair(
                format!(r#""name":"postgres-{name}-external-write""#),
                format!(r#""name":"postgres-{name}-external-wrote""#),
            ),
            (Other::Name, _) => {
                let mut evil = name.to_owned();
                evil.replace_range(0..1, "x");
                pair(format!(r#""name":"{name}""#), format!(r#""name":"{evil}""#))
            }
            (Other::Kind, Place::TenantSecret | Place::Secret) => pair(
                r#"Secret","metadata""#.to_owned(),
                r#"Sekret","metadata""#.to_owned(),
            )
            .into_iter()
            .chain(pair(
                r#""kind":"TenantSecret""#.to_owned(),
                r#""kind":"TenantSekret""#.to_owned(),
            ))
            .chain(pair(
                r#""kind":"Secret""#.to_owned(),
                r#""kind":"Sekret""#.to_owned(),
            ))
            .collect(),
            (Other::Kind, Place::Service) => pair(
                r#""kind":"Service""#.to_owned(),
                r#""kind":"Servant""#.to_owned(),
            ),
            (Other::Kind, _) => pair(
                r#""kind":"Postgres""#.to_owned(),
                r#""kind":"Postgret""#.to_owned(),
            ),
        }
    }
}

/// The errors in the result of a call after such a response.
fn wrong(place: Place, which: Which, name: &str, object: &Stated, answer: &Answer) -> Vec<String> {
    let (text, ty) = (answer.text(), &model("hikube_postgres").value_type);
    let state = unpack(
        answer
            .state
            .as_ref()
            .filter(|_| !which.is_read() || which.has_state()),
        ty,
    );
    let is_ours = at(&state, "id").as_str() == Some(&format!("tenant-demo/{name}"));
    // The outcome of a write can also be found by a read.
    let is_written = matches!(place, Place::Created | Place::Replaced);
    if is_written && !answer.messages.fail() && answer.fault.is_none() {
        let problem = (!is_ours).then(|| "the state is of another".to_owned());
        return problem.into_iter().collect();
    }
    let mut problems = Vec::new();
    if !answer.messages.fail() || !text.to_lowercase().contains("invalid response") {
        problems.push(format!("it is no error of an invalid response: {text}"));
    }
    // Two concurrent reads, for different objects.
    let is_one_of_two = place == Place::List && which == Which::Read;
    if which.has_state() && (state.is_null() || !is_one_of_two && state != object.state) {
        problems.push("the state is another".to_owned());
    }
    if which == Which::Create && answer.keeps_state() && !is_ours {
        problems.push("the state is of another".to_owned());
    }
    problems
}

async fn asked(
    scene: &Scene,
    (place, other, which): (Place, Other, Which),
    name: String,
    calls: Vec<Call>,
    object: Stated,
) -> Vec<String> {
    let pairs = place.other(other, &name);
    let server = Server::start(Some(scene.backend()), move |head| {
        let is_part = matches!(head.last(), "tenantsecrets" | "secrets" | "services");
        let hides_view = place == Place::Secret && head.path.contains("/tenantsecrets");
        if hides_view || is_part && other == Other::Name && !head.is_watch() {
            // Each object is then read by itself, because it is missing in the list.
            Deed::forbidden()
        } else if place.has(head) {
            Deed::Rewrite(pairs.clone())
        } else {
            Deed::Pass
        }
    });
    let plugin = Plugin::start(&limited(scene.block(server.address), "3s")).await;
    let sent: Vec<_> = calls
        .into_iter()
        .map(|call| tokio::spawn(call.send(plugin.core.client())))
        .collect();
    let mut problems = Vec::new();
    for one in sent {
        let answer = one.await.unwrap();
        problems.extend(wrong(place, which, &name, &object, &answer));
    }
    if server.changed() == 0 {
        problems.push("it did not ask for that".to_owned());
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_another_object_is_an_error() {
    let scene = Arc::new(Scene::new().await);
    let [one, second] = [scene.object("db").await, scene.object("db-2").await];
    let mut all = JoinSet::new();
    for (place, calls) in PLACES {
        for other in [Other::Name, Other::Namespace, Other::Kind] {
            // An object that is missing in the list does not exist.
            if *place == Place::List && other == Other::Name {
                continue;
            }
            for &which in *calls {
                let own = format!("{which:?}-{place:?}-{other:?}").to_lowercase();
                let (name, object) = match which {
                    Which::Create => (own, Stated::default()),
                    Which::Update | Which::Delete => {
                        let object = scene.object(&own).await;
                        (own, object)
                    }
                    _ => ("db".to_owned(), one.clone()),
                };
                let mut made = vec![scene.call(which, &name, &object).await];
                if *place == Place::List && which == Which::Read {
                    made.push(scene.call(which, "db-2", &second).await);
                }
                let scene = Arc::clone(&scene);
                all.spawn(async move {
                    let problems = asked(&scene, (*place, other, which), name, made, object).await;
                    (format!("{place:?}, {other:?}, {which:?}"), problems)
                });
            }
        }
    }
    let mut problems = Vec::new();
    while let Some(done) = all.join_next().await {
        let (case, found) = done.unwrap();
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{case}: {problem}")),
        );
    }
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// A watch event for the deletion of an object with the same name in another namespace, or of another kind.
async fn deleted_elsewhere(scene: &Scene, name: &str, kind: &str, namespace: &str) -> Vec<String> {
    let object = scene.object(name).await;
    let call = scene.call(Which::Delete, name, &object).await;
    let object = json!({"apiVersion": "apps.cozystack.io/v1alpha1", "kind": kind, "metadata": {
        "name": name, "namespace": namespace, "uid": "u-1", "resourceVersion": "99999999"}});
    let event = json!({"type": "DELETED", "object": object}).to_string() + "\n";
    let server = Server::start(Some(scene.backend()), move |head| {
        if !head.is_watch() || head.last() != "postgreses" {
            return Deed::Pass;
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
        let rest = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(200));
            Vec::new()
        });
        let pieces = std::iter::once(event.clone().into_bytes()).chain(rest.take(50));
        Deed::Answer(head.to_owned(), Box::new(pieces))
    });
    let plugin = Plugin::start(&limited(scene.block(server.address), "3s")).await;
    let answer = call.send(plugin.core.client()).await;
    let mut problems = Vec::new();
    if server.met() == 0 {
        problems.push("it did not follow the stream".to_owned());
    }
    if !answer.messages.fail() || !answer.keeps_state() {
        problems.push(format!("it took that for its object: {}", answer.text()));
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_another_object_in_the_stream_is_not_the_end_of_ours() {
    let names = ["slow-1", "slow-2"].map(str::to_owned);
    let scene = Scene::with(hikube_standin::Options {
        slow_delete: names.into(),
        ..Platform::quick()
    })
    .await;
    let (one, other) = tokio::join!(
        deleted_elsewhere(&scene, "slow-1", "Postgres", "tenant-evil"),
        deleted_elsewhere(&scene, "slow-2", "Bucket", "tenant-demo"),
    );
    let problems: Vec<String> = one.into_iter().chain(other).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
