//! How soon an apply ends after its objects are ready. The times are only printed, because they depend on the load of
//! the machine. The tests assert that the watch ends the wait, and not a read.

use hikube::kinds::KINDS;
use std::thread;
use std::time::{Duration, Instant};

use hikube_standin::Options;

use crate::harness::{Events, Platform, Workspace, standin_only};

/// The interval of the polling client.
const POLL: Duration = Duration::from_secs(5);

/// The created and changed objects: resource type, kind and plural, and the attributes at first and later.
type Case = (&'static str, &'static str, &'static str, [&'static str; 2]);

const CASES: [Case; 3] = [
    (
        "hikube_vm_disk",
        "VMDisk",
        "vmdisks",
        ["storage = \"10Gi\"", "storage = \"11Gi\""],
    ),
    (
        "hikube_postgres",
        "Postgres",
        "postgreses",
        ["users = { a = {} }", "users = { a = {}, b = {} }"],
    ),
    (
        "hikube_bucket",
        "Bucket",
        "buckets",
        ["users = { a = {} }", "users = { a = {}, b = {} }"],
    ),
];

/// The delays between the object being ready and each client noticing it.
struct Swift {
    what: String,
    apply: Duration,
    poll: Duration,
}

#[test]
fn an_apply_returns_once_the_object_is_ready() {
    if !standin_only() {
        return;
    }
    let runs = CASES.map(|case| thread::spawn(move || measured(case)));
    let rows = runs.map(|run| run.join().expect("figures"));
    print(&rows.into_iter().flatten().collect::<Vec<_>>());
}

fn measured((block, kind, plural, stages): Case) -> Vec<Swift> {
    let platform = Platform::with(Options {
        ready_after: Duration::from_millis(2500),
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    let events = Events::of(&platform, kind, plural);
    let steps = ["create", "update"].into_iter().zip(stages);
    let rows = steps.map(|(step, attributes)| {
        let reads = platform.api.requests("get", plural);
        let resource =
            format!("resource \"{block}\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n");
        let (started, run) = (
            Instant::now(),
            space
                .write(&resource)
                .start(&["apply", "-auto-approve", "-no-color"]),
        );
        let (poll, ran) = thread::scope(|scope| {
            let poll = scope.spawn(|| polled(&platform, &events, plural, &space.name, started));
            let ran = run.wait().ok();
            (poll.join().expect("a poll"), ran)
        });
        let ended = started + ran.took;
        assert_eq!(space.state(&format!("{block}.it"), "ready"), true);
        // An update reads the object twice before: for the refresh, and before the write. If it has entries that other
        // clients can manage, it is read once more after the wait.
        let reads = platform.api.requests("get", plural) - reads - poll.reads;
        let mut kinds = KINDS.iter();
        let has_entries = kinds.any(|kind| kind.type_name == block && !kind.entries.is_empty());
        let expected = if step == "create" {
            0
        } else {
            2 + u64::from(has_entries)
        };
        assert_eq!(reads, expected, "reads of its own in the wait of a {step}");
        let ready = events.last(&space.name);
        Swift {
            what: format!("{step} {block}"),
            apply: ended.duration_since(ready),
            poll: poll.saw.duration_since(ready),
        }
    });
    let rows = rows.collect();
    space.destroy().ok();
    platform.assert_clean();
    rows
}

/// A polling client in the same run.
struct Poll {
    /// When it found the object ready.
    saw: Instant,
    reads: u64,
}

/// Reads the object every five seconds after the write until it is ready, like a client without watches.
fn polled(platform: &Platform, events: &Events, plural: &str, name: &str, since: Instant) -> Poll {
    let written = loop {
        thread::sleep(Duration::from_millis(5));
        if let Some(written) = events.first_after(name, since) {
            break written;
        }
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "it is not written"
        );
    };
    for reads in 1.. {
        thread::sleep((written + POLL * reads).saturating_duration_since(Instant::now()));
        let object = platform.api.get(plural, name).expect("the object");
        let conditions = object["status"]["conditions"].as_array().cloned();
        let conditions = conditions.unwrap_or_default();
        if conditions
            .iter()
            .all(|condition| condition["status"] == "True")
        {
            return Poll {
                saw: Instant::now(),
                reads: reads.into(),
            };
        }
    }
    unreachable!("it polls until it sees it")
}

#[expect(clippy::print_stdout, reason = "figures to look at")]
fn print(rows: &[Swift]) {
    println!("after the object was ready       apply returned   a poll of 5 s saw it");
    for Swift { what, apply, poll } in rows {
        let (apply, poll) = (apply.as_secs_f64(), poll.as_secs_f64());
        println!("{what:<30} {apply:>12.2} s {poll:>18.2} s");
    }
}
