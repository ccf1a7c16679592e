//! Virtual machines as KubeVirt runs them. Their run strategy can differ from that of the application: a start or stop
//! changes only the machine.
use crate::object::Object;
use crate::options::Options;
use crate::outputs::{Output, place_pod};
use crate::part::Sort;
use crate::queue::Step;
use crate::store::{Key, World};
use serde_json::{Value, json};
use std::time::Duration;

/// The state of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has no pod.
    Stopped,
    /// Its pod is pending.
    Starting,
    /// Its pod runs.
    Running,
    /// Its guest shuts down.
    Stopping,
}

/// A machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// The strategy of the application when its chart was last installed.
    declared: String,
    /// The strategy in use.
    pub(crate) strategy: String,
    pub(crate) phase: Phase,
    /// Whether it starts again after it has stopped.
    restarts: bool,
    /// The number of pods that it had before this one.
    boots: u64,
}

impl Machine {
    /// A machine of a new application.
    fn new(declared: String) -> Machine {
        let phase = match declared.as_str() {
            "Halted" | "Manual" => Phase::Stopped,
            _ => Phase::Running,
        };
        Machine {
            strategy: declared.clone(),
            declared,
            phase,
            restarts: false,
            boots: 0,
        }
    }

    /// Whether it has a pod that has not ended.
    pub(crate) fn is_alive(&self) -> bool {
        self.phase != Phase::Stopped
    }

    /// An install with this strategy. One that does not change the strategy keeps that of the machine, as Helm compares
    /// the previous chart with the new one (read in the source of Helm 3; not measured).
    fn declare(&mut self, declared: String) {
        if self.declared == declared {
            return;
        }
        self.restarts = false;
        match declared.as_str() {
            "Halted" => self.phase = Phase::Stopped,
            "Manual" => {}
            _ if self.phase == Phase::Stopped => {
                self.boots += 1;
                self.phase = Phase::Running;
            }
            _ => self.phase = Phase::Running,
        }
        self.strategy.clone_from(&declared);
        self.declared = declared;
    }

    /// The pod, if there is one.
    fn pod(&self, release: &str) -> Option<Output> {
        let suffix = match self.boots {
            0 => "x7k2p".to_owned(),
            boots => format!("x7k{boots:02}"),
        };
        let pod = Output::machine_pod(release, &suffix);
        self.is_alive().then_some(pod)
    }
}

/// The strategy in the values of a chart. Release 0.41 has `running` instead.
fn declared(values: &Value) -> String {
    match values["runStrategy"].as_str() {
        Some(strategy) => strategy.to_owned(),
        None if values["running"] == false => "Halted".to_owned(),
        None => "Always".to_owned(),
    }
}

/// The pod of a machine after an install with these values.
pub(crate) fn installed(
    world: &mut World,
    object: &Object,
    release: &str,
    values: &Value,
) -> Option<Output> {
    let declared = declared(values);
    let machine = world.machines.entry(object.uid.clone());
    let machine = machine.or_insert_with(|| Machine::new(declared.clone()));
    machine.declare(declared);
    machine.pod(release)
}

/// The machine of an application, if it was installed. After a start of the stand-in, its pod shows whether it runs.
pub(crate) fn find<'a>(
    world: &'a mut World,
    object: &Object,
    release: &str,
) -> Option<&'a mut Machine> {
    if object.releases == 0 {
        return None;
    }
    let mut pods = world.parts.within(Sort::Pod, &object.namespace);
    let has_pod = pods.any(|part| part.release == release);
    let machine = world.machines.entry(object.uid.clone());
    Some(machine.or_insert_with(|| Machine {
        phase: if has_pod {
            Phase::Running
        } else {
            Phase::Stopped
        },
        ..Machine::new(declared(&object.spec))
    }))
}

/// Starts a machine.
pub(crate) fn start(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let Some(machine) = find(world, object, &key.1) else {
        return;
    };
    if machine.phase == Phase::Stopping {
        machine.restarts = true;
        return;
    }
    machine.boots += 1;
    machine.phase = Phase::Starting;
    if let Some(mut pod) = machine.pod(&key.1) {
        pod.content["status"] = json!({
            "phase": "Pending",
            "containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}],
        });
        place_pod(world, object, &key.1, pod);
    }
    crate::controller::plan(world, key, object, Step::Power, options.power_after);
}

/// Stops a machine, and then starts it again if `restarts` is true. Without a grace period it ends at once.
pub(crate) fn stop(
    world: &mut World,
    options: &Options,
    key: &Key,
    object: &Object,
    restarts: bool,
    at_once: bool,
) {
    let Some(machine) = find(world, object, &key.1) else {
        return;
    };
    machine.phase = Phase::Stopping;
    machine.restarts = restarts;
    let after = if at_once {
        Duration::ZERO
    } else {
        options.power_after
    };
    crate::controller::plan(world, key, object, Step::Power, after);
}

/// Ends the shutdown or the start of a machine.
pub(crate) fn advance(world: &mut World, options: &Options, key: &Key, object: &Object) {
    let Some(machine) = find(world, object, &key.1) else {
        return;
    };
    match machine.phase {
        Phase::Stopping => {
            machine.phase = Phase::Stopped;
            let restarts = std::mem::take(&mut machine.restarts);
            let pods = world.parts.of(&key.0, &object.kind, &object.name);
            for pod in pods.iter().filter(|pod| pod.0 == Sort::Pod) {
                world.end_part(pod);
            }
            if restarts {
                start(world, options, key, object);
            }
        }
        Phase::Starting => {
            machine.phase = Phase::Running;
            if let Some(pod) = machine.pod(&key.1) {
                let known = world.parts.get(Sort::Pod, &key.0, &pod.name).cloned();
                if let Some(mut part) = known {
                    part.content["status"] = json!({"phase": "Running", "podIP": null});
                    world.put_part(part);
                }
                place_pod(world, object, &key.1, pod);
            }
        }
        Phase::Stopped | Phase::Running => {}
    }
}
