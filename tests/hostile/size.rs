//! A response that is too large uses neither much memory nor much time, and is reported as too large.

use std::sync::Arc;
use std::time::Duration;

use hikube_standin::Options;
use tokio::task::JoinSet;

use crate::bodies::{self, Size};
use crate::calls::{Answer, Call, Scene, Which};
use crate::platform::Platform;
use crate::plugin::{MOST_MEMORY, Plugin, limited};
use crate::server::{Deed, Head, Server};
use crate::table::Table;

/// Long enough for a slow machine to read a response up to its limit.
const REQUEST_TIMEOUT: &str = "8s";

/// For that, with `timeouts` of 6 s.
const LIMIT_OF_READS: Duration = Duration::from_secs(10);
const LIMIT_OF_WRITES: Duration = Duration::from_secs(10);

/// The maximum that is read.
const LONGEST_MESSAGE: usize = 16 << 10;

/// The response that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Object,
    List,
    TenantSecrets,
    /// That of the core API, if the tenant's view is forbidden.
    Secrets,
    Services,
    Index,
    Document,
    Created,
    Replaced,
    Deleted,
    Stream,
    Workloads,
    WorkloadStream,
}

/// The effect of a response that is too large on a call.
#[derive(PartialEq, Eq)]
enum Needed {
    /// The response is required: an error.
    Yes,
    /// There are fewer checks without it: a warning.
    Warning,
    /// Another request has the same information.
    No,
}

const PLACES: &[(Place, &[Which], Needed)] = &[
    (
        Place::Object,
        &[
            Which::Read,
            Which::DataSource,
            Which::Ephemeral,
            Which::Update,
        ],
        Needed::Yes,
    ),
    (Place::List, &[Which::Read, Which::Delete], Needed::No),
    (
        Place::TenantSecrets,
        &[Which::Read, Which::DataSource, Which::Ephemeral],
        Needed::Yes,
    ),
    (
        Place::Secrets,
        &[Which::Read, Which::DataSource, Which::Ephemeral],
        Needed::Yes,
    ),
    (
        Place::Services,
        &[Which::Read, Which::DataSource, Which::Ephemeral],
        Needed::Yes,
    ),
    (
        Place::Index,
        &[Which::PlanCreate, Which::PlanUpdate],
        Needed::Warning,
    ),
    (
        Place::Document,
        &[Which::PlanCreate, Which::PlanUpdate],
        Needed::Warning,
    ),
    (Place::Created, &[Which::Create], Needed::No),
    (Place::Replaced, &[Which::Update], Needed::No),
    (Place::Deleted, &[Which::Delete], Needed::No),
    (Place::Stream, &[Which::Create, Which::Delete], Needed::No),
    (Place::Workloads, &[Which::Delete], Needed::No),
    (Place::WorkloadStream, &[Which::Delete], Needed::No),
];

impl Place {
    fn has(self, head: &Head) -> bool {
        let is_get = head.method == "GET" && !head.is_watch();
        let is_of = |part: &str| head.path.split('/').any(|one| one == part);
        let is_list = |part: &str| head.last() == part;
        match self {
            Place::Object => is_get && is_of("postgreses") && !is_list("postgreses"),
            Place::List => is_get && is_list("postgreses"),
            Place::TenantSecrets => is_of("tenantsecrets"),
            Place::Secrets => is_of("secrets"),
            Place::Services => is_of("services"),
            Place::Index => head.path == "/openapi/v3",
            Place::Document => head.path.starts_with("/openapi/v3/"),
            Place::Created => head.method == "POST" && is_list("postgreses"),
            Place::Replaced => head.method == "PUT",
            Place::Deleted => head.method == "DELETE",
            Place::Stream => head.is_watch() && is_list("postgreses"),
            Place::Workloads => is_get && is_list("workloads"),
            Place::WorkloadStream => head.is_watch() && is_list("workloads"),
        }
    }
}

/// One call with such a response: its peak memory, and its errors.
async fn met(
    scene: &Scene,
    (place, which, needed): (Place, Which, &Needed),
    size: Size,
    calls: Vec<Call>,
) -> (Duration, u64, Vec<String>) {
    let server = Server::start(Some(scene.backend()), move |head| {
        if place.has(head) {
            size.answer(head)
        } else if place == Place::Secrets && Place::TenantSecrets.has(head) {
            Deed::forbidden()
        } else {
            Deed::Pass
        }
    });
    let plugin = Plugin::start(&limited(scene.block(server.address), REQUEST_TIMEOUT)).await;
    let sent: Vec<_> = calls
        .into_iter()
        .map(|call| tokio::spawn(call.send(plugin.core.client())))
        .collect();
    let (mut longest, mut problems) = (Duration::ZERO, Vec::new());
    for one in sent {
        let answer = one.await.unwrap();
        longest = longest.max(answer.took);
        problems.extend(wrong(which, needed, size, &answer));
    }
    // Background reads continue after the call.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let peak = plugin.peak();
    if peak > MOST_MEMORY || peak == 0 {
        problems.push(format!("it took {} MiB of memory", peak >> 10));
    }
    if server.met() == 0 {
        problems.push("it did not ask for that".to_owned());
    }
    (longest, peak, problems)
}

fn wrong(which: Which, needed: &Needed, size: Size, answer: &Answer) -> Vec<String> {
    let mut problems = Vec::new();
    let limit = if which.is_read() {
        LIMIT_OF_READS
    } else {
        LIMIT_OF_WRITES
    };
    if answer.took > limit {
        problems.push(format!("it took {:.1?}", answer.took));
    }
    if let Some(fault) = &answer.fault {
        problems.push(fault.clone());
    } else if which.has_state() && *needed == Needed::Yes && !answer.keeps_state() {
        problems.push(format!("the state is lost: {}", answer.text()));
    }
    let is_due = |message: &&crate::wire::Message| {
        let text = format!("{} {}", message.summary, message.detail).to_lowercase();
        let says_it = text.contains("too large") || text.contains("larger than");
        message.is_error == (*needed == Needed::Yes) && says_it
    };
    let says_it = answer.messages.0.iter().any(|message| is_due(&message));
    if *needed != Needed::No && size.is_too_large() && !says_it {
        problems.push(format!(
            "it does not say that it was too large: {}",
            answer.text()
        ));
    }
    if *needed == Needed::Yes && !size.is_small() && !answer.messages.fail() {
        problems.push(format!("it is no error: {}", answer.text()));
    }
    if answer.text().len() > LONGEST_MESSAGE {
        let length = answer.text().len();
        problems.push(format!("its message has {length} bytes"));
    }
    if *needed == Needed::Warning && answer.messages.fail() {
        problems.push(format!("it is not only a warning: {}", answer.text()));
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_is_not_taken() {
    // A delete uses the watch if the object is not gone immediately.
    let options = Options {
        delete_after: Duration::from_millis(600),
        ..Platform::quick()
    };
    let scene = Arc::new(Scene::with(options).await);
    let [one, other] = [scene.object("db").await, scene.object("db-2").await];
    let mut all = JoinSet::new();
    for (place, calls, needed) in PLACES {
        for (n, &size) in bodies::ALL.iter().enumerate() {
            // Each kind of size for each response, and each call for each response.
            let which = calls[n % calls.len()];
            let name = match which {
                Which::Create => format!("new-{place:?}-{n}").to_lowercase(),
                // An object of its own, because those of the other cases must not change.
                Which::Update | Which::Delete => format!("own-{place:?}-{n}").to_lowercase(),
                _ => "db".to_owned(),
            };
            let object = match which {
                Which::Update | Which::Delete => scene.object(&name).await,
                _ => one.clone(),
            };
            let mut made = vec![scene.call(which, &name, &object).await];
            // Concurrent reads share a list.
            if *place == Place::List && which == Which::Read {
                made.push(scene.call(which, "db-2", &other).await);
            }
            let scene = Arc::clone(&scene);
            all.spawn(async move {
                let done = met(&scene, (*place, which, needed), size, made).await;
                (format!("{place:?}"), which, size, done)
            });
        }
    }
    let (mut table, mut problems) = (Table::default(), Vec::new());
    while let Some(done) = all.join_next().await {
        let (row, which, size, (took, peak, found)) = done.unwrap();
        let column = format!("{size:?}");
        let cell = format!("{} MiB, {:.1} s", peak >> 10, took.as_secs_f64());
        table.put(&row, &column, cell);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{row}, {column}, {which:?}: {problem}")),
        );
    }
    table.print("Peak memory of the plugin and time of the call, by place and answer");
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Concurrent calls, like those of a plan with many resources.
#[tokio::test(flavor = "multi_thread")]
async fn many_answers_that_are_too_large_at_once_are_no_larger() {
    let scene = Arc::new(Scene::new().await);
    let object = scene.object("db").await;
    let mut all = JoinSet::new();
    for &size in bodies::ALL {
        let mut calls = Vec::new();
        for n in 0..8 {
            let name = format!("db-{n}");
            for which in [Which::DataSource, Which::Read, Which::PlanCreate] {
                calls.push((which, scene.call(which, &name, &object).await));
            }
        }
        let scene = Arc::clone(&scene);
        all.spawn(async move {
            let server = Server::start(Some(scene.backend()), move |head| {
                if head.method == "GET" {
                    size.answer(head)
                } else {
                    Deed::Pass
                }
            });
            let block = limited(scene.block(server.address), REQUEST_TIMEOUT);
            let plugin = Plugin::start(&block).await;
            let sent: Vec<_> = calls
                .into_iter()
                .map(|(which, call)| (which, tokio::spawn(call.send(plugin.core.client()))))
                .collect();
            let (mut longest, mut taken) = (Duration::ZERO, Vec::new());
            for (which, one) in sent {
                let answer = one.await.unwrap();
                longest = longest.max(answer.took);
                // A plan succeeds without the response, with a warning.
                let is_refused = answer.messages.fail()
                    || which == Which::PlanCreate && !answer.messages.0.is_empty();
                if !is_refused {
                    taken.push(format!("{size:?}, {which:?} took it: {}", answer.text()));
                }
            }
            assert!(server.met() > 0, "{size:?}: nothing was asked");
            (size, longest, plugin.peak(), taken)
        });
    }
    let mut table = Table::default();
    let mut problems = Vec::new();
    while let Some(done) = all.join_next().await {
        let (size, took, peak, taken) = done.unwrap();
        problems.extend(taken);
        let column = format!("{size:?}");
        let cell = format!("{} MiB, {:.1} s", peak >> 10, took.as_secs_f64());
        table.put("24 calls", &column, cell);
        if peak > MOST_MEMORY || peak == 0 {
            problems.push(format!("{column}: {} MiB of memory", peak >> 10));
        }
    }
    table.print("Peak memory of the plugin and time of the slowest of many calls, by answer");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
