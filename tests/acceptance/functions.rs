//! The functions, called by `terraform` without a platform.

use std::fs;
use std::path::Path;

use hikube::function::FUNCTIONS;
use serde_json::{Value, json};

use crate::harness::Workspace;

/// The variables, locals and outputs of the example of a function.
fn example(name: &str) -> String {
    let file = format!("examples/functions/{name}/function.tf");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    let text = text.expect("an example");
    let is_kept = |block: &&str| {
        let mut lines = block.trim_start().lines();
        let head = lines
            .find(|line| !line.starts_with('#'))
            .unwrap_or_default();
        ["variable ", "locals ", "output "]
            .iter()
            .any(|word| head.starts_with(word))
    };
    text.split_inclusive("\n}\n").filter(is_kept).collect()
}

const KUBECONFIG: &str = r#"
apiVersion: v1
kind: Config
current-context: main
contexts: [{name: main, context: {cluster: main, user: admin}}]
clusters: [{name: main, cluster: {server: "https://main.example.org"}}]
users: [{name: admin, user: {token: "abc"}}]
"#;

#[test]
fn are_called_as_in_their_examples() {
    let mut text: String = FUNCTIONS
        .iter()
        .map(|function| example(function.name))
        .collect();
    for (from, to) in [
        ("data.hikube_tenant_info.acme.ca_certificate", "null"),
        ("data.hikube_tenant_info.acme.token", "\"def\""),
        // Each example is a module of its own.
        (
            "output \"namespace\" {\n  value = provider::hikube::parse_id",
            "output \"id_namespace\" {\n  value = provider::hikube::parse_id",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text.push_str("output \"states\" {\n  value = local.states\n}\n");
    text.push_str("output \"token\" {\n  value     = local.cluster.token\n  sensitive = true\n}\n");
    let mut space = Workspace::without_platform();
    space.variables = vec![("TF_VAR_kubeconfig".into(), KUBECONFIG.into())];
    space.write(&text).apply().ok();
    for (name, value) in [
        ("namespace", json!("tenant-acme-dev")),
        ("subnet_id", json!("subnet-130a3dec")),
        ("id_namespace", json!("tenant-acme")),
        (
            "database",
            json!({"namespace": "tenant-acme", "name": "shop", "kind": null, "key": "orders"}),
        ),
        (
            "app",
            json!({"namespace": "tenant-acme", "name": "cache", "kind": "Valkey", "key": null}),
        ),
        ("bytes", json!(21_474_836_480_i64)),
        ("cores", json!(0.5)),
        ("token", json!("abc")),
    ] {
        assert_eq!(space.output(name), value, "{name}");
    }
    let states = space.output("states");
    assert_eq!(states["endpoints"]["s3"], "https://s3.example.org");
    assert_eq!(states["use_path_style"], true);
    let kubeconfig = space.output("kubeconfig");
    let kubeconfig = kubeconfig.as_str().expect("a kubeconfig");
    assert!(kubeconfig.contains("token: \"def\""), "{kubeconfig}");
    // The functions are pure.
    space.assert_settled();
    for output in ["token", "kubeconfig"] {
        let state = space.state_file();
        assert_eq!(state["outputs"][output]["sensitive"], Value::Bool(true));
    }
}

#[test]
fn a_wrong_argument_is_named() {
    let space = Workspace::without_platform();
    space.write("output \"it\" {\n  value = provider::hikube::quantity(\"10GB\")\n}\n");
    let messages = space.validate();
    let mut errors = messages.iter().filter(|one| one["severity"] == "error");
    let (Some(message), None) = (errors.next(), errors.next()) else {
        panic!("{messages:#?}")
    };
    let detail = message["detail"].as_str().expect("a detail");
    let expected = "Invalid value for \"text\" parameter: must be a quantity such as `500m`, `2`, `512Mi` or `10Gi`, got \
                    `10GB`; use `10G` or `10Gi`.";
    assert!(detail.ends_with(expected), "{detail}");
}
