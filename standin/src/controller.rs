//! Simulates the platform's controller, which installs releases, sets their conditions and completes deletions.
use crate::disks;
use crate::install::{action, bring, finish, obstacle, operational};
use crate::machines;
use crate::object::Object;
use crate::options::Options;
use crate::outputs::Extent;
use crate::platform::{End, Shared};
use crate::queue::{Due, Step};
use crate::store::{Key, World};
use std::time::{Duration, Instant};

/// The interval at which the controller reconciles unchanged releases.
const INTERVAL: Duration = Duration::from_secs(300);

/// Executes due steps until the stand-in stops.
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
                // As for writes: clients do not notice if the state file cannot be written.
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

/// Resumes the unfinished work of an earlier process.
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
            // The object is ready, but steps that follow may be missing.
            plan(&mut world, &key, &object, Step::Late, Duration::ZERO);
            plan(&mut world, &key, &object, Step::Operational, Duration::ZERO);
            touched(&mut world, &key, &object);
        }
    }
}

/// Schedules a step that belongs to no job.
pub(crate) fn plan(world: &mut World, key: &Key, object: &Object, step: Step, after: Duration) {
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

/// Notifies the controller of a new generation of an object. If Helm is working on the previous generation, that ends
/// first, and its late Ready=True does not refer to the new generation (measured on 1.6 and 0.41).
pub(crate) fn changed(world: &mut World, options: &Options, key: &Key) {
    if !(world.late_status && world.jobs.is_running(key)) {
        queue_up(world, options, key);
    }
}

/// Starts to reconcile an object, or adds it to the queue.
fn queue_up(world: &mut World, options: &Options, key: &Key) {
    if options.serial.is_none() || world.jobs.take_turn(key) {
        take_up(world, options, key);
    }
}

/// Ends the turn of an object with a serial controller, and starts the next object.
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

/// Schedules the steps of an install or upgrade: the finalizer, then Progressing, then the result. After a PUT, the old
/// Ready=True therefore stays for two events (measured). Returns whether there is anything to do.
fn take_up(world: &mut World, options: &Options, key: &Key) -> bool {
    let Some(object) = world.objects.get(key).cloned() else {
        return false;
    };
    let takes = options.serial.unwrap_or(options.ready_after);
    if object.deleted.is_some() {
        plan(world, key, &object, Step::Gone, takes);
        return true;
    }
    let ends = !disks::waits_forever(world, options, &object);
    let job = world.jobs.begin(key, ends);
    let mut plan = |step: Step, after: Duration| plan_of_job(world, key, &object, step, after, job);
    plan(Step::Finalizer, (takes / 10).min(Duration::from_millis(30)));
    plan(Step::Progress, (takes / 5).min(Duration::from_millis(60)));
    if ends {
        plan(Step::Finish, takes);
    }
    true
}

/// Schedules the steps of an object whose spec did not change: it stays without finalizer until the next periodic
/// reconciliation.
pub(crate) fn touched(world: &mut World, key: &Key, object: &Object) {
    plan(world, key, object, Step::Finalizer, INTERVAL);
}

/// Schedules the deletion of an object. A serial controller uninstalls it in its turn, after an install in progress has
/// ended.
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

/// Executes a step for an object that exists and is not being deleted.
fn advance(world: &mut World, options: &Options, due: &Due, object: &Object) {
    let key = &due.key;
    let is_of_generation = object.generation == due.generation;
    match due.step {
        Step::Finalizer if is_of_generation => put_finalizer_on(world, key, object),
        Step::Progress if world.jobs.is_current(key, due.job) => {
            // A retry sets the finalizer again, and so does a write before this step.
            put_finalizer_on(world, key, object);
            let (action, _) = action(object);
            let message = format!("Running '{action}' action with timeout of 10m0s");
            world.alter(key, |object| {
                object.set_condition("Ready", "Unknown", "Progressing", &message);
            });
            if !world.jobs.start(key, object) {
                // A job that may never end does not block the queue.
                pass_turn(world, options, key);
            }
        }
        Step::Retry if is_of_generation && !world.jobs.has(key) => queue_up(world, options, key),
        Step::Late if is_of_generation => bring(world, options, key, object, Extent::Full),
        Step::Power => machines::advance(world, options, key, object),
        // The installed workloads start, even if the object was written since.
        Step::Operational => {
            let runs = !(options.sealed && object.kind == "OpenBAO");
            operational(world, object, runs);
        }
        _ => {}
    }
}

/// Sets the finalizer. The status follows in another version (measured).
fn put_finalizer_on(world: &mut World, key: &Key, object: &Object) {
    if !object.finalizer {
        world.alter(key, |object| object.finalizer = true);
    }
}

/// Ends a job, and starts what is pending: a later generation, a deletion, or a new object with the name of a removed
/// one.
fn over(world: &mut World, options: &Options, key: &Key, object: Option<Object>) {
    let Some(started) = world.jobs.end(key) else {
        // The object was deleted before Helm started.
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

/// Ends the turn of an object and adds the current object of that name to the end of the queue.
fn pass_on(world: &mut World, options: &Options, key: &Key) {
    pass_turn(world, options, key);
    let now = world
        .objects
        .get(key)
        .map(|object| object.deleted.is_some());
    // Only a serial controller has not scheduled the deletion yet.
    if now.is_some_and(|deleted| !deleted || options.serial.is_some()) {
        queue_up(world, options, key);
    }
}
