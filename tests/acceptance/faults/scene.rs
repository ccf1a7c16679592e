//! Where one trouble meets one release: a stand-in, a folder, and fifty objects.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Add, Sub};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use hikube_standin::{Options, Release};
use serde_json::Value;
use tempfile::TempDir;

use super::fleet::{Fleet, Stored, stored};
use crate::harness::{Platform, Ran, Running, Workspace, is_opentofu};

/// What is done to the fifty objects, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create,
    Update,
    Delete,
}

impl Step {
    pub(super) const ALL: [Step; 3] = [Step::Create, Step::Update, Step::Delete];

    /// What Terraform is asked for.
    pub(super) fn command(self) -> [&'static str; 4] {
        let command = if self == Step::Delete {
            "destroy"
        } else {
            "apply"
        };
        [command, "-auto-approve", "-input=false", "-no-color"]
    }
}

/// Requests that reached the API.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) all: u64,
    pub(super) creates: u64,
    pub(super) updates: u64,
    pub(super) deletes: u64,
}

impl Counts {
    fn of(stats: &Value) -> Counts {
        let of_verb = |verb: &str| {
            let counts = stats["requests"][verb].as_object();
            counts
                .into_iter()
                .flatten()
                .filter_map(|(_, count)| count.as_u64())
                .sum()
        };
        Counts {
            all: stats["total"].as_u64().unwrap_or_default(),
            creates: of_verb("create"),
            updates: of_verb("update"),
            deletes: of_verb("delete"),
        }
    }

    /// How many of a step's own requests there were.
    fn of_step(self, step: Step) -> u64 {
        match step {
            Step::Create => self.creates,
            Step::Update => self.updates,
            Step::Delete => self.deletes,
        }
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            all: self.all + other.all,
            creates: self.creates + other.creates,
            updates: self.updates + other.updates,
            deletes: self.deletes + other.deletes,
        }
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, other: Counts) -> Counts {
        Counts {
            all: self.all - other.all,
            creates: self.creates - other.creates,
            updates: self.updates - other.updates,
            deletes: self.deletes - other.deletes,
        }
    }
}

/// A stand-in, a folder, and fifty objects.
pub(super) struct Scene {
    pub(super) platform: Platform,
    pub(super) space: Workspace,
    pub(super) fleet: Fleet,
    options: Options,
    /// What stand-ins counted that are no more.
    earlier: Counts,
    _folder: TempDir,
    file: PathBuf,
}

impl Scene {
    pub(super) fn of(release: Release) -> Scene {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("held.json");
        let options = Options {
            platform: release,
            ready_after: Duration::from_millis(200),
            delete_after: Duration::from_millis(100),
            // What the controller began is finished and reported, whatever was written since.
            late_status: true,
            state: Some(file.clone()),
            ..Platform::quick()
        };
        let platform = Platform::with(options.clone());
        let space = Workspace::on(&platform);
        let fleet = Fleet::of(release, &space.name);
        Scene {
            platform,
            space,
            fleet,
            options,
            earlier: Counts::default(),
            _folder: folder,
            file,
        }
    }

    /// Writes what a step is to reach.
    pub(super) fn write(&self, step: Step, more: &str) {
        let stage = usize::from(step != Step::Create);
        let configuration = self.fleet.configuration(stage);
        self.space.write_trusting(&format!("{configuration}{more}"));
    }

    /// All requests so far.
    pub(super) fn counts(&self) -> Counts {
        self.earlier + Counts::of(&self.platform.api.stats())
    }

    /// What the platform stores, by kind and name.
    pub(super) fn stored(&self) -> BTreeMap<String, Stored> {
        stored(&self.file)
    }

    /// The ids of all objects of the platform.
    pub(super) fn ids(&self) -> BTreeSet<String> {
        let namespace = &self.platform.api.namespace;
        let stored = self.stored();
        let names = stored.keys().filter_map(|name| name.split_once('/'));
        names
            .map(|(_, name)| format!("{namespace}/{name}"))
            .collect()
    }

    /// Starts a step, and comes back with it in mid-apply: a third is written.
    #[track_caller]
    pub(super) fn half_way(&self, step: Step) -> Running {
        let before = self.counts().of_step(step);
        let run = self.space.start(&step.command());
        run.until(|| self.counts().of_step(step) >= before + 17)
    }

    /// A step, from its start on with these faults.
    pub(super) fn faulty(&self, step: Step, faults: &str) -> Ran {
        self.platform.api.faults(faults);
        let ran = self.space.run(&step.command());
        self.platform.api.faults("");
        ran
    }

    /// A step, in whose midst a few requests are never answered.
    pub(super) fn hanging(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        self.platform.api.faults("hang,every=2");
        // Until some were struck, if there are any left to strike.
        let before = self.requests();
        for _ in 0..200 {
            thread::sleep(Duration::from_millis(10));
            if self.requests() >= before + 4 {
                break;
            }
        }
        self.platform.api.faults("");
        run.wait()
    }

    fn requests(&self) -> u64 {
        self.platform.api.requests_in_all()
    }

    /// A step, in whose midst the API is not there for a second. A moment before, it takes nothing any more.
    pub(super) fn restarting(&mut self, step: Step) -> Ran {
        let run = self.half_way(step);
        self.platform.api.faults("status=503,every=1");
        thread::sleep(Duration::from_millis(150));
        self.earlier = self.counts();
        self.platform.restart(&self.options, Duration::from_secs(1));
        run.wait()
    }

    /// A step whose plugin is killed.
    pub(super) fn without_plugin(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        assert!(run.kill_plugins(), "there was no plugin");
        run.wait()
    }

    /// A step that is killed, though not while it writes the state: what that leaves is Terraform's affair.
    pub(super) fn killed(&self, step: Step) -> Ran {
        let is_opentofu = is_opentofu();
        let run = self.half_way(step);
        loop {
            run.hold(true);
            thread::sleep(Duration::from_millis(5));
            if is_opentofu || self.space.has_whole_state() {
                break;
            }
            run.hold(false);
            thread::sleep(Duration::from_millis(5));
        }
        run.kill();
        run.wait()
    }

    /// A step that gets a control-C: it ends by itself, and before it is done.
    pub(super) fn interrupted(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        run.interrupt();
        let ran = run.wait();
        assert_eq!(ran.code, Some(1), "{}", ran.text);
        ran
    }
}
