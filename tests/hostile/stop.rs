//! A call ends shortly after Terraform is interrupted, even if the API does not respond.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::calls::{self, Call, Scene, Which};
use crate::plugin::Plugin;
use crate::silence::{self, Silence, Silent};
use crate::table::Table;

const LIMIT: Duration = Duration::from_secs(2);

/// One call: the time from the interrupt to its end, and its errors.
async fn stopped(which: Which, call: Call, silence: Silence) -> (Duration, Vec<String>) {
    let silent = Silent::start(silence);
    let plugin = Plugin::start(&silent.block()).await;
    let sent = tokio::spawn(call.send(plugin.core.client()));
    silent.met().await;
    let ended_alone = sent.is_finished();
    plugin.core.stop().await;
    let begun = Instant::now();
    let answer = sent.await.unwrap();
    let after = begun.elapsed();
    let mut problems = Vec::new();
    if ended_alone {
        problems.push("it did not wait for the API".to_owned());
    }
    if after > LIMIT {
        problems.push(format!("it went on for {after:.1?} after the stop"));
    }
    if let Some(fault) = &answer.fault {
        problems.push(fault.clone());
    } else if which.has_state() && !answer.keeps_state() {
        problems.push(format!("the state is lost: {}", answer.text()));
    }
    (after, problems)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_ends_soon_after_a_stop() {
    let scene = Scene::new().await;
    let object = scene.object("db").await;
    let mut all = JoinSet::new();
    for &which in calls::ALL {
        let name = if which == Which::Create { "new" } else { "db" };
        let call = scene.call(which, name, &object).await;
        for &silence in silence::ALL {
            let call = call.clone();
            all.spawn(async move { (which, silence, stopped(which, call, silence).await) });
        }
    }
    let (mut table, mut problems) = (Table::default(), Vec::new());
    while let Some(done) = all.join_next().await {
        let (which, silence, (after, found)) = done.unwrap();
        let (row, column) = (format!("{which:?}"), format!("{silence:?}"));
        table.put(&row, &column, format!("{:.2} s", after.as_secs_f64()));
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{row}, {column}: {problem}")),
        );
    }
    table.print("From StopProvider's answer to the end of the call");
    problems.sort();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
