//! Credentials that are not stored: the values of an ephemeral resource are passed to a write-only attribute, and the
//! platform shows which values arrived.

use std::fs;
use std::path::Path;

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, block, on_each_release, without_others};

on_each_release!(
    are_given_by_id_within_one_apply,
    are_given_by_name,
    reach_a_cluster_as_the_example_shows,
);

/// A virtual machine whose user data is write-only.
fn fed(text: &str, version: u32) -> String {
    block(
        "vm",
        &format!("cloud_init_wo = \"{text}\"\n  cloud_init_wo_version = {version}"),
    )
}

fn arrived(platform: &Platform, space: &Workspace) -> String {
    let spec = platform.api.spec("vminstances", &space.name);
    spec["cloudInit"].as_str().expect("a text").to_owned()
}

/// The plan succeeds without the object. The apply creates it, reads its credentials and passes them on.
fn are_given_by_id_within_one_apply(platform: &Platform) {
    let space = Workspace::on(platform);
    let text = block("postgres", "users = { app = {} }\n store_credentials = false")
        + "ephemeral \"hikube_postgres_credentials\" \"it\" {\n  id = hikube_postgres.it.id\n}\n\
           ephemeral \"hikube_secret\" \"it\" {\n  name = \"postgres-NAME-credentials\"\n  \
           namespace = dirname(hikube_postgres.it.id)\n}\n\
           locals {\n  it = ephemeral.hikube_postgres_credentials.it\n}\n"
        + &fed(
            "${local.it.name} ${local.it.host} ${local.it.port} ${local.it.credentials[\\\"app\\\"].password} \
             ${ephemeral.hikube_secret.it.data[\\\"app\\\"]}",
            1,
        )
        .replace("\\\"", "\"");
    let plan = space.write(&text).plan();
    plan.does("hikube_vm.it", &["create"]);
    space.apply_plan().ok().says("2 added");
    let name = &space.name;
    let secret = platform.api.secret(&format!("postgres-{name}-credentials"));
    let password = &secret.expect("passwords")["app"];
    let host = space.state("hikube_postgres.it", "host");
    let host = host.as_str().expect("a host");
    assert_eq!(
        arrived(platform, &space),
        format!("{name} {host} 5432 {password} {password}")
    );
    assert_eq!(space.state("hikube_postgres.it", "credentials"), json!({}));
    let state = space.state_file().to_string();
    assert!(!state.contains(password.as_str()), "{state}");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Credentials of objects that Terraform does not manage, and the errors if they do not exist, or not yet.
fn are_given_by_name(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.no_outputs = vec!["late".to_owned()];
    }) else {
        return;
    };
    let space = Workspace::on(platform);
    let users = json!({"users": {"app": {"password": "given by others"}}});
    for name in [space.name.as_str(), "late"] {
        platform.api.create("postgreses", "Postgres", name, &users);
    }
    let secret = format!("postgres-{}-credentials", space.name);
    assert!((0..200).any(|_| platform.api.secret(&secret).is_some()));
    let text = "ephemeral \"hikube_postgres_credentials\" \"it\" {\n  PLACE\n}\n".to_owned()
        + &fed(
            "${ephemeral.hikube_postgres_credentials.it.credentials[\"app\"].password}",
            1,
        );
    let by = |place: &str| space.write(&text.replace("PLACE", place));
    by("name = \"NAME\"").apply().ok();
    assert_eq!(arrived(platform, &space), "given by others");
    by("id = \"tenant-demo/NAME\"").assert_settled();
    for (place, phrases) in [
        (
            "name = \"late\"",
            [
                "Credentials not available",
                "the Secret `postgres-late-credentials` with the credentials is not there yet",
                "run Terraform again",
            ],
        ),
        (
            "name = \"none\"",
            [
                "Could not read",
                "tenant-demo/none",
                "Check the namespace and the name",
            ],
        ),
        (
            "id = \"NAME\"",
            [
                "Invalid Attribute Value",
                "`id` must be `namespace/name`",
                "the `id` of a resource",
            ],
        ),
        ("", ["Set `id`", "or `name`", "the name of the object"]),
        (
            "id = \"tenant-demo/NAME\"\n  name = \"NAME\"",
            ["`id`", "`name`", "conflicts with"],
        ),
    ] {
        by(place);
        let mut ran = space.try_plan().fails();
        for phrase in phrases {
            ran = ran.says(phrase);
        }
    }
    let text = "ephemeral \"hikube_secret\" \"it\" {\n  name = \"none\"\n}\n".to_owned()
        + &fed("${ephemeral.hikube_secret.it.data[\"a\"]}", 1);
    let ran = space
        .write(&text)
        .try_plan()
        .fails()
        .says("Secret not available");
    ran.says("There is no Secret `none` in `tenant-demo`");
    by("name = \"NAME\"").destroy().ok();
    for name in [space.name.as_str(), "late"] {
        platform.api.delete("postgreses", name);
        platform.api.wait_until_gone("postgreses", name);
    }
    platform.assert_clean();
}

/// The first file of the example is valid without the providers of the second.
fn reach_a_cluster_as_the_example_shows(platform: &Platform) {
    let mut space = Workspace::without_platform();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster-access/main.tf");
    let example = fs::read_to_string(example).expect("an example");
    let name = space.name.clone();
    let own = format!("name = \"{name}\"");
    let text = without_others(&example).replace("name = \"access\"", &own);
    fs::write(space.path("main.tf"), text).expect("main.tf");
    let feed = fed(
        "${ephemeral.hikube_kubernetes_credentials.main.client_key}",
        1,
    );
    fs::write(space.path("feed.tf"), feed.replace("NAME", &name)).expect("feed.tf");
    let kubeconfig = space.path("kubeconfig");
    fs::write(&kubeconfig, &platform.kubeconfig).expect("a kubeconfig");
    space.variables = vec![("KUBECONFIG".into(), kubeconfig.display().to_string())];
    space.plan();
    space.apply_plan().ok().says("2 added");
    assert!(arrived(platform, &space).contains("PRIVATE KEY-----"));
    assert_eq!(
        space.state("hikube_kubernetes.main", "credentials"),
        json!(null)
    );
    assert!(!space.state_file().to_string().contains("PRIVATE KEY"));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// The credentials of a bucket contain the keys of all users. Release 0.41 has no users.
#[test]
fn of_a_bucket() {
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let space = Workspace::on(&platform);
    let text = block("bucket", "users = { a = {}, b = { readonly = true } }")
        + "ephemeral \"hikube_bucket_credentials\" \"it\" {\n  id = hikube_bucket.it.id\n}\n\
           locals {\n  it = ephemeral.hikube_bucket_credentials.it\n}\n"
        + &fed(
            "${local.it.endpoint} ${local.it.bucket_name} ${local.it.region} \
             ${join(\" \", keys(local.it.credentials))}",
            1,
        );
    space.write(&text).apply().ok();
    let state = |attribute: &str| {
        let value = space.state("hikube_bucket.it", attribute);
        value.as_str().expect("a text").to_owned()
    };
    let expected = format!(
        "{} {} us-east-1 a b",
        state("endpoint"),
        state("bucket_name")
    );
    assert_eq!(arrived(&platform, &space), expected);
    space.destroy().ok();
    platform.assert_clean();
}
