//! The result of a Helm install or upgrade, and its effects.
use crate::controller::{changed, plan};
use crate::defaults;
use crate::disks;
use crate::helm;
use crate::modules;
use crate::names;
use crate::object::Object;
use crate::options::Options;
use crate::outputs::{self, Extent};
use crate::queue::Step;
use crate::store::{Key, World};
use crate::subject::{Role, Subject};
use serde_json::{Value, json};
use std::time::Duration;

/// The revision of every chart, which the API returns as the application's version.
const REVISION: &str = "0.1.0+abcdef";

/// The delay between a failed install and the retry; 30 s on the platform.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The action of the controller, as named in messages and reasons.
pub(crate) fn action(object: &Object) -> (&'static str, &'static str) {
    if object.releases == 0 {
        ("install", "Install")
    } else {
        ("upgrade", "Upgrade")
    }
}

/// Ends the install or upgrade of an object in the version with which Helm started.
pub(crate) fn finish(
    world: &mut World,
    options: &Options,
    key: &Key,
    object: &Object,
    started: &Object,
) {
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
    let is_late = object.generation != started.generation;
    if ready {
        // Pending outputs are those of the next generation.
        let built = Object {
            generation: started.generation,
            ..object
        };
        follow_up(world, options, key, &built);
    } else if !is_late {
        // A failure is not final: the platform retries.
        plan(world, key, &object, Step::Retry, RETRY_AFTER);
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

/// Schedules the steps after Ready, which does not cover the kubeconfig and the workloads of a cluster.
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
        let after = runs + options.ready_after / 5;
        plan(world, key, object, Step::Operational, after);
    }
}

/// The values of the chart.
fn values(world: &World, object: &Object) -> Value {
    let Some(kind) = world.facts.by_kind(&object.kind) else {
        return object.spec.clone();
    };
    helm::merged(&defaults::shown(&json!({}), &kind.schema), &object.spec)
}

/// The reason for which the install fails, if it fails.
pub(crate) fn obstacle(world: &World, options: &Options, object: &Object) -> Option<String> {
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

pub(crate) fn bring(
    world: &mut World,
    options: &Options,
    key: &Key,
    object: &Object,
    extent: Extent,
) {
    let values = values(world, object);
    if object.kind == "Tenant" {
        let own = names::tenant_namespace(&object.namespace, &object.name);
        world.settle(&own);
        modules::settle(world, options, &own, &values);
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
        // The chart only creates a note that it waits.
        return;
    }
    let extent = if is_withheld(world, options, object, &values) {
        Extent::Early
    } else {
        extent
    };
    outputs::bring(world, object, &key.1, &values, extent);
}

/// Whether an application has no credentials, by the options. Credentials of a Bucket that were missing at install are
/// read again only when an input of them changes.
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

/// Reconciles the clusters of a changed tenant and its child tenants, which check for etcd again.
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

/// Reports whether the workloads are running. Watchers receive the monitor's version, not the object's.
pub(crate) fn operational(world: &mut World, object: &Object, runs: bool) {
    if let Some(version) = outputs::operational(world, object, runs) {
        let mut object = object.clone();
        object.version = version;
        world.publish("MODIFIED", object);
    }
}
