//! Plays the platform's controller: takes each release to Ready or says why not, and ends
//! deletions.
use crate::defaults;
use crate::disks;
use crate::helm;
use crate::names;
use crate::object::Object;
use crate::options::Options;
use crate::outputs::{self, Extent};
use crate::platform::{End, Shared};
use crate::queue::{Due, Step};
use crate::store::{Key, World};
use crate::subject::{Role, Subject};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The revision of every chart; the API shows it as the application's version.
const REVISION: &str = "0.1.0+abcdef";
/// How often the controller looks at a release nothing has changed on.
const INTERVAL: Duration = Duration::from_secs(300);

/// Runs the steps as they fall due, until all is over.
pub(crate) async fn run(platform: Shared) {
    resume(&platform);
    let mut end = platform.end.subscribe();
    loop {
        let next = {
            let mut world = platform.world();
            let mut worked = false;
            while let Some(due) = world.queue.next(Instant::now()) {
                step(&mut world, &platform.options, &due);
                worked = true;
            }
            world.lag.tidy();
            if worked && let Some(path) = &platform.options.state {
                // As for writes: a file that cannot be written changes nothing clients see.
                let _ = crate::state::save(path, &world.holdings());
            }
            world.queue.next_time()
        };
        let until = next.unwrap_or_else(|| Instant::now() + INTERVAL);
        tokio::select! {
            () = tokio::time::sleep_until(until.into()) => {}
            () = platform.wake.notified() => {}
            _ = end.wait_for(Option::<End>::is_some) => return,
        }
    }
}

/// Takes up what an earlier process left unfinished.
fn resume(platform: &Shared) {
    let mut world = platform.world();
    let left: Vec<(Key, Object)> = world
        .objects
        .iter()
        .map(|(k, o)| (k.clone(), o.clone()))
        .collect();
    for (key, object) in left {
        if object.deleted.is_some() {
            ends(&mut world, &platform.options, &key, &object);
        } else if !object.is_ready() || !object.finalizer {
            changed(&mut world, &platform.options, &key, &object);
        } else {
            // Ready, but perhaps not all that follows it was done.
            plan(&mut world, &key, &object, Step::Late, Duration::ZERO);
            plan(&mut world, &key, &object, Step::Operational, Duration::ZERO);
            touched(&mut world, &key, &object);
        }
    }
}

fn plan(world: &mut World, key: &Key, object: &Object, step: Step, after: Duration) {
    let due = Due {
        step,
        key: key.clone(),
        uid: object.uid.clone(),
        generation: object.generation,
    };
    world.queue.add(Instant::now() + after, due);
}

/// Plans the way of an object whose spec is new: the finalizer, then Progressing, then the outcome.
/// So after a PUT the old Ready=True stays for two events (measured).
pub(crate) fn changed(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let ready = options.ready_after;
    let import = disks::import(world, options, object);
    plan(
        world,
        key,
        object,
        Step::Finalizer,
        (ready / 10).min(Duration::from_millis(30)),
    );
    plan(
        world,
        key,
        object,
        Step::Progress,
        (ready / 5).min(Duration::from_millis(60)),
    );
    if let Some(import) = import {
        plan(world, key, object, Step::Finish, ready + import);
    }
}

/// Plans the way of an object written without a change of its spec: nothing happens until the
/// controller comes by again, and until then its finalizer stays off.
pub(crate) fn touched(world: &mut World, key: &Key, object: &Object) {
    plan(world, key, object, Step::Finalizer, INTERVAL);
}

/// Plans the end of a deleted object.
pub(crate) fn ends(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let slow = options.slow_delete.contains(&object.name);
    let after = if slow {
        Options::SLOW_DELETE
    } else {
        options.delete_after
    };
    plan(world, key, object, Step::Gone, after);
}

fn step(world: &mut World, options: &Options, due: &Due) {
    if due.step == Step::Sweep {
        world.sweep(&due.key.0, &due.key.1);
        return;
    }
    let Some(object) = world
        .objects
        .get(&due.key)
        .filter(|o| o.uid == due.uid)
        .cloned()
    else {
        return;
    };
    if due.step == Step::Gone {
        world.remove(&due.key, None);
        return;
    }
    if object.deleted.is_some() || object.generation != due.generation {
        return;
    }
    match due.step {
        Step::Finalizer if object.finalizer => {}
        Step::Finalizer => world.alter(&due.key, |object| object.finalizer = true),
        Step::Progress => {
            // A retry puts the finalizer back on, too.
            let (action, _) = action(&object);
            let message = format!("Running '{action}' action with timeout of 10m0s");
            world.alter(&due.key, |object| {
                object.finalizer = true;
                object.set_condition("Ready", "Unknown", "Progressing", &message);
            });
        }
        Step::Finish => finish(world, options, &due.key, &object),
        Step::Late => bring(world, options, &due.key, &object, Extent::Full),
        Step::Operational => operational(world, &object),
        Step::Gone | Step::Sweep => {}
    }
}

/// What the controller does with a release, as messages and as reasons name it.
fn action(object: &Object) -> (&'static str, &'static str) {
    if object.releases == 0 {
        ("install", "Install")
    } else {
        ("upgrade", "Upgrade")
    }
}

fn finish(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let (action, reason) = action(object);
    let place = format!("{}/{}", key.0, key.1);
    let (status, reason, message) = match obstacle(world, options, object) {
        None => {
            let count = object.releases + 1;
            let message = format!("Helm {action} succeeded for release {place}.v{count}");
            ("True", format!("{reason}Succeeded"), message)
        }
        Some(why) => {
            let message = format!("Helm {action} failed for release {place}: {why}");
            ("False", format!("{reason}Failed"), message)
        }
    };
    let ready = status == "True";
    let mut object = object.clone();
    if ready {
        object.releases += 1;
        world.objects.insert(key.clone(), object.clone());
        if object.kind != "Kubernetes" {
            let extent = if options.outputs_after.is_zero() {
                Extent::Full
            } else {
                Extent::Early
            };
            bring(world, options, key, &object, extent);
        }
    }
    object.revision = Some(REVISION.to_owned());
    object.set_condition("Ready", status, &reason, &message);
    object.set_condition("Released", status, &reason, &message);
    let object = world.put(key, object, "MODIFIED");
    if !ready {
        // Failure is not final: the platform tries again and again.
        plan(world, key, &object, Step::Progress, options.retry_after);
        plan(
            world,
            key,
            &object,
            Step::Finish,
            options.retry_after + options.ready_after,
        );
        return;
    }
    follow_up(world, options, key, &object);
}

/// Plans what comes after Ready, which says nothing about a cluster: its kubeconfig and its
/// workloads come later.
fn follow_up(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let is_cluster = object.kind == "Kubernetes";
    let behind = if is_cluster {
        options.ready_after / 2
    } else {
        Duration::ZERO
    };
    let late = behind + options.outputs_after;
    if is_cluster || !late.is_zero() {
        plan(world, key, object, Step::Late, late);
    }
    let monitored = world
        .facts
        .by_kind(&object.kind)
        .is_some_and(|kind| kind.monitored());
    if monitored {
        let runs = if is_cluster { late } else { Duration::ZERO };
        let import = if object.kind == "VMDisk" && !world.facts.release.waits_for_imports() {
            options.import_after
        } else {
            Duration::ZERO
        };
        let after = runs + import + options.ready_after / 5;
        plan(world, key, object, Step::Operational, after);
    }
}

/// The values the chart sees.
fn values(world: &World, object: &Object) -> Value {
    let Some(kind) = world.facts.by_kind(&object.kind) else {
        return object.spec.clone();
    };
    helm::merged(&defaults::shown(&json!({}), &kind.schema), &object.spec)
}

/// Why the release cannot be made, if it cannot.
fn obstacle(world: &World, options: &Options, object: &Object) -> Option<String> {
    if options.never_ready.contains(&object.name) {
        return Some("timed out waiting for the condition".to_owned());
    }
    let kind = world.facts.by_kind(&object.kind)?;
    let values = values(world, object);
    let wrong = helm::complaints(&values, &kind.schema);
    if !wrong.is_empty() {
        let chart = kind.release_name("").trim_end_matches('-').to_owned();
        let chart = if chart.is_empty() {
            kind.singular.clone()
        } else {
            chart
        };
        let lines: Vec<String> = wrong.iter().map(|line| format!("- {line}\n")).collect();
        return Some(format!(
            "values don't meet the specifications of the schema(s) in the following chart(s):\n\
             {chart}:\n{}",
            lines.concat()
        ));
    }
    if kind.kind == "VMInstance" {
        return disks::missing(world, object, &values);
    }
    None
}

fn bring(world: &mut World, options: &Options, key: &Key, object: &Object, extent: Extent) {
    let values = values(world, object);
    if object.kind == "Tenant" {
        let own = names::tenant_namespace(&object.namespace, &object.name);
        world.settle(&own);
        if options.etcd_required {
            wake_clusters(world, options, &own);
        }
    }
    if object.kind == "VMInstance" && options.first_consumer {
        for (key, disk) in disks::awakened(world, object, &values) {
            changed(world, options, &key, &disk);
        }
    }
    if object.kind == "Kubernetes" && options.etcd_required && !world.has_etcd(&object.namespace) {
        // All its chart makes is a note that it waits.
        return;
    }
    let extent = if is_withheld(world, options, object, &values) {
        Extent::Early
    } else {
        extent
    };
    outputs::bring(world, object, &key.1, &values, extent);
}

/// Whether an application is told to bring no credentials. A Bucket's that were not there at the
/// install are looked for again only when something that needs them changes.
fn is_withheld(world: &mut World, options: &Options, object: &Object, values: &Value) -> bool {
    if !options.no_outputs.contains(&object.name) {
        return false;
    }
    if object.kind != "Bucket" || values["users"].is_null() {
        return true;
    }
    let missed = world
        .missed
        .entry(object.uid.clone())
        .or_insert_with(|| values["users"].clone());
    *missed == values["users"]
}

/// A tenant changed: clusters at and below it look for etcd again.
fn wake_clusters(world: &mut World, options: &Options, namespace: &str) {
    let above = Subject::new(Role::View, namespace);
    let waiting: Vec<(Key, Object)> = world
        .objects
        .iter()
        .filter(|(key, object)| object.kind == "Kubernetes" && above.is_bound_in(&key.0))
        .filter(|(_, object)| object.is_ready())
        .map(|(key, object)| (key.clone(), object.clone()))
        .collect();
    for (key, object) in waiting {
        follow_up(world, options, &key, &object);
    }
}

/// The workloads run: watchers hear of it with the monitor's own version, not the object's.
fn operational(world: &mut World, object: &Object) {
    if let Some(version) = outputs::operational(world, object) {
        let mut object = object.clone();
        object.version = version;
        world.publish("MODIFIED", object);
    }
}
