//! `hikube_postgres`: its life on each release, parameters that releases type differently, and presets
//! whose default changed its name.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};
use crate::life::Life;

on_each_release!(
    lives,
    sends_parameters_as_the_release_types_them,
    shows_no_drift_of_defaults
);

fn lives(platform: &Platform) {
    let life = Life {
        kind: "hikube_postgres",
        plural: "postgreses",
        around: "",
        first: "replicas = 3\n size = \"20Gi\"\n version = \"v16\"\n \
                resources = { cpu = \"500m\", memory = \"1Gi\" }\n \
                quorum = { min_sync_replicas = 1, max_sync_replicas = 1 }\n \
                users = {\n app = { password = \"one\" }\n ops = { replication = true }\n }\n \
                databases = {\n shop = { extensions = [\"pgcrypto\"], roles = { admin = [\"app\"] } }\n }\n \
                backup = { enabled = true, schedule = \"0 0 2 * * *\", s3_access_key = \"key\", \
                s3_secret_key = \"secret\" }",
        second: "replicas = 3\n size = \"30Gi\"\n version = \"v17\"\n external = true\n \
                 resources = { cpu = 1, memory = \"1Gi\" }\n \
                 quorum = { max_sync_replicas = 1 }\n \
                 users = {\n app = { password = \"two\" }\n report = {}\n }\n \
                 databases = {\n shop = { extensions = [\"uuid-ossp\", \"pgcrypto\"], \
                 roles = { admin = [\"app\"], readonly = [\"report\"] } }\n \
                 plain = {}\n }\n \
                 backup = { enabled = true, schedule = \"0 0 3 * * *\", s3_access_key = \"key\", \
                 s3_secret_key = \"secret\" }",
        changes: &[
            "size",
            "version",
            "external",
            "resources.cpu",
            "quorum.min_sync_replicas",
            "users.app.password",
            "users.ops",
            "users.report",
            "databases.shop.extensions",
            "databases.shop.roles.readonly",
            "databases.plain",
            "backup.schedule",
        ],
    };
    let lived = life.live(platform);
    assert_eq!(lived.first["users"]["ops"], json!({"replication": true}));
    let users = json!({"app": {"password": "two"}, "report": {}});
    assert_eq!(lived.second["users"], users);
    // The platform cannot install a database without roles once there are users.
    assert_eq!(lived.second["databases"]["plain"], json!({"roles": {}}));
    assert_eq!(
        lived.second["resources"],
        json!({"cpu": "1", "memory": "1Gi"})
    );
    let shown = lived.effective;
    assert_eq!(shown["replicas"], 3);
    assert_eq!(shown["storage_class"], "");
    assert_eq!(
        shown["quorum"],
        json!({"min_sync_replicas": 0, "max_sync_replicas": 1})
    );
    assert_eq!(shown["backup"]["retention_policy"], "30d");
    assert_eq!(shown["postgresql"]["parameters"]["max_connections"], "100");
    assert_eq!(shown["ready"], true);
}

fn postgres(attributes: &str) -> String {
    format!("resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

/// Release 0.41 takes `max_connections` as an integer only; later ones take any parameter.
fn sends_parameters_as_the_release_types_them(platform: &Platform) {
    let space = Workspace::on(platform);
    let parameters = |max: &str| {
        postgres(&format!(
            "postgresql = {{ parameters = {{ max_connections = {max} }} }}"
        ))
    };
    space.write(&parameters("200")).apply().ok();
    assert_eq!(space.state("hikube_postgres.it", "ready"), true);
    space.assert_settled();
    let path = "postgresql.parameters.max_connections";
    space
        .write(&parameters("\"300\""))
        .plan()
        .updates("hikube_postgres.it", &[path]);
    space.apply_plan().ok();
    space.assert_settled();
    let stored = platform.api.spec("postgreses", &space.name);
    let stored = &stored["postgresql"]["parameters"]["max_connections"];
    if platform.release == Release::V0_41 {
        assert_eq!(*stored, 300);
    } else {
        assert_eq!(stored.to_string().replace('"', ""), "300");
    }
    space
        .write(&postgres(""))
        .plan()
        .updates("hikube_postgres.it", &["postgresql"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// The default preset is `micro` on 0.41 and 1.3 and `t1.micro` on 1.6, the default version v17 or v18:
/// what is left out stays left out.
fn shows_no_drift_of_defaults(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(&postgres("")).apply().ok();
    assert_eq!(
        space.state("hikube_postgres.it", "resources_preset"),
        json!(null)
    );
    assert_eq!(space.state("hikube_postgres.it", "version"), json!(null));
    space.assert_settled();
    let shown = platform.api.spec("postgreses", &space.name);
    let default = shown["resourcesPreset"]
        .as_str()
        .expect("a preset")
        .to_owned();
    // Said aloud it is a change of the state and none of the object.
    let said = postgres(&format!("resources_preset = \"{default}\""));
    space
        .write(&said)
        .plan()
        .updates("hikube_postgres.it", &["resources_preset"]);
    space.apply_plan().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
    let near = postgres(&format!("resources_preset = \"{default} \""));
    let ran = space.write(&near).try_plan().fails();
    ran.says(&format!("Did you mean `{default}`?"));
}
