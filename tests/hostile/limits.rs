//! A call that reads or plans ends by itself, even if the API does not respond.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::calls::{self, Answer, Call, Scene};
use crate::plugin::{Plugin, has_request_timeout, limited};
use crate::silence::{self, Silence, Silent};
use crate::table::Table;

/// For a `request_timeout` of 3 s.
const LIMIT: Duration = Duration::from_millis(5500);

/// The parts of a message that state what to do.
const ADVICE: &[&str] = &["check", "raise", "increase", "try again", "request_timeout"];

async fn ended(call: Call, silence: Silence) -> (Answer, Vec<String>) {
    let silent = Silent::start(silence);
    let plugin = Plugin::start(&limited(silent.block(), "3s")).await;
    let answer = call.send(plugin.core.client()).await;
    let mut problems = Vec::new();
    if answer.took > LIMIT {
        problems.push(format!("it took {:.1?}", answer.took));
    }
    let text = answer.text();
    let lower = text.to_lowercase();
    if !text.contains(&silent.name()) {
        problems.push(format!(
            "it does not say that {} is silent: {text}",
            silent.name()
        ));
    }
    if !ADVICE.iter().any(|advice| lower.contains(advice)) {
        problems.push(format!("it does not say what to do: {text}"));
    }
    (answer, problems)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_and_plan_ends_by_itself() {
    let scene = Scene::new().await;
    let object = scene.object("db").await;
    let mut all = JoinSet::new();
    for &which in calls::ALL.iter().filter(|which| which.is_read()) {
        let call = scene.call(which, "db", &object).await;
        for &silence in silence::ALL {
            let call = call.clone();
            all.spawn(async move { (which, silence, ended(call, silence).await) });
        }
    }
    let (mut table, mut problems) = (Table::default(), Vec::new());
    if !has_request_timeout() {
        problems.push("the provider block has no `request_timeout`".to_owned());
    }
    while let Some(done) = all.join_next().await {
        let (which, silence, (answer, found)) = done.unwrap();
        let (row, column) = (format!("{which:?}"), format!("{silence:?}"));
        table.put(&row, &column, format!("{:.1} s", answer.took.as_secs_f64()));
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{row}, {column}: {problem}")),
        );
    }
    table.print("Time of a call with `request_timeout = \"3s\"`");
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
