//! The goals, and whether they are met.

use super::measure::{OF_KINDS, Phase, Round};
use super::memory::Kibibytes;
use super::report::{Results, mebibytes, megabytes};
use super::workspace::{Action, KINDS};

/// The numbers of objects that the goals refer to.
const FEW: usize = 200;
const MANY: usize = 1000;

/// The tolerance when growth is compared with that of Terraform alone.
const TOLERANCE: f64 = 1.1;

/// A line of the table of goals.
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) goal: String,
    pub(crate) measured: String,
    /// None if it was not measured.
    pub(crate) reached: Option<bool>,
}

/// All goals.
pub(crate) fn all(results: &Results) -> Vec<Goal> {
    let mut goals = vec![handshake(results)];
    goals.extend([FEW, MANY].map(|count| plan(results, count)));
    goals.push(many_kinds(results));
    goals.extend([
        write(results, Action::Create, 1.5, 1, 8),
        write(results, Action::Change, 3.0, 2, 8),
        write(results, Action::Destroy, 2.0, 1, 12),
    ]);
    let peak = results.round(MANY).and_then(Round::memory);
    goals.push(memory("memory at rest".to_owned(), results.start.idle, 9));
    goals.push(memory(format!("memory at peak, {MANY} objects"), peak, 30));
    goals.push(size(results));
    goals.extend(
        [
            Action::Create,
            Action::Plan,
            Action::Change,
            Action::Destroy,
        ]
        .map(|action| growth(results, action)),
    );
    goals.push(memory_growth(results));
    goals
}

fn handshake(results: &Results) -> Goal {
    let milliseconds = results.start.handshake * 1000.0;
    Goal {
        what: "exec to handshake, median".to_owned(),
        goal: "≤ 4 ms".to_owned(),
        measured: format!("{milliseconds:.1} ms"),
        reached: Some(milliseconds <= 4.0),
    }
}

fn plan(results: &Results, count: usize) -> Goal {
    let what = format!("plan without changes, {count} objects");
    let phase = phase(results, count, Action::Plan);
    against_floor(what, results, phase, 12.0, 6)
}

/// A list of each kind, and two more requests at most.
fn many_kinds(results: &Results) -> Goal {
    let (objects, kinds) = (OF_KINDS, KINDS.len());
    let what = format!("plan without changes, {objects} objects of {kinds} kinds");
    let mut phases = results.kinds.iter();
    let phase = phases.find(|phase| phase.action == Action::Plan);
    let trips = 12.0 + kinds as f64;
    against_floor(what, results, phase, trips, 3 * kinds as u64)
}

/// The limits of a write: the number of round trips for each batch of concurrent operations, and the number of requests
/// for each object and in addition.
fn write(results: &Results, action: Action, trips: f64, each: u64, beyond: u64) -> Goal {
    let turns = FEW as f64 / results.parallelism as f64;
    let what = format!("{}, {FEW} objects", action.title());
    let phase = phase(results, FEW, action);
    against_floor(
        what,
        results,
        phase,
        trips * turns,
        each * FEW as u64 + beyond,
    )
}

fn against_floor(
    what: String,
    results: &Results,
    phase: Option<&Phase>,
    trips: f64,
    requests: u64,
) -> Goal {
    let measured = phase.map(|phase| (results.trips(phase), phase.requests.total));
    Goal {
        what,
        goal: format!("≤ floor + {trips:.0} round trips; ≤ {requests} requests"),
        measured: measured.map_or_else(missing, |(trips, requests)| {
            let plural = if requests == 1 { "" } else { "s" };
            format!("floor + {trips:.1} round trips; {requests} request{plural}")
        }),
        reached: measured.map(|(took, asked)| took <= trips && asked <= requests),
    }
}

fn memory(what: String, measured: Option<Kibibytes>, limit: u64) -> Goal {
    Goal {
        what: format!("provider, {what}"),
        goal: format!("≤ {limit} MiB"),
        measured: measured.map_or_else(missing, mebibytes),
        reached: measured.map(|kibibytes| kibibytes <= limit * 1024),
    }
}

fn size(results: &Results) -> Goal {
    let start = &results.start;
    let linked = match start.is_static {
        Some(true) => ", static",
        Some(false) => ", dynamically linked",
        None => "",
    };
    Goal {
        what: "binary, stripped, static".to_owned(),
        goal: "≤ 14 MB".to_owned(),
        measured: format!("{}{linked}", megabytes(start.size)),
        reached: Some(start.size <= 14_000_000 && start.is_static != Some(false)),
    }
}

fn growth(results: &Results, action: Action) -> Goal {
    let few = phase(results, FEW, action);
    let grown = few
        .zip(phase(results, MANY, action))
        .map(|(few, many)| (many.time / few.time, many.floor / few.floor));
    growth_goal(&format!("time of {}", action.title()), grown)
}

fn memory_growth(results: &Results) -> Goal {
    let ratio = |of: fn(&Round) -> Option<Kibibytes>| {
        let few = of(results.round(FEW)?)?;
        let many = of(results.round(MANY)?)?;
        Some(many as f64 / few as f64)
    };
    let grown = ratio(Round::memory).zip(ratio(Round::floor_memory));
    growth_goal("memory of the provider, floor: memory of Terraform", grown)
}

fn growth_goal(what: &str, grown: Option<(f64, f64)>) -> Goal {
    Goal {
        what: format!("growth from {FEW} to {MANY} objects: {what}"),
        goal: "≤ growth of the floor + 10%".to_owned(),
        measured: grown.map_or_else(missing, |(ours, floor)| {
            format!("× {ours:.2}, floor × {floor:.2}")
        }),
        reached: grown.map(|(ours, floor)| ours <= floor * TOLERANCE),
    }
}

fn phase(results: &Results, count: usize, action: Action) -> Option<&Phase> {
    results.round(count)?.phase(action)
}

fn missing() -> String {
    "not measured".to_owned()
}
