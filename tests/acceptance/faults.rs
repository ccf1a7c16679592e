//! Each fault while fifty objects are created, changed and destroyed, on each release. After the fault, one further
//! apply completes the operation: no object is lost, created or written twice, or left behind. If OpenTofu is killed,
//! another apply with the printed import blocks is required.

mod cut_off;
mod fleet;
mod in_progress;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use hikube_standin::Release;
use serde_json::json;

use self::scene::{Counts, Scene, Step};
use crate::harness::{is_opentofu, standin_only};

/// The fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Faults of requests, in the syntax of the stand-in.
    Requests(&'static str),
    /// Some requests during the apply never receive a response.
    Hanging,
    /// The API is not available for a second.
    Restarted,
    /// The provider is killed during the apply.
    PluginKilled,
    /// Terraform is killed during the apply.
    TerraformKilled,
    /// Terraform is interrupted during the apply.
    Interrupted,
}

impl Trouble {
    /// Whether a process is killed, so that created objects may be missing in the state.
    fn kills(self) -> bool {
        matches!(self, Trouble::PluginKilled | Trouble::TerraformKilled)
    }
}

/// Makes each fault a test on each release.
macro_rules! on_each_release {
    ($($name:ident: $trouble:expr),+ $(,)?) => {$(
        mod $name {
            use super::{Trouble::*, *};

            #[test]
            fn on_0_41() {
                lives_through(Release::V0_41, stringify!($name), $trouble);
            }

            #[test]
            fn on_1_3() {
                lives_through(Release::V1_3, stringify!($name), $trouble);
            }

            #[test]
            fn on_1_6() {
                lives_through(Release::V1_6, stringify!($name), $trouble);
            }
        }
    )+};
}

on_each_release!(
    unavailable: Requests("status=503,every=3"),
    too_many: Requests("status=429,every=6,retry-after=1"),
    answers_lost: Requests("lost,every=4"),
    connections_cut: Requests("reset,every=5"),
    garbage: Requests("garbage,every=4"),
    api_restarted: Restarted,
    plugin_killed: PluginKilled,
    terraform_killed: TerraformKilled,
    interrupted: Interrupted,
);

/// The timeout of a request is long, so all releases run concurrently.
#[test]
fn hanging_on_each_release() {
    thread::scope(|scope| {
        for release in Release::ALL {
            scope.spawn(move || lives_through(release, "hanging", Trouble::Hanging));
        }
    });
}

/// The platform does not process a change of labels for minutes. Until then the object has no finalizer and would be
/// removed without being uninstalled. A deletion takes this into account even if the response to the write was lost.
#[test]
fn a_lost_write_of_labels_leaves_nothing() {
    if !standin_only() {
        return;
    }
    for release in Release::ALL {
        let scene = Scene::of(release);
        let disk = |label: &str| {
            format!(
                "resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  \
                 labels = {{ a = \"{label}\" }}\n}}\n"
            )
        };
        scene.space.write(&disk("b")).apply().ok();
        scene.space.write(&disk("c"));
        scene.faulty(Step::Update, "lost,verb=PUT").ok();
        assert_eq!(scene.counts().updates, 1, "it is written twice");
        // The first write belongs to another object: the response to the last write before the deletion is lost.
        let (api, other) = (&scene.platform.api, format!("{}-other", scene.space.name));
        api.create("vmdisks", "VMDisk", &other, &json!({}));
        api.faults("lost,verb=PUT,every=2");
        api.edit("vmdisks", &other, |object| {
            object["spec"]["optical"] = json!(true)
        });
        scene.space.destroy().ok();
        assert!(api.requests("update", "vmdisks") >= 4, "none was lost");
        api.faults("");
        thread::sleep(Duration::from_millis(300));
        api.delete("vmdisks", &other);
        api.wait_until_gone("vmdisks", &other);
        scene.platform.assert_clean();
    }
}

/// The duration and requests of a step.
struct Row {
    step: Step,
    counts: Counts,
    seconds: f64,
    applies: u32,
}

fn lives_through(release: Release, name: &str, trouble: Trouble) {
    if !standin_only() {
        return;
    }
    let mut scene = Scene::of(release);
    let mut uids = BTreeMap::new();
    let rows = Step::ALL.map(|step| {
        let (before, started) = (scene.counts(), Instant::now());
        let applies = converges(&mut scene, trouble, step);
        let (seconds, counts) = (started.elapsed().as_secs_f64(), scene.counts() - before);
        once(&scene, step, counts, &mut uids);
        Row {
            step,
            counts,
            seconds,
            applies,
        }
    });
    print(release, name, &rows);
}

/// Runs a step with a fault, and again without. Returns the number of applies.
fn converges(scene: &mut Scene, trouble: Trouble, step: Step) -> u32 {
    scene.write(step, "");
    let ran = match trouble {
        Trouble::Requests(faults) => scene.faulty(step, faults),
        Trouble::Hanging => scene.hanging(step),
        Trouble::Restarted => scene.restarting(step),
        Trouble::PluginKilled => scene.without_plugin(step),
        Trouble::TerraformKilled => scene.killed(step),
        Trouble::Interrupted => scene.interrupted(step),
    };
    if ran.code == Some(0) {
        assert!(!trouble.kills(), "it ended well:\n{}", ran.text);
        return 1;
    }
    let text = ran.text.clone();
    if !trouble.kills() {
        ran.fails().omits("tainted").omits("already exists");
        if step == Step::Create {
            let known: BTreeSet<String> = scene.space.ids().into_values().collect();
            assert_eq!(known, scene.ids(), "not in the state:\n{text}");
        }
    }
    let again = scene.space.run(&step.command());
    if trouble == Trouble::TerraformKilled && step == Step::Create && is_opentofu() {
        cut_off::bring_in(scene, &again.fails());
        return 3;
    }
    again.ok();
    2
}

/// Asserts that each object exists once and was created once with its configuration, or that none exists.
fn once(scene: &Scene, step: Step, counts: Counts, uids: &mut BTreeMap<String, String>) {
    let stored = scene.stored();
    let now: BTreeMap<String, String> = stored
        .iter()
        .map(|(name, object)| (name.clone(), object.uid.clone()))
        .collect();
    let known: BTreeSet<String> = scene.space.ids().into_values().collect();
    assert_eq!(known, scene.ids(), "the state is about others");
    match step {
        Step::Create => {
            // An object that was not deleted is not created again.
            assert_eq!(counts.deletes, 0, "{counts:?}");
            scene.fleet.assert_stored(0, &stored);
            *uids = now;
        }
        Step::Update => {
            assert_eq!((counts.creates, counts.deletes), (0, 0), "{counts:?}");
            scene.fleet.assert_stored(1, &stored);
            assert_eq!(*uids, now, "others are in their place");
        }
        Step::Delete => {
            assert_eq!(counts.creates, 0, "{counts:?}");
            assert_eq!(known.len(), 0);
            return scene.platform.assert_clean();
        }
    }
    scene.space.assert_settled();
}

#[expect(clippy::print_stdout, reason = "a table to look at")]
fn print(release: Release, name: &str, rows: &[Row]) {
    let line = |row: &Row| {
        let Row { counts, .. } = row;
        format!(
            "{name:<16} {release:<5} {:<7} {:>6} requests, {:>3} writes, {:>6.1} s, {} applies\n",
            format!("{:?}", row.step).to_lowercase(),
            counts.all,
            counts.creates + counts.updates + counts.deletes,
            row.seconds,
            row.applies
        )
    };
    println!("{}", rows.iter().map(line).collect::<String>().trim_end());
}
