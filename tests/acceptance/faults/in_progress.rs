//! A change during an installation: the platform finishes the installation first and reports `Ready` for it after the
//! change. This does not refer to the change, and the object has no finalizer (measured on 1.6 and 0.41).

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    a_destroy_leaves_nothing_running,
    an_apply_waits_for_what_it_wrote,
    with_a_queue_before_the_controller_nothing_is_left,
);

fn database(replicas: u32, attributes: &str) -> String {
    format!(
        "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  replicas = {replicas}\n  \
         {attributes}\n}}\n"
    )
}

/// Status, reason and message of `Ready`.
fn ready(platform: &Platform, name: &str) -> Option<[String; 3]> {
    let object = platform.api.get("postgreses", name)?;
    let conditions = object["status"]["conditions"].as_array()?;
    let ready = conditions
        .iter()
        .find(|condition| condition["type"] == "Ready")?;
    let text = |field: &str| ready[field].as_str().map(str::to_owned);
    Some([text("status")?, text("reason")?, text("message")?])
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let came = (0..400).any(|_| {
        thread::sleep(Duration::from_millis(25));
        is_so()
    });
    assert!(came, "it never was so");
}

fn is_progressing(platform: &Platform, name: &str) -> bool {
    ready(platform, name).is_some_and(|[_, reason, _]| reason == "Progressing")
}

/// A controller that processes another object between two generations of a database.
fn busy(platform: &Platform) -> Option<Platform> {
    platform.altered(|options| options.serial = Some(Duration::from_secs(2)))
}

/// Creates a database that is being installed, and another one in the queue.
fn begun(platform: &Platform) -> Workspace {
    let space = Workspace::on(platform);
    space
        .write(&database(2, "wait_for = \"none\""))
        .apply()
        .ok();
    wait_until(|| is_progressing(platform, &space.name));
    let api = &platform.api;
    api.create("postgreses", "Postgres", &other(&space), &json!({}));
    space
}

fn other(space: &Workspace) -> String {
    format!("{}-other", space.name)
}

fn end(platform: &Platform, space: &Workspace) {
    space.destroy().ok();
    let is_ready = || ready(platform, &other(space)).is_some_and(|[status, ..]| status == "True");
    wait_until(is_ready);
    platform.api.delete("postgreses", &other(space));
    platform.api.wait_until_gone("postgreses", &other(space));
    platform.assert_clean();
}

fn a_destroy_leaves_nothing_running(platform: &Platform) {
    let Some(platform) = &busy(platform) else {
        return;
    };
    let space = begun(platform);
    let changed = database(3, "wait_for = \"none\"");
    space.write(&changed).apply().ok();
    end(platform, &space);
}

fn an_apply_waits_for_what_it_wrote(platform: &Platform) {
    let Some(platform) = &busy(platform) else {
        return;
    };
    let space = begun(platform);
    space.write(&database(3, "")).apply().ok();
    let [status, reason, message] = ready(platform, &space.name).expect("a condition");
    assert_eq!(
        (status.as_str(), reason.as_str()),
        ("True", "UpgradeSucceeded")
    );
    assert!(message.contains(".v2 with chart"), "{message}");
    end(platform, &space);
}

fn with_a_queue_before_the_controller_nothing_is_left(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.serial = Some(Duration::from_millis(300));
    }) else {
        return;
    };
    let space = Workspace::on(platform);
    let all = |replicas: u32| {
        let all = database(replicas, "count = 10\n  wait_for = \"none\"");
        all.replace("\"NAME\"", "\"NAME-${count.index}\"")
    };
    space.write(&all(2)).apply().ok();
    let is_ready = |object: &Value| object.to_string().contains("InstallSucceeded");
    wait_until(|| platform.api.list("postgreses").iter().any(is_ready));
    space.write(&all(3)).apply().ok();
    space.destroy().ok();
    platform.assert_clean();
}
