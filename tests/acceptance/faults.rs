//! Each trouble while fifty objects are made, changed and destroyed, on each release. Once it is over, one more
//! apply reaches what was asked for: nothing is lost, nothing is made or written twice, nothing is left. Where
//! OpenTofu is killed, it takes the import blocks that this one prints and another one.

mod cut_off;
mod fleet;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use hikube_standin::Release;
use serde_json::json;

use self::scene::{Counts, Scene, Step};
use crate::harness::{is_opentofu, standin_only};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Requests, as told to the stand-in.
    Requests(&'static str),
    /// Some requests in mid-apply are never answered.
    Hanging,
    /// The API is gone for a second.
    Restarted,
    /// The provider is killed in mid-apply.
    PluginKilled,
    /// Terraform is killed in mid-apply.
    TerraformKilled,
    /// Control-C in mid-apply.
    Interrupted,
}

impl Trouble {
    /// Someone is killed, and with that not all that was made is in the state.
    fn kills(self) -> bool {
        matches!(self, Trouble::PluginKilled | Trouble::TerraformKilled)
    }
}

/// Makes each trouble a test on each release.
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

/// The patience of a request is long, and all releases have it at once.
#[test]
fn hanging_on_each_release() {
    thread::scope(|scope| {
        for release in Release::ALL {
            scope.spawn(move || lives_through(release, "hanging", Trouble::Hanging));
        }
    });
}

/// The platform takes no notice of a write of labels alone for minutes, and until then nothing holds the object
/// back from vanishing before it is uninstalled. A deletion knows that, even if the write's answer was lost.
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
        // The first write is another's: lost is the one before the deletion.
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

/// What a step took.
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

/// Does a step in trouble, and once more without. Returns how many applies it took.
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

/// Each object is there once and was made once, as it was asked for; or none is.
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
            // What is not deleted is not made a second time.
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
