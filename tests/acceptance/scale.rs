//! Two hundred objects are created, changed and destroyed ten at a time. The API stays available, and nothing remains.

use hikube_standin::Release;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(two_hundred_objects);

const COUNT: usize = 200;

/// On release 0.41 a bucket has no fields, and the controller does not process a change of only a label, so the test
/// uses disks there.
fn two_hundred_objects(platform: &Platform) {
    let space = Workspace::on(platform);
    let (kind, plural, first, second) = match platform.release {
        Release::V0_41 => (
            "hikube_vm_disk",
            "vmdisks",
            "storage = \"10Gi\"",
            "storage = \"11Gi\"",
        ),
        _ => (
            "hikube_bucket",
            "buckets",
            "users = { a = {} }",
            "users = { a = {}, b = {} }",
        ),
    };
    let objects = |fields: &str| {
        format!(
            "resource \"{kind}\" \"it\" {{\n  count = {COUNT}\n  name = \"NAME-${{count.index}}\"\n  \
             wait_for = \"none\"\n  {fields}\n}}\n"
        )
    };
    let ours = || {
        let all = platform.api.list(plural);
        let names = all
            .iter()
            .filter_map(|object| object["metadata"]["name"].as_str());
        names.filter(|name| name.starts_with(&space.name)).count()
    };
    let apply = || space.apply_with(&["-parallelism=10"]).ok();
    space.write(&objects(first));
    apply().says("200 added, 0 changed, 0 destroyed");
    assert_eq!(ours(), COUNT);
    space.write(&objects(second));
    apply().says("0 added, 200 changed, 0 destroyed");
    space.assert_settled();
    assert_eq!(ours(), COUNT);
    space.destroy().ok().says("200 destroyed");
    assert_eq!(ours(), 0);
    platform.assert_clean();
}
