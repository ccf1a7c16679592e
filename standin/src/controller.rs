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
        } else if !object.is_ready() || !object.finalizer || object.observed != object.generation {
            changed(&mut world, &platform.options, &key);
        } else {
            // Ready, but perhaps not all that follows it was done.
            plan(&mut world, &key, &object, Step::Late, Duration::ZERO);
            plan(&mut world, &key, &object, Step::Operational, Duration::ZERO);
            touched(&mut world, &key, &object);
        }
    }
}

fn plan(world: &mut World, key: &Key, object: &Object, step: Step, after: Duration) {
    plan_of_job(world, key, object, step, after, 0);
}

fn plan_of_job(
    world: &mut World,
    key: &Key,
    object: &Object,
    step: Step,
    after: Duration,
    job: u64,
) {
    let due = Due {
        step,
        key: key.clone(),
        uid: object.uid.clone(),
        generation: object.generation,
        job,
    };
    world.queue.add(Instant::now() + after, due);
}

/// Tells the controller of an object whose spec is new. Where Helm is at work on the generation
/// before, that comes to its end first, and its late Ready=True says nothing about the new one
/// (measured on 1.6 and 0.41).
pub(crate) fn changed(world: &mut World, options: &Options, key: &Key) {
    if !(world.late_status && world.jobs.is_running(key)) {
        queue_up(world, options, key);
    }
}

/// Takes an object up, or has it wait for its turn.
fn queue_up(world: &mut World, options: &Options, key: &Key) {
    if options.serial.is_none() || world.jobs.take_turn(key) {
        take_up(world, options, key);
    }
}

/// Ends the turn of an object with a serial controller, which takes up the next.
fn pass_turn(world: &mut World, options: &Options, key: &Key) {
    let mut next = world.jobs.pass_turn(key);
    while let Some(key) = next {
        next = if take_up(world, options, &key) {
            None
        } else {
            world.jobs.pass_turn(&key)
        };
    }
}

/// Plans the way of an object: the finalizer, then Progressing, then the outcome. So after a PUT the
/// old Ready=True stays for two events (measured). Returns whether there is anything to do.
fn take_up(world: &mut World, options: &Options, key: &Key) -> bool {
    let Some(object) = world.objects.get(key).cloned() else {
        return false;
    };
    let takes = options.serial.unwrap_or(options.ready_after);
    if object.deleted.is_some() {
        plan(world, key, &object, Step::Gone, takes);
        return true;
    }
    let import = disks::import(world, options, &object);
    let job = world.jobs.begin(key, import.is_some());
    let mut plan = |step: Step, after: Duration| plan_of_job(world, key, &object, step, after, job);
    plan(Step::Finalizer, (takes / 10).min(Duration::from_millis(30)));
    plan(Step::Progress, (takes / 5).min(Duration::from_millis(60)));
    if let Some(import) = import {
        plan(Step::Finish, takes + import);
    }
    true
}

/// Plans the way of an object written without a change of its spec: nothing happens until the
/// controller comes by again, and until then its finalizer stays off.
pub(crate) fn touched(world: &mut World, key: &Key, object: &Object) {
    plan(world, key, object, Step::Finalizer, INTERVAL);
}

/// Plans the end of a deleted object. A serial controller uninstalls it when its turn comes, and not
/// before an install under way is over.
pub(crate) fn ends(world: &mut World, options: &Options, key: &Key, object: &Object) {
    if options.serial.is_some() {
        if !world.jobs.has(key) {
            world.jobs.end(key);
            queue_up(world, options, key);
        }
        return;
    }
    let slow = options.slow_delete.contains(&object.name);
    let after = if slow {
        Options::SLOW_DELETE
    } else {
        options.delete_after
    };
    plan(world, key, object, Step::Gone, after);
}

fn step(world: &mut World, options: &Options, due: &Due) {
    let key = &due.key;
    let live = world.objects.get(key).cloned();
    let object = live.filter(|object| object.uid == due.uid);
    match (due.step, object) {
        (Step::Sweep, _) => world.sweep(&key.0, &key.1),
        (Step::Finish, object) => {
            if world.jobs.is_current(key, due.job) {
                over(world, options, key, object);
            } else if !world.jobs.has(key) {
                pass_turn(world, options, key);
            }
        }
        (Step::Gone, object) => {
            if object.is_some() {
                world.remove(key, None);
            }
            if !world.jobs.has(key) {
                pass_turn(world, options, key);
            }
        }
        (_, Some(object)) if object.deleted.is_none() => advance(world, options, due, &object),
        _ => {}
    }
}

/// Does a step for an object that is there and is to stay.
fn advance(world: &mut World, options: &Options, due: &Due, object: &Object) {
    let key = &due.key;
    let is_of_generation = object.generation == due.generation;
    match due.step {
        Step::Finalizer if is_of_generation => put_finalizer_on(world, key, object),
        Step::Progress if world.jobs.is_current(key, due.job) => {
            // A retry, and a write that came before this, put the finalizer back on, too.
            put_finalizer_on(world, key, object);
            let (action, _) = action(object);
            let message = format!("Running '{action}' action with timeout of 10m0s");
            world.alter(key, |object| {
                object.set_condition("Ready", "Unknown", "Progressing", &message);
            });
            if !world.jobs.start(key, object) {
                // What may take for ever is no reason to keep the others waiting.
                pass_turn(world, options, key);
            }
        }
        Step::Retry if is_of_generation && !world.jobs.has(key) => queue_up(world, options, key),
        Step::Late if is_of_generation => bring(world, options, key, object, Extent::Full),
        Step::Operational if is_of_generation => operational(world, object),
        _ => {}
    }
}

/// Puts the finalizer on. The status comes after it, with another version (measured).
fn put_finalizer_on(world: &mut World, key: &Key, object: &Object) {
    if !object.finalizer {
        world.alter(key, |object| object.finalizer = true);
    }
}

/// Ends a job, and takes up what came meanwhile: a later generation, a deletion, a namesake of what
/// vanished under it.
fn over(world: &mut World, options: &Options, key: &Key, object: Option<Object>) {
    let Some(started) = world.jobs.end(key) else {
        // It was deleted before Helm started.
        return pass_on(world, options, key);
    };
    match object {
        Some(object) if object.deleted.is_none() => {
            finish(world, options, key, &object, &started);
            if object.generation == started.generation {
                return pass_turn(world, options, key);
            }
        }
        None if obstacle(world, options, &started).is_none() => {
            bring(world, options, key, &started, Extent::Full);
        }
        _ => {}
    }
    pass_on(world, options, key);
}

/// Ends the turn of an object and puts what is now there of it at the end of the queue.
fn pass_on(world: &mut World, options: &Options, key: &Key) {
    pass_turn(world, options, key);
    let now = world
        .objects
        .get(key)
        .map(|object| object.deleted.is_some());
    // All but a serial controller have planned the end of what is deleted.
    if now.is_some_and(|deleted| !deleted || options.serial.is_some()) {
        queue_up(world, options, key);
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

/// Ends the install or upgrade of an object as it was when Helm started.
fn finish(world: &mut World, options: &Options, key: &Key, object: &Object, started: &Object) {
    let (action, reason) = action(object);
    let place = format!("{}/{}", key.0, key.1);
    let (status, reason, message) = match obstacle(world, options, started) {
        None => {
            let count = object.releases + 1;
            let chart = chart(world, object);
            let message = format!(
                "Helm {action} succeeded for release {place}.v{count} with chart {chart}@{REVISION}"
            );
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
            let built = Object {
                spec: started.spec.clone(),
                ..object.clone()
            };
            bring(world, options, key, &built, extent);
        }
    }
    object.observed = started.generation;
    object.revision = Some(REVISION.to_owned());
    object.set_condition("Ready", status, &reason, &message);
    object.set_condition("Released", status, &reason, &message);
    let object = world.put(key, object, "MODIFIED");
    if object.generation != started.generation {
        return;
    }
    if ready {
        follow_up(world, options, key, &object);
    } else {
        // Failure is not final: the platform tries again and again.
        plan(world, key, &object, Step::Retry, options.retry_after);
    }
}

/// The name of an application's chart.
fn chart(world: &World, object: &Object) -> String {
    let kind = world.facts.by_kind(&object.kind);
    let prefix = kind.map_or("", |kind| kind.prefix.trim_end_matches('-'));
    match kind {
        Some(kind) if prefix.is_empty() => kind.singular.clone(),
        _ => prefix.to_owned(),
    }
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
        let chart = chart(world, object);
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
        for key in disks::awakened(world, object, &values) {
            changed(world, options, &key);
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
