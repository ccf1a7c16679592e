//! `hikube_bucket`: its life on each release, and what cannot change on a living one.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};
use crate::life::Life;

on_each_release!(lives, keeps_what_is_decided_when_it_is_made);

/// Release 0.41 has no fields of a bucket: there labels are all that can change.
fn lives(platform: &Platform) {
    let is_old = platform.release == Release::V0_41;
    let life = Life {
        kind: "hikube_bucket",
        plural: "buckets",
        around: "",
        first: if is_old {
            "labels = { team = \"media\" }"
        } else {
            "labels = { team = \"media\" }\n  users = {\n app = {}\n cdn = { readonly = true }\n }"
        },
        second: if is_old {
            "labels = { team = \"shop\" }\n  annotations = { \"example.org/why\" = \"a test\" }"
        } else {
            "labels = { team = \"shop\" }\n  annotations = { \"example.org/why\" = \"a test\" }\n  \
             users = {\n app = { readonly = true }\n cdn = { readonly = true }\n ops = {}\n }"
        },
        changes: if is_old {
            &["labels.team", "annotations"]
        } else {
            &[
                "labels.team",
                "annotations",
                "users.app.readonly",
                "users.ops",
            ]
        },
    };
    let lived = life.live(platform);
    assert_eq!(lived.effective["labels"], json!({"team": "shop"}));
    assert_eq!(
        lived.effective["annotations"],
        json!({"example.org/why": "a test"})
    );
    assert_eq!(lived.effective["ready"], true);
    if !is_old {
        assert_eq!(
            lived.first["users"],
            json!({"app": {}, "cdn": {"readonly": true}})
        );
        let users = json!({"app": {"readonly": true}, "cdn": {"readonly": true}, "ops": {}});
        assert_eq!(lived.second["users"], users);
        assert_eq!(lived.effective["locking"], false);
        assert_eq!(lived.effective["users"]["ops"], json!({"readonly": null}));
    }
}

/// Object lock is decided when a bucket is made: a change makes another bucket. Release 0.41 has none.
fn keeps_what_is_decided_when_it_is_made(platform: &Platform) {
    let space = Workspace::on(platform);
    let bucket = |locking: &str| {
        format!("resource \"hikube_bucket\" \"it\" {{\n  name = \"NAME\"\n{locking}\n}}")
    };
    if platform.release == Release::V0_41 {
        let before = platform.standin.as_ref().map(|_| platform.api.writes());
        let ran = space.write(&bucket("locking = true")).try_plan().fails();
        ran.says("Unsupported attribute")
            .says("It requires platform 1.3 or later");
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
