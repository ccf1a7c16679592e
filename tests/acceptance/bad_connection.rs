//! Invalid provider blocks and environment variables: one error that names the attribute, variable or file and what to
//! do. Nothing is written.

use std::fs;

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::harness::{Platform, Workspace};

const BUCKET: &str =
    "resource \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n  namespace = \"tenant-demo\"\n}\n";

/// The attributes of the provider block, environment variables, and the expected message. `HERE` is the directory of
/// the configuration, with a file `text`; `GOOD` is a valid kubeconfig.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const CASES: &[Case] = &[
    (
        "",
        &[],
        &[
            "No connection is configured",
            ".kube/config` does not exist",
            "HIKUBE_KUBECONFIG_PATH",
        ],
    ),
    (
        "kubeconfig = \"token: [s3cr3t\"",
        &[],
        &[
            "The kubeconfig in the attribute `kubeconfig` cannot be used",
            "it is not YAML with `clusters`, `users` and `contexts`",
        ],
    ),
    (
        "kubeconfig_path = \"HERE/none\"",
        &[],
        &[
            "File not found: `HERE/none`",
            "the attribute `kubeconfig_path`",
        ],
    ),
    (
        "kubeconfig_path = \"HERE/text\"",
        &[],
        &["HERE/text", "is not a kubeconfig"],
    ),
    (
        "",
        &[("KUBECONFIG", "HERE/none")],
        &["File not found: `HERE/none` (the variable `KUBECONFIG`)"],
    ),
    (
        "",
        &[("HIKUBE_KUBECONFIG_PATH", "~/none"), ("KUBECONFIG", "GOOD")],
        &["home/none", "the variable `HIKUBE_KUBECONFIG_PATH`"],
    ),
    (
        "",
        &[("HIKUBE_KUBECONFIG", "s3cr3t")],
        &["the variable `HIKUBE_KUBECONFIG`"],
    ),
    (
        "kubeconfig_path = \"GOOD\"\n  context = \"other\"",
        &[],
        &["has no context `other`. It has `standin`", "HIKUBE_CONTEXT"],
    ),
    (
        "kubeconfig_path = \"GOOD\"",
        &[("HIKUBE_CONTEXT", "other")],
        &["has no context `other`"],
    ),
    (
        "kubeconfig_path = \"GOOD\"\n  cluster_ca_certificate = \"LS0tLS1CRUdJTg==\"",
        &[],
        &[
            "`cluster_ca_certificate` must be a certificate in PEM",
            "base64decode",
        ],
    ),
    (
        "kubeconfig_path = \"GOOD\"\n  client_certificate = \"a\"",
        &[],
        &["`client_certificate` requires `client_key`"],
    ),
    (
        "kubeconfig_path = \"GOOD\"",
        &[("HIKUBE_INSECURE", "maybe")],
        &["`HIKUBE_INSECURE` must be `true` or `false`"],
    ),
    (
        "kubeconfig = \"a\"\n  host = \"https://a\"",
        &[],
        &["conflicts with"],
    ),
    (
        "host = \"https://a\"\n  context = \"b\"",
        &[],
        &["conflicts with"],
    ),
    (
        "host = \"https://a\"\n  token = \"s3cr3t\"\n  exec = { api_version = \"v1\", command = \"c\" }",
        &[],
        &["conflicts with"],
    ),
    (
        "host = \"api.example.org\"",
        &[],
        &["a URL such as `https://api.example.org:6443`"],
    ),
    (
        "host = \"https://a\"\n  proxy_url = \"ftp://me:s3cr3t@a\"",
        &[],
        &["The proxy in `proxy_url` must be an address such as `http://proxy.example.org:3128`"],
    ),
    (
        "host = \"https://a\"",
        &[("HTTPS_PROXY", "me:s3cr3t@a:99999")],
        &["The proxy in the variable `HTTPS_PROXY` must be an address"],
    ),
    (
        "host = \"https://me:s3cr3t@a\"",
        &[],
        &[
            "The address in `host` must be one such as",
            "without a user, a password or a query",
        ],
    ),
    (
        "host = \"https://a\"",
        &[("HIKUBE_REQUEST_TIMEOUT", "0s")],
        &["`HIKUBE_REQUEST_TIMEOUT` must be a duration of at least one second"],
    ),
    (
        "host = \"https://a\"\n  request_timeout = \"500ms\"",
        &[],
        &["`request_timeout` must be a duration of at least one second"],
    ),
];

/// The platform, and a workspace with its kubeconfig.
fn ground() -> (Platform, Workspace) {
    let platform = Platform::with(Platform::quick());
    let space = Workspace::without_platform();
    fs::write(space.path("good"), &platform.kubeconfig).expect("a kubeconfig");
    fs::write(space.path("text"), "just: [text").expect("a file");
    (platform, space)
}

#[test]
fn a_missing_setting_names_the_sources_that_were_tried() {
    let (platform, mut space) = ground();
    let here = space.path("").display().to_string();
    let here = here.trim_end_matches('/');
    let full = |text: &str| text.replace("GOOD", "HERE/good").replace("HERE", here);
    for (attributes, variables, phrases) in CASES {
        space.variables = variables
            .iter()
            .map(|(name, value)| ((*name).into(), full(value)))
            .collect();
        let block = format!("provider \"hikube\" {{\n  {}\n}}\n", full(attributes));
        let mut ran = space.write_with(&block, BUCKET).try_plan().fails();
        for phrase in *phrases {
            ran = ran.says(&full(phrase));
        }
        // Terraform quotes the line of the configuration, but the provider must not.
        if !attributes.contains("s3cr3t") {
            ran.omits("s3cr3t");
        }
    }
    assert_eq!(platform.api.stats()["total"], 0);
}

/// A connection that fails for every resource is an error at plan, an unreachable API at apply. The state stays empty.
#[test]
fn an_unresponsive_api_is_named() {
    let (platform, space) = ground();
    let ca = serde_json::to_string(&platform.standin.as_ref().expect("a stand-in").ca_pem)
        .expect("text");
    let url = platform.standin.as_ref().expect("a stand-in").url.clone();
    let good = space.path("good").display().to_string();
    for (attributes, is_planned, phrases) in [
        // No server listens on port 1.
        (
            "host = \"https://127.0.0.1:1\"\n  token = \"s3cr3t\"".to_owned(),
            true,
            vec![
                "no response from https://127.0.0.1:1",
                "refused",
                "Check the address",
            ],
        ),
        (
            format!("kubeconfig_path = \"{good}\"\n  token = \"s3cr3t\""),
            false,
            vec![
                "The API answered 401",
                "The API rejected the credentials. Check `token`",
            ],
        ),
        // Its certificate is issued by an authority that the system does not trust.
        (
            format!("host = \"{url}\"\n  token = \"s3cr3t\""),
            false,
            vec![
                "The TLS connection to https://127.0.0.1",
                "the certificate of the server",
                "is signed by",
                "Set `cluster_ca_certificate`",
                "`tls_server_name`",
            ],
        ),
        (
            format!(
                "host = \"{url}\"\n  cluster_ca_certificate = {ca}\n  exec = {{\n    \
                 api_version = \"client.authentication.k8s.io/v1\"\n    command = \"no-such-program\"\n  }}"
            ),
            false,
            vec![
                "Could not get credentials",
                "The credential program `no-such-program`",
                "could not be started",
                "on the PATH",
            ],
        ),
    ] {
        let block = format!("provider \"hikube\" {{\n  {attributes}\n}}\n");
        space.write_with(&block, BUCKET);
        // A connection that fails for every resource is an error at plan.
        let planned = space.try_plan();
        let mut ran = if is_planned { space.apply() } else { planned }.fails();
        for phrase in phrases {
            ran = ran.says(phrase);
        }
        ran.omits("s3cr3t");
        assert_eq!(space.objects(), 0);
    }
    assert_eq!(platform.api.stats()["objects"], 0);
}

#[test]
fn an_invalid_response_is_reported_as_such() {
    let (platform, space) = ground();
    let block = format!(
        "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n}}\n",
        space.path("good").display()
    );
    platform.api.faults("garbage,every=1");
    let ran = space.write_with(&block, BUCKET).apply();
    platform.api.faults("");
    ran.fails().says("Invalid response from");
    assert_eq!(space.objects(), 0);
    assert_eq!(platform.api.stats()["objects"], 0);
}

/// Host and token from another resource: the plan succeeds without a connection, even if other credentials are
/// available, and the apply connects when they are known.
#[test]
fn unknown_settings_send_no_request() {
    for release in [Release::V0_41, Release::V1_6] {
        let platform = Platform::with(Options {
            platform: release,
            ..Platform::quick()
        });
        let mut space = Workspace::without_platform();
        let good = space.path("good").display().to_string();
        fs::write(&good, &platform.kubeconfig).expect("a kubeconfig");
        // It must not be used instead of the unknown value.
        space.variables = vec![("KUBECONFIG".into(), good.clone())];
        let connected_by = |input: &str| {
            let provider = format!(
                "resource \"terraform_data\" \"cluster\" {{\n  input = {input}\n}}\n\
                 provider \"hikube\" {{\n  kubeconfig = terraform_data.cluster.output\n}}\n"
            );
            let disk = "resource \"hikube_vm_disk\" \"it\" {\n  name = \"NAME\"\n  storage = \"10Gi\"\n}\n";
            space.write_with(&provider, disk);
        };
        connected_by(&format!("file(\"{good}\")"));
        let plan = space.plan();
        plan.does("hikube_vm_disk.it", &["create"])
            .will_learn("hikube_vm_disk.it", "namespace");
        assert_eq!(platform.api.stats()["total"], 0);
        space.apply_plan().ok().says("2 added");
        assert_eq!(
            space.state("hikube_vm_disk.it", "namespace"),
            json!("tenant-demo")
        );
        space.assert_settled();
        // Unknown values are compared when they are known.
        connected_by(&format!("\"${{file(\"{good}\")}}\\n\""));
        let ran = space.try_plan().ok();
        ran.says("Warning: State not refreshed")
            .says("`kubeconfig` of the provider is known only after apply");
        space.apply_plan().ok();
        space.assert_settled();
        space.destroy().ok();
        platform.assert_clean();
    }
}
