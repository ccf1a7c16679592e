//! Credential programs: their output is limited, and none of their processes outlives the call.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use crate::calls::{Answer, Call, Scene, Which};
use crate::plugin::{MOST_MEMORY, Plugin, limited};
use crate::server::{Deed, Server};
use crate::table::Table;

/// For a `request_timeout` of 3 s.
const LIMIT: Duration = Duration::from_millis(5500);

/// For a call that is interrupted.
const LIMIT_OF_STOP: Duration = Duration::from_secs(2);

/// Scripts, and whether they print credentials. Each first writes its process ID and that of a child process that
/// outlives it.
const SCRIPTS: &[(&str, &str, bool)] = &[
    ("waits", "exec sleep 120", false),
    ("prints without end", "exec yes", false),
    ("complains without end", "exec yes >&2", false),
    ("prints a line without end", "exec cat /dev/zero", false),
    (
        "prints and complains a lot",
        "head -c 200000000 /dev/zero; head -c 200000000 /dev/zero >&2; exit 1",
        false,
    ),
    (
        "does not hear",
        "trap '' TERM HUP INT; while :; do sleep 120; done",
        false,
    ),
    (
        "leaves a child that holds its output",
        r#"echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "TOKEN"}}'"#,
        true,
    ),
];

/// Whether a process is running.
fn lives(id: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = status
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

fn ids(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// The result of a call that required such a program: its peak memory, and its errors.
async fn ran(
    mut block: Json,
    script: &str,
    call: Call,
    is_stopped: bool,
) -> (Answer, u64, Vec<String>) {
    let token = block["token"].take();
    block.as_object_mut().unwrap().remove("token");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ids");
    let script = script.replace("TOKEN", token.as_str().unwrap());
    block["exec"] = json!({
        "api_version": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", format!("sleep 120 & echo $$ $! > {}; {script}", file.display())],
    });
    let plugin = Plugin::start(&block).await;
    let sent = tokio::spawn(call.send(plugin.core.client()));
    let mut problems = Vec::new();
    if is_stopped {
        tokio::time::sleep(Duration::from_millis(500)).await;
        plugin.core.stop().await;
    }
    let begun = Instant::now();
    let answer = sent.await.unwrap();
    if is_stopped && begun.elapsed() > LIMIT_OF_STOP || answer.took > LIMIT {
        problems.push(format!("it took {:.1?}", answer.took));
    }
    // It is asked to end, and killed if it does not.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let ids = ids(&file);
    assert_eq!(ids.len(), 2, "the program did not run");
    // A process that a program leaves running when it ends by itself, such as a browser for a login, is not stopped.
    let is_over = !answer.messages.fail();
    for (id, what) in ids.iter().zip(["the program", "its child"]) {
        if lives(id) && is_over && what == "its child" {
            let _ = Command::new("kill").args(["-KILL", id]).status();
        } else if lives(id) {
            problems.push(format!("{what} goes on"));
            let _ = Command::new("kill").args(["-KILL", id]).status();
        }
    }
    let peak = plugin.peak();
    if peak > MOST_MEMORY || peak == 0 {
        problems.push(format!("it took {} MiB of memory", peak >> 10));
    }
    if let Some(fault) = &answer.fault {
        problems.push(fault.clone());
    } else if !answer.keeps_state() {
        problems.push(format!("the state is lost: {}", answer.text()));
    }
    (answer, peak, problems)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_program_is_limited_and_ends_with_the_call() {
    let scene = Scene::new().await;
    let object = scene.object("db").await;
    let call = scene.call(Which::Read, "db", &object).await;
    let server = Server::start(Some(scene.backend()), |_| Deed::Pass);
    let block = limited(scene.block(server.address), "3s");
    let mut all = JoinSet::new();
    for &(name, script, gives) in SCRIPTS {
        for is_stopped in [false, true] {
            let (block, call) = (block.clone(), call.clone());
            all.spawn(async move {
                let (answer, peak, mut problems) = ran(block, script, call, is_stopped).await;
                if gives && answer.messages.fail() && !is_stopped {
                    problems.push(format!("it should not fail: {}", answer.text()));
                }
                if !gives && !answer.messages.fail() {
                    problems.push("it should fail".to_owned());
                }
                (name, is_stopped, answer.took, peak, problems)
            });
        }
    }
    let (mut table, mut problems) = (Table::default(), Vec::new());
    while let Some(done) = all.join_next().await {
        let (name, is_stopped, took, peak, found) = done.unwrap();
        let stopped = if is_stopped {
            ", stopped after 0.5 s"
        } else {
            ""
        };
        let cell = format!("{} MiB, {:.1} s", peak >> 10, took.as_secs_f64());
        table.put(name, &format!("peak memory and time{stopped}"), cell);
        let found = found.into_iter();
        problems.extend(found.map(|problem| format!("a program that {name}{stopped}: {problem}")));
    }
    table.print("A program for credentials, by what it does");
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
