//! One server with many entries, in two configurations that are applied at the same time.

use std::fmt::Write as _;

use crate::harness::{Platform, Workspace, on_release};

mod nothing_is_lost {
    use super::*;

    on_release!(two_configurations_share_a_server, on_0_41, V0_41);
    on_release!(two_configurations_share_a_server, on_1_1, V1_1);
    on_release!(two_configurations_share_a_server, on_1_3, V1_3);
    on_release!(two_configurations_share_a_server, on_1_6, V1_6);
    on_release!(two_configurations_share_a_server, on_main, Main);
}

/// The databases and users of each of the two configurations.
const DATABASES: usize = 15;
const USERS: usize = 30;

fn inline() -> String {
    let mut users = String::new();
    for n in 0..USERS {
        let _ = writeln!(users, "    inline{n} = {{}}");
    }
    let mut databases = String::new();
    for n in 0..DATABASES {
        let _ = writeln!(
            databases,
            "    inline{n} = {{ roles = {{ admin = [\"inline{n}\"] }} }}"
        );
    }
    format!(
        "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  users = {{\n{users}  }}\n  databases = {{\n{databases}  }}\n}}\n"
    )
}

fn entries() -> String {
    format!(
        r#"
resource "hikube_postgres_user" "it" {{
  count       = {USERS}
  postgres_id = "NAMESPACE/NAME"
  name        = "entry${{count.index}}"
}}

resource "hikube_postgres_database" "it" {{
  count       = {DATABASES}
  postgres_id = "NAMESPACE/NAME"
  name        = "entry${{count.index}}"
  roles       = {{ admin = ["entry${{count.index}}"] }}
}}
"#
    )
}

fn two_configurations_share_a_server(platform: &Platform) {
    let space = super::server(platform);
    let id = space.ids()["hikube_postgres.it"].clone();
    let (namespace, _) = id.split_once('/').expect("an ID");
    let theirs = Workspace::named(platform, space.name.clone());
    let before = (
        platform.api.requests("get", "postgreses"),
        platform.api.writes(),
    );
    theirs.write(&entries().replace("NAMESPACE", namespace));
    space.write(&inline());
    let (ours, other) = (space.start_apply(), theirs.start_apply());
    ours.wait().ok();
    other.wait().ok();
    let reads = platform.api.requests("get", "postgreses") - before.0;
    let writes = platform.api.writes() - before.1;
    let spec = platform.api.spec("postgreses", &space.name);
    for (field, count) in [("users", USERS), ("databases", DATABASES)] {
        let found = spec[field].as_object().expect("entries");
        assert_eq!(found.len(), 2 * count, "{field}");
    }
    space.assert_settled();
    theirs.assert_settled();
    // How many come together depends on the load of the machine.
    let entries = (DATABASES + USERS) as u64;
    assert!(
        writes < entries && reads < 2 * entries,
        "{reads} reads, {writes} writes"
    );
    theirs.destroy().ok();
    let spec = platform.api.spec("postgreses", &space.name);
    assert_eq!(
        spec["users"].as_object().map(serde_json::Map::len),
        Some(USERS)
    );
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}
