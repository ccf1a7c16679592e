//! What is made by an apply that is killed, and that no state has: the next apply in the same folder takes it
//! over, as the matrix shows. Here is what it must leave alone, and what happens where nothing is remembered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::thread;
use std::time::Duration;

use hikube_standin::Release;
use serde_json::json;

use super::scene::{Scene, Step};
use crate::harness::{Platform, Ran, Workspace, is_opentofu, on_each_release, standin_only};

on_each_release!(
    it_is_taken_over_once,
    what_is_not_as_wanted_is_left_alone,
    what_was_given_up_is_taken_over,
);

const DISK: &str =
    "resource \"hikube_vm_disk\" \"a\" {\n  name = \"NAME\"\n  storage = \"10Gi\"\n}\n";

/// A platform that gets ready when nobody waits any more.
fn slow(platform: &Platform) -> Option<Platform> {
    platform.altered(|options| options.ready_after = Duration::from_secs(10))
}

/// Makes the disk, and is killed while it waits for it.
fn cut_off(platform: &Platform, space: &Workspace) {
    killed_when(space, || platform.api.get("vmdisks", &space.name).is_some());
}

/// Applies, and is killed as soon as this is so, before the object is ready.
fn killed_when(space: &Workspace, is_time: impl Fn() -> bool) {
    let run = space.start_apply().until(is_time);
    run.kill();
    drop(run.wait());
    assert_eq!(space.objects(), 0);
}

/// What each run wrote down of creates in this folder.
fn journals(space: &Workspace) -> Vec<String> {
    let files = fs::read_dir(space.path(".terraform/hikube"));
    let files = files.into_iter().flatten().flatten();
    let texts = files.map(|file| fs::read_to_string(file.path()).unwrap_or_default());
    texts.collect()
}

fn it_is_taken_over_once(platform: &Platform) {
    let Some(platform) = &slow(platform) else {
        return;
    };
    let space = Workspace::on(platform);
    cut_off(platform, space.write(DISK));
    let uid = |space: &Workspace| {
        let object = platform.api.get("vmdisks", &space.name).expect("the disk");
        object["metadata"]["uid"].clone()
    };
    let made = uid(&space);
    // Who takes it over can be killed as well.
    let first = journals(&space).concat();
    // After the header and its own create.
    let is_second = |journal: &String| journal.lines().nth(2) == first.lines().nth(1);
    killed_when(&space, || journals(&space).iter().any(is_second));
    // Two blocks want it: one gets it.
    let twice = format!("{DISK}{}", DISK.replace("\"a\"", "\"b\""));
    space
        .write(&twice)
        .apply()
        .fails()
        .says("is already in use");
    assert_eq!(space.objects(), 1);
    assert_eq!(uid(&space), made);
    // A state that another one takes the place of is not this one.
    fs::remove_file(space.path("terraform.tfstate")).expect("a state");
    space.write(DISK).apply().fails().says("already exists");
    assert_eq!(uid(&space), made);
    assert_eq!(space.objects(), 0);
}

fn what_is_not_as_wanted_is_left_alone(platform: &Platform) {
    let Some(platform) = &slow(platform) else {
        return;
    };
    let space = Workspace::on(platform);
    cut_off(platform, space.write(DISK));
    platform.api.edit("vmdisks", &space.name, |disk| {
        disk["spec"]["optical"] = json!(true);
    });
    space.apply().fails().says("already exists");
    // Another folder knows nothing of it.
    let theirs = Workspace::named(platform, &space.name);
    let same = DISK.replace("storage = \"10Gi\"", "storage = \"10Gi\"\n  optical = true");
    theirs.write(&same).apply().fails().says("already exists");
    // In this one it is what the configuration now says.
    space.write(&same).apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// An answer that never comes before the time is up: what may have been made is not forgotten.
fn what_was_given_up_is_taken_over(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    let hasty = DISK.replace("storage =", "timeouts = { create = \"2s\" }\n  storage =");
    space.write(&hasty);
    platform
        .api
        .faults("lost,verb=POST;status=503,verb=GET,every=1");
    let ran = space.apply().fails();
    platform.api.faults("");
    ran.says("Could not create VM disk");
    assert_eq!(space.objects(), 0);
    assert!(platform.api.get("vmdisks", &space.name).is_some());
    space.apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// A state that knows nothing of what the killed run recorded: that is not taken from it.
#[test]
fn another_state_gets_only_what_none_has() {
    // What OpenTofu had no time to write is in no state at all.
    if !standin_only() || is_opentofu() {
        return;
    }
    let scene = Scene::of(Release::V1_6);
    scene.write(Step::Create, "");
    drop(scene.killed(Step::Create));
    let known: BTreeSet<String> = scene.space.ids().into_values().collect();
    assert!(!known.is_empty());
    let ran = scene.space.apply_with(&["-state=other.tfstate"]).fails();
    let refused = import_blocks(&ran, &scene.fleet.addresses(&scene.platform.api.namespace));
    let refused: BTreeSet<String> = refused.into_keys().collect();
    assert_eq!(refused.difference(&known).count(), 0, "{refused:?}");
    assert_eq!(known.difference(&refused).count(), 0, "taken: {known:?}");
}

/// Where nothing is remembered, on a machine that is thrown away, the next apply names all that is in no state,
/// makes the rest, and its import blocks bring it in.
#[test]
fn import_blocks_are_printed_where_nothing_is_remembered() {
    if !standin_only() {
        return;
    }
    let scene = Scene::of(Release::V1_3);
    scene.write(Step::Create, "");
    drop(scene.without_plugin(Step::Create));
    fs::remove_dir_all(scene.space.path(".terraform/hikube")).expect("what is remembered");
    // What was sent last may still be written.
    let mut last = scene.ids();
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = scene.ids();
        if now == last {
            break;
        }
        last = now;
    }
    let known: BTreeSet<String> = scene.space.ids().into_values().collect();
    let orphans: BTreeSet<String> = scene.ids().difference(&known).cloned().collect();
    assert!((1..=10).contains(&orphans.len()), "{orphans:?}");
    let ran = scene.space.apply().fails();
    let named = bring_in(&scene, &ran);
    assert_eq!(named, orphans, "the blocks are about others");
    scene.space.assert_settled();
    scene.space.destroy().ok();
    scene.platform.assert_clean();
}

/// Imports what a run refused to make, by the blocks it printed; the ids in them.
pub(super) fn bring_in(scene: &Scene, ran: &Ran) -> BTreeSet<String> {
    let addresses = scene.fleet.addresses(&scene.platform.api.namespace);
    let blocks = import_blocks(ran, &addresses);
    let ids = blocks.keys().cloned().collect();
    let blocks: Vec<String> = blocks.into_values().collect();
    scene.write(Step::Create, &blocks.concat());
    let counts = format!("{} imported, 0 added", blocks.len());
    let ran = scene.space.apply().ok();
    ran.says(&counts).says("0 destroyed");
    scene.write(Step::Create, "");
    ids
}

/// The import blocks that were printed, by id, with the name of the resource block filled in.
fn import_blocks(ran: &Ran, addresses: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let blocks = ran.flat.split("import { to = ").skip(1);
    let blocks = blocks.map(|text| {
        let (to, rest) = text.split_once(" id = \"").expect("an id");
        let (id, _) = rest.split_once('"').expect("an end");
        let address = &addresses[id];
        let kind = address.split('.').next().expect("a type");
        assert_eq!(to, format!("{kind}.NAME"));
        let block = format!("import {{\n  to = {to}\n  id = \"{id}\"\n}}\n");
        (id.to_owned(), block.replace(to, address))
    });
    blocks.collect()
}
