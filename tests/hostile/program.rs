//! The program that provides credentials: what it prints is bounded, and nothing of it outlives the call.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::calls::{Scene, Which};
use crate::plugin::{MOST_MEMORY, Plugin, limited};
use crate::server::{Deed, Server};
use crate::table::Table;

/// For a `request_timeout` of 3 s.
const LIMIT: Duration = Duration::from_millis(5500);

/// Scripts, and whether they give credentials. Each first writes down its number and that of a child that
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

/// Whether a process is there and has not ended.
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

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_bounded_and_gone_when_the_call_ends() {
    let scene = Scene::new().await;
    let object = scene.object("db").await;
    let call = scene.call(Which::Read, "db", &object).await;
    let server = Server::start(Some(scene.backend()), |_| Deed::Pass);
    let block = limited(scene.block(server.address), "3s");
    let mut all = JoinSet::new();
    for &(name, script, gives) in SCRIPTS {
        let (mut block, call) = (block.clone(), call.clone());
        let token = block["token"]
            .take()
            .as_str()
            .unwrap_or_default()
            .to_owned();
        block.as_object_mut().unwrap().remove("token");
        all.spawn(async move {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("ids");
            let script = script.replace("TOKEN", &token);
            block["exec"] = json!({
                "api_version": "client.authentication.k8s.io/v1",
                "command": "sh",
                "args": ["-c", format!("sleep 120 & echo $$ $! > {}; {script}", file.display())],
            });
            let plugin = Plugin::start(&block).await;
            let answer = call.send(plugin.core.client()).await;
            // The system takes a moment to end a process.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let mut problems = Vec::new();
            let ids = ids(&file);
            assert_eq!(ids.len(), 2, "{name}: the program did not run");
            for (id, what) in ids.iter().zip(["the program", "its child"]) {
                if lives(id) {
                    problems.push(format!("{what} goes on"));
                    let _ = Command::new("kill").args(["-KILL", id]).status();
                }
            }
            let peak = plugin.peak();
            if peak > MOST_MEMORY || peak == 0 {
                problems.push(format!("it took {} MiB of memory", peak >> 10));
            }
            if answer.took > LIMIT {
                problems.push(format!("it took {:.1?}", answer.took));
            }
            if let Some(fault) = &answer.fault {
                problems.push(fault.clone());
            } else if !answer.keeps_state() {
                problems.push(format!("the state is lost: {}", answer.text()));
            }
            if answer.messages.fail() == gives {
                problems.push(format!(
                    "it should{} fail: {}",
                    if gives { " not" } else { "" },
                    answer.text()
                ));
            }
            drop(plugin);
            (name, answer.took, peak, problems)
        });
    }
    let (mut table, mut problems) = (Table::default(), Vec::new());
    while let Some(done) = all.join_next().await {
        let (name, took, peak, found) = done.unwrap();
        table.put(name, "time", format!("{:.1} s", took.as_secs_f64()));
        table.put(name, "peak memory", format!("{} MiB", peak >> 10));
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("a program that {name}: {problem}")),
        );
    }
    table.print("A program for credentials, by what it does");
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
