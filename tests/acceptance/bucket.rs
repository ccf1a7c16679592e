//! `hikube_bucket`: changes that force replacement.

use hikube_standin::Release;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(keeps_what_is_decided_when_it_is_made);

/// Object lock can only be set when a bucket is created. Release 0.41 does not have it.
fn keeps_what_is_decided_when_it_is_made(platform: &Platform) {
    let space = Workspace::on(platform);
    let bucket = |locking: &str| {
        format!("resource \"hikube_bucket\" \"it\" {{\n  name = \"NAME\"\n{locking}\n}}")
    };
    if platform.release == Release::V0_41 {
        let before = platform.standin.as_ref().map(|_| platform.api.writes());
        let ran = space.write(&bucket("locking = true")).try_plan().fails();
        ran.says("Unsupported attribute")
            .says("It requires platform 1.1 or later");
        assert_eq!(
            before,
            platform.standin.as_ref().map(|_| platform.api.writes())
        );
        return;
    }
    space.write(&bucket("locking = true")).apply().ok();
    space.write(&bucket("")).plan().replaces("hikube_bucket.it");
    space.destroy().ok();
    platform.assert_clean();
}
