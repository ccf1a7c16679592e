//! The report.

use std::fmt::Write;

use super::goals;
use super::measure::{OF_KINDS, PLANS, Phase, Round, WAITED_FOR, Waits};
use super::memory::Kibibytes;
use super::standin::{Pace, QUICK, RELEASE, Requests, SLOW};
use super::start::{STARTS, Start};
use super::workspace::KINDS;

/// All measurements, and their conditions.
pub(crate) struct Results {
    pub(crate) start: Start,
    pub(crate) rounds: Vec<Round>,
    pub(crate) kinds: Vec<Phase>,
    pub(crate) waits: Vec<Waits>,
    pub(crate) delay: f64,
    pub(crate) parallelism: usize,
    pub(crate) terraform: String,
    pub(crate) machine: String,
    pub(crate) date: String,
    pub(crate) command: String,
}

impl Results {
    /// All operations on a number of objects.
    pub(crate) fn round(&self, objects: usize) -> Option<&Round> {
        self.rounds.iter().find(|round| round.objects == objects)
    }

    /// The time in addition to Terraform alone, in round trips.
    pub(crate) fn trips(&self, phase: &Phase) -> f64 {
        (phase.time - phase.floor) / self.delay
    }
}

/// The report in Markdown.
pub(crate) fn page(results: &Results) -> String {
    [
        introduction(results),
        goals_table(results),
        rounds_table(results),
        kinds_table(results),
        waits_table(results),
        again(results),
    ]
    .join("\n")
}

fn introduction(results: &Results) -> String {
    let Results {
        delay,
        parallelism,
        terraform,
        machine,
        date,
        start,
        ..
    } = results;
    let milliseconds = delay * 1000.0;
    let handshake = start.handshake * 1000.0;
    let idle = start.idle.map_or_else(unmeasured, mebibytes);
    let size = megabytes(start.size);
    let Pace {
        ready_after,
        delete_after,
    } = QUICK;
    format!(
        "<!-- Written by `cargo dev bench`. -->\n# Benchmarks\n\n\
         The release build with {terraform} against the stand-in, which delays each answer by {milliseconds:.0} ms, \
         one round trip. The **floor** is the time of the same number of `terraform_data` resources, without a \
         provider and an API. Times depend on the machine; the difference to the floor in round trips, and the number \
         of requests, do not.\n\n\
         - Measured on {date}: {machine}.\n\
         - `hikube_postgres` with `wait_for = \"none\"` and `-parallelism={parallelism}`, with an empty cache for each \
         number of objects. Plans are the median of {PLANS}, writes are measured once.\n\
         - The stand-in behaves like platform {RELEASE}. Objects are ready {ready_after} s after a write and gone \
         {delete_after} s after a delete.\n\
         - Start: {handshake:.1} ms from exec to handshake, {idle} when idle (medians of {STARTS}). Size of the \
         binary: {size}.\n"
    )
}

fn goals_table(results: &Results) -> String {
    let mut text = "## Goals\n\n| | goal | measured | |\n|---|---|---|---|\n".to_owned();
    for goal in goals::all(results) {
        let reached = match goal.reached {
            Some(true) => "reached",
            Some(false) => "**not reached**",
            None => "not measured",
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {reached} |",
            goal.what, goal.goal, goal.measured
        );
    }
    text
}

fn rounds_table(results: &Results) -> String {
    let mut text = "## Many objects\n\n\
        Memory is the peak of the provider. *One GET per object* is the same plan without combined reads, as in other \
        providers.\n\n\
        | objects | | time | floor | ratio | above the floor | requests | memory |\n\
        |---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for round in &results.rounds {
        for phase in &round.phases {
            let _ = writeln!(
                text,
                "| {} | {} | {:.2} s | {:.2} s | {:.1} | {:.1} round trips | {} | {} |",
                round.objects,
                phase.action.title(),
                phase.time,
                phase.floor,
                phase.time / phase.floor,
                results.trips(phase),
                requests(&phase.requests),
                phase.memory.map_or_else(unmeasured, mebibytes),
            );
            if phase.action == super::workspace::Action::Plan {
                let way = &round.single_plan;
                let _ = writeln!(
                    text,
                    "| {} | *the same, one GET per object* | {:.2} s | {:.2} s | {:.1} | {:.1} round trips | {} | |",
                    round.objects,
                    way.time,
                    phase.floor,
                    way.time / phase.floor,
                    (way.time - phase.floor) / results.delay,
                    requests(&way.requests),
                );
            }
        }
    }
    text
}

fn kinds_table(results: &Results) -> String {
    let mut text = format!(
        "## Many kinds\n\n{OF_KINDS} objects of {} kinds.\n\n\
         | | time | floor | ratio | above the floor | requests | memory |\n|---|---|---|---|---|---|---|\n",
        KINDS.len()
    );
    for phase in &results.kinds {
        let _ = writeln!(
            text,
            "| {} | {:.2} s | {:.2} s | {:.1} | {:.1} round trips | {} | {} |",
            phase.action.title(),
            phase.time,
            phase.floor,
            phase.time / phase.floor,
            results.trips(phase),
            requests(&phase.requests),
            phase.memory.map_or_else(unmeasured, mebibytes),
        );
    }
    text
}

fn waits_table(results: &Results) -> String {
    let Pace {
        ready_after,
        delete_after,
    } = SLOW;
    let mut text = format!(
        "## Waiting\n\n{WAITED_FOR} objects with the default `wait_for`. Objects are ready {ready_after} s after a \
         write and gone {delete_after} s after a delete. *Polling* is the same provider without watches: it reads each \
         object repeatedly.\n\n\
         | | time | requests | polling: time | requests |\n|---|---|---|---|---|\n"
    );
    for waits in &results.waits {
        let _ = writeln!(
            text,
            "| {} | {:.2} s | {} | {:.2} s | {} |",
            waits.action.title(),
            waits.stream.time,
            requests(&waits.stream.requests),
            waits.polling.time,
            requests(&waits.polling.requests),
        );
    }
    text
}

fn again(results: &Results) -> String {
    format!(
        "## Run the benchmark\n\n`make bench` builds and measures the release build. With an existing release build:\n\n\
         ```shell\n{}\n```\n",
        results.command
    )
}

/// The number of requests, in total and by kind.
fn requests(requests: &Requests) -> String {
    let kinds = requests.kinds.iter();
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    match kinds.as_slice() {
        [] => "0".to_owned(),
        _ => format!("{}: {}", requests.total, kinds.join(", ")),
    }
}

/// Formats, for example, `9.5 MiB`.
pub(crate) fn mebibytes(kibibytes: Kibibytes) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}

/// Formats, for example, `11.9 MB`.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn unmeasured() -> String {
    "not measured".to_owned()
}
