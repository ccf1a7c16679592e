//! Diagnostics of the provider block, as snapshots: a change of a message shows in review. Run the tests with
//! `INSTA_UPDATE=always` to write them.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::Provider;
use crate::api::Environment;
use crate::schema::{Diagnostics, Severity, Spec};
use crate::value::Value;

/// A provider block with these attributes.
fn provider_block(given: &[(&str, Value)]) -> Value {
    let block = super::ProviderBlock::block();
    let mut config = Value::map(
        block
            .attributes
            .iter()
            .map(|attribute| (attribute.name.to_string(), Value::Null)),
    );
    for (name, value) in given {
        config.set_attribute(name, value.clone());
    }
    config
}

fn exec(command: &str) -> Value {
    Value::map([
        (
            "api_version",
            Value::from("client.authentication.k8s.io/v1"),
        ),
        ("command", Value::from(command)),
        ("args", Value::Null),
        ("env", Value::Null),
    ])
}

/// Invalid provider blocks with a title, and an environment variable.
fn cases() -> Vec<(&'static str, Value, (&'static str, &'static str))> {
    let none = ("HIKUBE_UNUSED", "");
    let host = ("host", Value::from("https://api.example.org:6443"));
    let block = provider_block;
    vec![
        ("no source", block(&[]), none),
        (
            "two sources",
            block(&[host.clone(), ("kubeconfig_path", "~/.kube/config".into())]),
            none,
        ),
        (
            "host and context",
            block(&[host.clone(), ("context", "production".into())]),
            none,
        ),
        (
            "host without a scheme",
            block(&[("host", "api.example.org".into())]),
            none,
        ),
        (
            "host without encryption",
            block(&[
                ("host", "http://api.example.org".into()),
                ("token", "made-up-token".into()),
            ]),
            none,
        ),
        (
            "two credentials",
            block(&[host.clone(), ("token", "t".into()), ("exec", exec("login"))]),
            none,
        ),
        (
            "request_timeout that is too short",
            block(&[host.clone(), ("request_timeout", "500ms".into())]),
            none,
        ),
        (
            "request_timeout in the environment",
            block(std::slice::from_ref(&host)),
            ("HIKUBE_REQUEST_TIMEOUT", "soon"),
        ),
        (
            "on_wait_timeout with an unknown value",
            block(&[host.clone(), ("on_wait_timeout", "fail".into())]),
            none,
        ),
        (
            "path of a kubeconfig that does not exist",
            block(&[("kubeconfig_path", "/nonexistent/hikube.yaml".into())]),
            none,
        ),
        (
            "content that is not a kubeconfig",
            block(&[("kubeconfig", "not: [a kubeconfig".into())]),
            none,
        ),
        (
            "certificate in another format",
            block(&[host, ("cluster_ca_certificate", "MIIB".into())]),
            none,
        ),
    ]
}

fn render(diagnostics: &Diagnostics) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let severity = match diagnostic.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        let _ = write!(text, "{severity}: {}", diagnostic.summary);
        if let Some(path) = &diagnostic.path {
            let _ = write!(text, " (at {path})");
        }
        let _ = writeln!(text, "\n{}\n", diagnostic.detail);
    }
    text
}

#[tokio::test]
async fn diagnostics_of_an_invalid_provider_block() {
    let mut text = String::new();
    for (title, block, variable) in cases() {
        let provider = Provider::new(Environment::of([variable], None));
        let diagnostics = provider.configure(&block).await;
        let _ = write!(text, "# {title}\n\n{}", render(&diagnostics));
    }
    assert_snapshot!("invalid_block", text);
}

#[tokio::test]
async fn diagnostics_of_a_session_without_a_configuration() {
    let provider = Provider::new(Environment::of([], None));
    let mut missing = Diagnostics::new();
    assert!(provider.session(&mut missing).await.is_none());
    let unknown = provider_block(&[("kubeconfig", Value::Unknown)]);
    let configured = provider.configure(&unknown).await;
    assert!(!configured.has_errors());
    let mut not_known = Diagnostics::new();
    assert!(provider.session(&mut not_known).await.is_none());
    let text = format!(
        "# not configured\n\n{}# unknown\n\n{}",
        render(&missing),
        render(&not_known)
    );
    assert_snapshot!("no_configuration", text);
}
