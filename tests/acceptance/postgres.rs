//! `hikube_postgres`: stored and returned values, parameters whose type depends on the release, and presets whose
//! default was renamed.

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    stores_what_the_charts_need,
    sends_parameters_as_the_release_types_them,
    shows_no_drift_of_defaults
);

fn postgres(attributes: &str) -> String {
    format!("resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

/// The platform cannot install a database with users but without roles, and requires amounts as strings.
fn stores_what_the_charts_need(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = postgres(
        "resources = { cpu = 1, memory = \"1Gi\" }\n  quorum = { max_sync_replicas = 1 }\n  \
         users = {\n app = { password = \"one\" }\n ops = { replication = true }\n report = {}\n }\n  \
         databases = {\n shop = { roles = { admin = [\"app\"] } }\n plain = {}\n }\n  \
         backup = { enabled = true, s3_access_key = \"key\", s3_secret_key = \"secret\" }",
    );
    let data = "data \"hikube_postgres\" \"it\" {\n  name = hikube_postgres.it.name\n}\n";
    space.write(&format!("{text}{data}")).apply().ok();
    let stored = platform.api.spec("postgreses", &space.name);
    let users = json!({"app": {"password": "one"}, "ops": {"replication": true}, "report": {}});
    assert_eq!(stored["users"], users);
    let databases = json!({"shop": {"roles": {"admin": ["app"]}}, "plain": {"roles": {}}});
    assert_eq!(stored["databases"], databases);
    assert_eq!(stored["resources"], json!({"cpu": "1", "memory": "1Gi"}));
    // The data source includes defaults of nested fields.
    let shown = space.instance("data.hikube_postgres.it")["attributes"].clone();
    let quorum = json!({"min_sync_replicas": 0, "max_sync_replicas": 1});
    assert_eq!(shown["quorum"], quorum);
    assert_eq!(shown["backup"]["retention_policy"], "30d");
    assert_eq!(shown["postgresql"]["parameters"]["max_connections"], "100");
    space.destroy().ok();
    platform.assert_clean();
}

/// Release 0.41 accepts `max_connections` only as an integer; later releases accept any parameter.
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

/// The default preset is `micro` on 0.41 and 1.3 and `t1.micro` on 1.6, the default version is v17 or v18. Unset
/// attributes stay unset.
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
    // Setting the default explicitly changes the state, but not the object.
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
