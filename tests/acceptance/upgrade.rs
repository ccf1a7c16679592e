//! The platform is upgraded while objects exist: with the same configuration, the next plan is empty for every kind.

use std::collections::BTreeSet;

use hikube::kinds::KINDS;
use hikube::resource::Kind;
use hikube_standin::Release;

use crate::every_kind::Examples;
use crate::every_kind::example::plural_on;
use crate::harness::{Platform, Workspace};
use crate::modules;

pub(crate) const STEPS: [(&str, Release); 4] = [
    ("1.1", Release::V1_1),
    ("1.3", Release::V1_3),
    ("1.6", Release::V1_6),
    ("main", Release::Main),
];

/// Every kind, from the first release that has it through each upgrade.
#[test]
fn every_kind_outlives_every_upgrade() {
    let Some(mut platform) = Platform::start(Release::V0_41) else {
        return;
    };
    let mut spaces: Vec<(Workspace, Release)> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let modules = Workspace::on(&platform);
    modules.write(&modules::configuration()).apply().ok();
    spaces.push((modules, Release::V0_41));
    let first = (Release::V0_41.name(), Release::V0_41);
    for (name, release) in [first].into_iter().chain(STEPS) {
        if release != platform.release {
            platform.upgrade(name, release);
        }
        for (space, since) in &spaces {
            let ran = space.try_plan().ok();
            assert!(
                ran.text.contains("No changes."),
                "created on {since}, now on {name}: {}",
                ran.text
            );
        }
        let is_new = |kind: &&Kind| {
            kind.adopted.is_none()
                && !known.contains(kind.type_name)
                && plural_on(kind, &platform).is_some()
        };
        let kinds: Vec<&Kind> = KINDS.iter().filter(is_new).collect();
        if !kinds.is_empty() {
            let examples = Examples::of(kinds.iter().copied(), &platform);
            spaces.push((examples.are_created(), release));
            known.extend(kinds.iter().map(|kind| kind.type_name));
        }
    }
    for (space, _) in spaces.iter().rev() {
        space.destroy().ok();
    }
    delete_pools(&platform);
    platform.assert_clean();
}

/// The platform's main branch ignores the node groups of a cluster: the plan has a warning, and a change is an error
/// that names the replacement.
#[test]
fn node_groups_are_ignored_after_the_upgrade() {
    let Some(mut platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let space = Workspace::on(&platform);
    let cluster = |nodes: u8| {
        format!(
            "resource \"hikube_kubernetes\" \"it\" {{\n  name = \"NAME\"\n  node_groups = {{ md0 = {{ max_replicas = {nodes} }} }}\n}}\n"
        )
    };
    space.write(&cluster(3)).apply().ok();
    platform.upgrade("main", Release::Main);
    let ran = space.try_plan().ok();
    ran.says("No changes")
        .says("Unsupported attribute")
        .says("`hikube_kubernetes_node_pool`");
    let ran = space.write(&cluster(4)).try_plan();
    ran.fails()
        .says("Unsupported attribute")
        .says("`hikube_kubernetes_node_pool`");
    space.write(&cluster(3)).destroy().ok();
    delete_pools(&platform);
    platform.assert_clean();
}

/// The stand-in keeps the node pools that the upgrade created from node groups.
pub(crate) fn delete_pools(platform: &Platform) {
    for pool in platform.api.list("kubernetesnodeses") {
        let name = pool["metadata"]["name"].as_str().expect("a name");
        platform.api.delete("kubernetesnodeses", name);
        platform.api.wait_until_gone("kubernetesnodeses", name);
    }
}
