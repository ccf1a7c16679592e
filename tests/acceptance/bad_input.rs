//! Invalid configurations: each is an error at its attribute that states what to do, before anything is written.

use std::collections::BTreeMap;

use hikube_standin::Release;
use serde_json::Value;

use crate::harness::{Platform, Workspace};

mod plans_on {
    crate::harness::on_release!(refused_by_the_platforms_schema, on_1_6, V1_6);
}

/// The kind, its attributes in addition to a valid name, and the expected message.
type Case = (&'static str, &'static str, &'static str);

/// Attributes that start with `name` replace the name.
const OFFLINE: &[Case] = &[
    // Names and namespaces.
    (
        "bucket",
        "name = \"Media\"",
        "must contain only lowercase letters, digits and dashes",
    ),
    ("bucket", "name = \"media-\"", "not end with a dash"),
    ("bucket", "name = \"1media\"", "start with a letter"),
    (
        "bucket",
        "name = \"\"",
        "must contain only lowercase letters",
    ),
    (
        "vm",
        "name = \"my_vm\"",
        "must contain only lowercase letters",
    ),
    (
        "tenant",
        "name = \"acme-dev\"",
        "A tenant name cannot contain dashes",
    ),
    (
        "kubernetes",
        "name = \"a-cluster-with-a-name-that-is-much-too-long-for-it\"",
        "must have at most 42 characters",
    ),
    (
        "bucket",
        "namespace = \"Tenant_A\"",
        "`namespace` must be at most 63 lowercase",
    ),
    // Types and names of attributes.
    ("vm_disk", "name = null", "`name` is required"),
    ("vm_disk", "storage = [\"10Gi\"]", "string required"),
    ("postgres", "replicas = \"many\"", "a number is required"),
    ("postgres", "replicas = 1.5", "whole number"),
    ("vm", "external = \"maybe\"", "a bool is required"),
    ("bucket", "users = [\"app\"]", "map of object required"),
    ("vm", "disks = { name = \"a\" }", "list of object required"),
    ("vm_disk", "size = \"10Gi\"", "Unsupported argument"),
    ("vm_disk", "source = { image = {} }", "\"name\" is required"),
    // Amounts and durations.
    ("vm_disk", "storage = \"10 GB\"", "an amount such as"),
    ("vm_disk", "storage = \"ten\"", "an amount such as"),
    (
        "postgres",
        "resources = { cpu = \"2 cores\", memory = \"4Gi\" }",
        "an amount such as",
    ),
    (
        "tenant",
        "resource_quotas = { memory = \"4GB\" }",
        "an amount such as",
    ),
    (
        "vm_disk",
        "timeouts = { create = \"soon\" }",
        "a duration such as",
    ),
    (
        "kubernetes",
        "node_health_check = { node_startup_timeout = \"10 minutes\" }",
        "a duration such as",
    ),
    // Choices.
    ("vm", "run_strategy = \"always\"", "Did you mean `Always`?"),
    (
        "vm",
        "external_method = \"WholeIp\"",
        "Did you mean `WholeIP`?",
    ),
    (
        "kubernetes",
        "oidc = { mode = \"system\" }",
        "Did you mean `System`?",
    ),
    (
        "kubernetes",
        "oidc = { users = [{ email = \"a@b.c\", role = \"root\" }] }",
        "`admin`",
    ),
    (
        "kubernetes",
        "addons = { ingress_nginx = { expose_method = \"Loadbalancer\" } }",
        "Did you mean `LoadBalancer`?",
    ),
    (
        "bucket",
        "wait_for = \"Workloads\"",
        "Did you mean `workloads`?",
    ),
    // Ranges and patterns.
    ("postgres", "replicas = 0", "at least 1"),
    ("vm", "external_ports = [0]", "between 1 and 65535"),
    ("vm", "external_ports = [22, 70000]", "between 1 and 65535"),
    (
        "kubernetes",
        "node_groups = { a = { min_replicas = -1 } }",
        "at least 0",
    ),
    (
        "vm_disk",
        "source = { http = { url = \"ftp://example.org/a\" } }",
        "a URL that starts with",
    ),
    (
        "postgres",
        "backup = { retention_policy = \"30\" }",
        "a number of days, weeks or months",
    ),
    (
        "kubernetes",
        "node_health_check = { max_unhealthy = \"half\" }",
        "a share such as `50%`",
    ),
    (
        "kubernetes",
        "talos = { version = \"1.13\" }",
        "a release such as `v1.13.6`",
    ),
    (
        "kubernetes",
        "talos = { image_factory_url = \"https://factory.talos.dev/\" }",
        "a URL without a trailing slash",
    ),
    (
        "kubernetes",
        "addons = { velero = { values_override = \"{\" } }",
        "JSON",
    ),
    (
        "kubernetes",
        "addons = { velero = { values_override = \"[1]\" } }",
        "JSON",
    ),
    // Labels.
    (
        "bucket",
        "labels = { \"a b\" = \"c\" }",
        "The key `a b` must be at most 63",
    ),
    (
        "bucket",
        "labels = { a = \"b c\" }",
        "The value of a label must be at most 63",
    ),
    (
        "bucket",
        "labels = { \"app.kubernetes.io/managed-by\" = \"me\" }",
        "is reserved for the provider",
    ),
    (
        "bucket",
        "annotations = { a-key-of-more-than-forty-five-characters-in-all = \"\" }",
        "must have at most 45 characters",
    ),
    // Conflicts.
    (
        "vm_disk",
        "source = { image = { name = \"a\" }, http = { url = \"https://a\" } }",
        "conflicts with",
    ),
    (
        "vm_disk",
        "source = {}",
        "`source` is set, but none of its attributes is",
    ),
    (
        "vm",
        "disks = [{ name = \"a\" }, { name = \"a\" }]",
        "Each can be attached only once",
    ),
    (
        "vm",
        "running = false",
        "Use that instead: `run_strategy = \"Halted\"`",
    ),
    (
        "kubernetes",
        "node_groups = { a = { ephemeral_storage = \"50Gi\" } }",
        "`disk_size = \"50Gi\"`",
    ),
    (
        "postgres",
        "backup = { schedule = \"0 2 * * *\" }",
        "Did you mean `0 0 2 * * *`?",
    ),
    ("postgres", "size = \"20\"", "Did you mean `20Gi`?"),
    (
        "vm",
        "ssh_keys = [\"~/.ssh/id_ed25519.pub\"]",
        "Use `file(pathexpand(",
    ),
    (
        "vm",
        "instance_type = \"\"",
        "`resources.memory` is missing",
    ),
    (
        "postgres",
        "resources = { cpu = \"1\" }",
        "The platform requires both if one is set",
    ),
    (
        "postgres",
        "quorum = { max_sync_replicas = 2 }",
        "Lower it to 1",
    ),
    (
        "postgres",
        "quorum = { min_sync_replicas = 1 }",
        "`min_sync_replicas` is 1 and cannot be above `max_sync_replicas`",
    ),
    (
        "postgres",
        "users = { postgres = {} }",
        "The user name `postgres` is a role managed by the platform",
    ),
    (
        "postgres",
        "users = { \"a b\" = {} }",
        "The key `a b` is not valid: keys must consist of letters, digits",
    ),
    (
        "postgres",
        "bootstrap = { enabled = true }",
        "`old_name` must name the database to restore from",
    ),
    (
        "kubernetes",
        "node_groups = { a = { min_replicas = 5, max_replicas = 2 } }",
        "Lower `min_replicas` or raise `max_replicas`",
    ),
    (
        "kubernetes",
        "addons = { hami = { enabled = true } }",
        "`hami.enabled` requires `gpu_operator.enabled`",
    ),
    (
        "kubernetes",
        "oidc = { mode = \"CustomConfig\" }",
        "neither is set",
    ),
    (
        "kubernetes",
        "oidc = { mode = \"System\" }\n  control_plane = { api_server = { \
         extra_args = [\"--oidc-client-id=a\"] } }",
        "the API server does not start with both",
    ),
];

/// A block for each case, named by its position in the table.
fn blocks(cases: &[Case]) -> String {
    let block = |(index, (kind, attributes, _)): (usize, &Case)| {
        let name = format!("  name = \"good{index}\"\n");
        let name = if attributes.starts_with("name ") {
            ""
        } else {
            &name
        };
        format!("resource \"hikube_{kind}\" \"case{index}\" {{\n{name}  {attributes}\n}}\n")
    };
    cases.iter().enumerate().map(block).collect()
}

/// Asserts that each case has its message, and that there are no others.
#[track_caller]
fn judge(cases: &[Case], messages: &[Value]) {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in messages
        .iter()
        .filter(|message| message["severity"] == "error")
    {
        let block = message["snippet"]["context"]
            .as_str()
            .unwrap_or("elsewhere")
            .to_owned();
        let text = format!("{}: {}", message["summary"], message["detail"]);
        found
            .entry(block)
            .or_default()
            .push(text.replace("\\n", " ").replace("\\\"", "\""));
    }
    let mut wrong = Vec::new();
    for (index, (kind, attributes, phrase)) in cases.iter().enumerate() {
        let block = format!("resource \"hikube_{kind}\" \"case{index}\"");
        let said = found.remove(&block).unwrap_or_default();
        if said.len() != 1 || !said[0].contains(phrase) {
            wrong.push(format!(
                "{kind}: {attributes}\n  expected: {phrase}\n  said: {said:#?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    assert!(found.is_empty(), "messages about nothing: {found:#?}");
}

/// One run reports all errors.
#[test]
fn refused_at_validate() {
    const { assert!(OFFLINE.len() >= 50) };
    let space = Workspace::without_platform();
    judge(OFFLINE, &space.write(&blocks(OFFLINE)).validate());
}

/// A value that is invalid only by the platform's schema is an error at plan.
fn refused_by_the_platforms_schema(platform: &Platform) {
    const CASES: &[Case] = &[
        (
            "kubernetes",
            "version = \"v1.29\"",
            "`version` does not support `v1.29`",
        ),
        ("kubernetes", "version = \"1.35\"", "Did you mean `v1.35`?"),
        ("postgres", "version = \"v12\"", "Valid values: `v18`"),
        (
            "postgres",
            "resources_preset = \"T1.micro\"",
            "Did you mean `t1.micro`?",
        ),
        (
            "tenant",
            "isolated = true",
            "It requires platform 0.41 or earlier",
        ),
        (
            "kubernetes",
            "control_plane = { scheduler = { resources_preset = \"c1.huge\" } }",
            "`control_plane.scheduler.resources_preset` does not support `c1.huge`",
        ),
    ];
    assert_eq!(platform.release, Release::V1_6);
    let space = Workspace::on(platform);
    let ran = space
        .write(&blocks(CASES))
        .run(&["plan", "-input=false", "-json"]);
    let lines = ran
        .text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let messages: Vec<Value> = lines
        .filter_map(|line| line.get("diagnostic").cloned())
        .collect();
    judge(CASES, &messages);
    ran.fails();
    if platform.standin.is_some() {
        assert_eq!(platform.api.writes(), 0);
    }
}

/// An invalid ID, and the ID of a missing object.
#[test]
fn refused_at_import() {
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let space = Workspace::on(&platform);
    space.write("resource \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n}\n");
    for (id, phrase) in [
        ("a/b/c", "is not a valid import ID. Use `namespace/name`"),
        ("/b", "is not a valid import ID"),
        (
            "tenant-demo/none",
            "Cannot import non-existent remote object",
        ),
    ] {
        let ran = space.run(&[
            "import",
            "-input=false",
            "-no-color",
            "hikube_bucket.it",
            id,
        ]);
        ran.fails().says(phrase);
    }
    assert_eq!(space.objects(), 0);
    let data = "data \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n}\n";
    space
        .write(data)
        .try_plan()
        .fails()
        .says("S3 bucket tenant-demo");
}
