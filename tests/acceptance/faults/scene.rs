//! One fault on one release: a stand-in, a workspace, and fifty objects.

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

/// The operations on the fifty objects, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create,
    Update,
    Delete,
}

impl Step {
    pub(super) const ALL: [Step; 3] = [Step::Create, Step::Update, Step::Delete];

    /// The Terraform command.
    pub(super) fn command(self) -> [&'static str; 4] {
        let command = if self == Step::Delete {
            "destroy"
        } else {
            "apply"
        };
        [command, "-auto-approve", "-input=false", "-no-color"]
    }
}

/// Requests received by the API.
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

    /// The number of the requests that a step requires.
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

/// A stand-in, a workspace, and fifty objects.
pub(super) struct Scene {
    pub(super) platform: Platform,
    pub(super) space: Workspace,
    pub(super) fleet: Fleet,
    options: Options,
    /// The counts of stopped stand-ins.
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
            // The controller finishes and reports the current generation even if another one was written since.
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

    /// Writes the configuration of a step.
    pub(super) fn write(&self, step: Step, more: &str) {
        let stage = usize::from(step != Step::Create);
        let configuration = self.fleet.configuration(stage);
        self.space.write_trusting(&format!("{configuration}{more}"));
    }

    /// All requests.
    pub(super) fn counts(&self) -> Counts {
        self.earlier + Counts::of(&self.platform.api.stats())
    }

    /// The stored objects by kind and name.
    pub(super) fn stored(&self) -> BTreeMap<String, Stored> {
        stored(&self.file)
    }

    /// The IDs of all objects on the platform.
    pub(super) fn ids(&self) -> BTreeSet<String> {
        let namespace = &self.platform.api.namespace;
        let stored = self.stored();
        let names = stored.keys().filter_map(|name| name.split_once('/'));
        names
            .map(|(_, name)| format!("{namespace}/{name}"))
            .collect()
    }

    /// Starts a step, and returns when a third of the objects is written.
    #[track_caller]
    pub(super) fn half_way(&self, step: Step) -> Running {
        let before = self.counts().of_step(step);
        let run = self.space.start(&step.command());
        run.until(|| self.counts().of_step(step) >= before + 17)
    }

    /// Runs a step with these faults from the start.
    pub(super) fn faulty(&self, step: Step, faults: &str) -> Ran {
        self.platform.api.faults(faults);
        let ran = self.space.run(&step.command());
        self.platform.api.faults("");
        ran
    }

    /// Runs a step in which a few requests never receive a response.
    pub(super) fn hanging(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        self.platform.api.faults("hang,every=2");
        // Until some requests were affected, if any are left.
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

    /// Runs a step in which the API is not available for a second. Just before that, it stops accepting writes.
    pub(super) fn restarting(&mut self, step: Step) -> Ran {
        let run = self.half_way(step);
        self.platform.api.faults("status=503,every=1");
        thread::sleep(Duration::from_millis(150));
        self.earlier = self.counts();
        self.platform.restart(&self.options, Duration::from_secs(1));
        run.wait()
    }

    /// Runs a step in which the plugin is killed.
    pub(super) fn without_plugin(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        assert!(run.kill_plugins(), "there was no plugin");
        run.wait()
    }

    /// Runs a step in which Terraform is killed, but not while it writes the state, which is not the provider's
    /// responsibility.
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

    /// Runs a step that is interrupted: it ends by itself before it is complete.
    pub(super) fn interrupted(&self, step: Step) -> Ran {
        let run = self.half_way(step);
        run.interrupt();
        let ran = run.wait();
        assert_eq!(ran.code, Some(1), "{}", ran.text);
        ran
    }
}
