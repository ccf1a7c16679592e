//! The platform is upgraded while entries exist: their IDs stay, and the plan is empty.

use hikube_standin::Release;
use serde_json::json;

use super::kinds::{configuration, served};
use crate::harness::{Platform, Workspace};

#[test]
fn every_entry_outlives_every_upgrade() {
    let Some(mut platform) = Platform::start(Release::V0_41) else {
        return;
    };
    let space = Workspace::on(&platform);
    space
        .write(&configuration(&served(&platform), 0, true))
        .apply()
        .ok();
    let ids = space.ids();
    for (name, release) in crate::upgrade::STEPS {
        platform.upgrade(name, release);
        space.assert_settled();
        assert_eq!(space.ids(), ids, "{name}");
    }
    space.destroy().ok();
    crate::upgrade::delete_pools(&platform);
    platform.assert_clean();
}

const POOLS: &str = r#"
resource "hikube_kubernetes" "it" {
  name = "NAME"
}

resource "hikube_kubernetes_node_pool" "web" {
  kubernetes_id = hikube_kubernetes.it.id
  name          = "web"
  max_replicas  = 2
}
"#;

/// The first pool of a cluster leaves the one that the platform adds, and the upgrade moves both.
#[test]
fn a_node_pool_becomes_an_object() {
    let Some(mut platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let space = Workspace::on(&platform);
    space.write(POOLS).apply().ok();
    space.assert_settled();
    let (ids, name) = (space.ids(), space.name.clone());
    let groups = platform.api.spec("kuberneteses", &name)["nodeGroups"].clone();
    assert!(
        groups.get("md0").is_some() && groups.get("web").is_some(),
        "{groups}"
    );

    platform.upgrade("main", Release::Main);
    let pool = format!("{name}-web");
    let before = platform.api.spec("kubernetesnodeses", &pool);
    assert_eq!(before["maxReplicas"], json!(2));
    let writes = platform.api.writes();
    space.assert_settled();
    space.apply().ok();
    assert_eq!(space.ids(), ids);
    assert_eq!(platform.api.writes(), writes, "no node is touched");

    // From here on the pool is changed as an object, and so is a new one.
    let changed = POOLS.replace("max_replicas  = 2", "max_replicas  = 3");
    let new = changed.replace("\"web\"", "\"batch\"");
    let new = new.split("resource \"hikube_kubernetes_node_pool\"").nth(1);
    let both = format!(
        "{changed}resource \"hikube_kubernetes_node_pool\"{}",
        new.expect("a pool")
    );
    let plan = space.write(&both).plan();
    plan.updates("hikube_kubernetes_node_pool.web", &["max_replicas"]);
    plan.does("hikube_kubernetes_node_pool.batch", &["create"]);
    space.apply_plan().ok();
    space.assert_settled();
    let after = platform.api.spec("kubernetesnodeses", &pool);
    assert_eq!(after["maxReplicas"], json!(3));
    let batch = platform
        .api
        .spec("kubernetesnodeses", &format!("{name}-batch"));
    assert_eq!(batch["cluster"], json!(name));
    assert_eq!(batch["version"], after["version"]);
    space.destroy().ok();
    crate::upgrade::delete_pools(&platform);
    platform.assert_clean();
}
