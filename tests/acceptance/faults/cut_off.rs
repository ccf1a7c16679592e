//! Objects of a killed apply that are in no state: the next apply in the same directory adopts them, as the other tests
//! show. These tests are about objects that must not be adopted, and about a missing journal.

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
    an_object_that_differs_from_the_configuration_is_not_adopted,
    an_object_of_a_timed_out_create_is_adopted,
);

const DISK: &str =
    "resource \"hikube_vm_disk\" \"a\" {\n  name = \"NAME\"\n  storage = \"10Gi\"\n}\n";

/// A platform on which objects become ready only after the test.
fn slow(platform: &Platform) -> Option<Platform> {
    platform.altered(|options| options.ready_after = Duration::from_secs(10))
}

/// Creates the disk, and is killed while it waits.
fn cut_off(platform: &Platform, space: &Workspace) {
    killed_when(space, || platform.api.get("vmdisks", &space.name).is_some());
}

/// Applies, and is killed when this condition is true, before the object is ready.
fn killed_when(space: &Workspace, is_time: impl Fn() -> bool) {
    let run = space.start_apply().until(is_time);
    run.kill();
    drop(run.wait());
    assert_eq!(space.objects(), 0);
}

/// The creates that each run recorded in this directory.
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
    // The run that adopts it can be killed as well.
    let first = journals(&space).concat();
    // After the header and its own create.
    let is_second = |journal: &String| journal.lines().nth(2) == first.lines().nth(1);
    killed_when(&space, || journals(&space).iter().any(is_second));
    // Of two blocks for the object, one adopts it.
    let twice = format!("{DISK}{}", DISK.replace("\"a\"", "\"b\""));
    space
        .write(&twice)
        .apply()
        .fails()
        .says("is already in use");
    assert_eq!(space.objects(), 1);
    assert_eq!(uid(&space), made);
    // A new state instead of the removed one does not adopt the object.
    fs::remove_file(space.path("terraform.tfstate")).expect("a state");
    space.write(DISK).apply().fails().says("already exists");
    assert_eq!(uid(&space), made);
    assert_eq!(space.objects(), 0);
}

fn an_object_that_differs_from_the_configuration_is_not_adopted(platform: &Platform) {
    let Some(platform) = &slow(platform) else {
        return;
    };
    let space = Workspace::on(platform);
    cut_off(platform, space.write(DISK));
    platform.api.edit("vmdisks", &space.name, |disk| {
        disk["spec"]["optical"] = json!(true);
    });
    space.apply().fails().says("already exists");
    // There is no journal in another directory.
    let theirs = Workspace::named(platform, &space.name);
    let same = DISK.replace("storage = \"10Gi\"", "storage = \"10Gi\"\n  optical = true");
    theirs.write(&same).apply().fails().says("already exists");
    // In this directory, the adopted object matches the configuration.
    space.write(&same).apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// If a create times out without a response, its record is kept, as the object may exist.
fn an_object_of_a_timed_out_create_is_adopted(platform: &Platform) {
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

/// A run with another state adopts only objects that are in no state.
#[test]
fn another_state_adopts_only_objects_in_no_state() {
    // Objects that OpenTofu had not written yet are in no state.
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
    // Terraform may not have written the last objects yet, which are then in no state and no longer in the journal.
    assert!(refused.difference(&known).count() <= 2, "{refused:?}");
    assert_eq!(known.difference(&refused).count(), 0, "taken: {known:?}");
}

/// Without a journal, on a machine with ephemeral storage, the next apply reports all objects that are in no state and
/// creates the others. The printed import blocks import them.
#[test]
fn import_blocks_are_printed_where_nothing_is_remembered() {
    if !standin_only() {
        return;
    }
    let scene = Scene::of(Release::V1_3);
    scene.write(Step::Create, "");
    drop(scene.without_plugin(Step::Create));
    fs::remove_dir_all(scene.space.path(".terraform/hikube")).expect("what is remembered");
    // The last request may still be processed.
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

/// Imports the objects that a run reported, with the blocks it printed. Returns their IDs.
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

/// The printed import blocks by ID, with the name of the resource block.
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
