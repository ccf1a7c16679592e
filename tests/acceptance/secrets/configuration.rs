//! Configurations with all secrets, each from a variable, because literals in a configuration are part of every plan
//! file.

use hikube_standin::Release;

use crate::harness::Platform;

/// The ways in which secrets are set and stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Write-only; the provider with a token and `store_credentials = false`.
    Token,
    /// Write-only; the provider with a kubeconfig; `store_credentials = false` in each resource and data source.
    Kubeconfig,
    /// Ordinary attributes; the provider with a credential program; everything is stored.
    Plainly,
}

impl Way {
    /// `store_credentials` of each resource and data source.
    fn keeps(self) -> &'static str {
        match self {
            Way::Kubeconfig => "store_credentials = false",
            Way::Token | Way::Plainly => "",
        }
    }
}

/// The provider block, with values from ephemeral variables.
pub(super) fn provider(platform: &Platform, way: Way) -> String {
    let standin = platform.standin.as_ref().expect("a stand-in");
    let place = format!(
        "namespace = \"tenant-demo\"\n  host = \"{}\"\n  cluster_ca_certificate = <<-PEM\n{}PEM\n",
        standin.url, standin.ca_pem
    );
    let block = match way {
        Way::Token => format!("{place}  token = var.token\n  store_credentials = false\n"),
        Way::Kubeconfig => "kubeconfig = var.kubeconfig\n".to_owned(),
        Way::Plainly => format!(
            "{place}  exec = {{\n    api_version = \"client.authentication.k8s.io/v1\"\n    \
             command = \"sh\"\n    args = [\"-c\", \
             \"echo \\\"{{\\\\\\\"status\\\\\\\": {{\\\\\\\"token\\\\\\\": \\\\\\\"$TOKEN\\\\\\\"}}}}\\\"; : $0\", \
             var.exec_argument]\n    \
             env = {{ TOKEN = var.token, OTHER = var.exec_env }}\n  }}\n"
        ),
    };
    let names = [
        "token",
        "kubeconfig",
        "exec_env",
        "exec_argument",
        "password_wo",
        "cloud_init_wo",
        "s3_secret_key_wo",
        "config_wo",
    ];
    let variables = names.map(|name| format!("variable \"{name}\" {{\n  ephemeral = true\n}}\n"));
    format!(
        "{}provider \"hikube\" {{\n  {block}}}\n",
        variables.concat()
    )
}

/// One resource of each kind with secrets and its data source, and a virtual machine that uses the values of ephemeral
/// resources.
pub(super) fn body(release: Release, way: Way) -> String {
    let body = if way == Way::Plainly {
        plainly(release)
    } else {
        write_only(release)
    };
    body.replace("KEEPS", way.keeps())
}

fn plainly(release: Release) -> String {
    let names = ["password", "cloud_init", "s3_secret_key", "config"];
    let variables = names
        .map(|name| format!("variable \"{name}\" {{\n  sensitive = true\n  default = null\n}}\n"));
    let secrets = Given {
        password: "password = var.password",
        key: "s3_secret_key = var.s3_secret_key",
        cloud_init: "cloud_init = \"#cloud-config\\n# ${var.cloud_init}\"",
        config: "config = var.config",
    };
    variables.concat() + &kinds(release, &secrets)
}

fn write_only(release: Release) -> String {
    let secrets = Given {
        password: "password_wo = var.password_wo\n password_wo_version = 1",
        key: "s3_secret_key_wo = var.s3_secret_key_wo\n s3_secret_key_wo_version = 1",
        cloud_init: "cloud_init_wo = \"#cloud-config\\n# ${var.cloud_init_wo}\"\n \
                     cloud_init_wo_version = 1",
        config: "config_wo = var.config_wo\n config_wo_version = 1",
    };
    let (ephemeral, fed) = match release {
        Release::V0_41 => ("", ""),
        _ => (
            "ephemeral \"hikube_bucket_credentials\" \"it\" {\n  id = hikube_bucket.it.id\n}\n",
            " ${ephemeral.hikube_bucket_credentials.it.credentials[\"app\"].secret_key}",
        ),
    };
    let ephemeral = format!(
        "{ephemeral}ephemeral \"hikube_postgres_credentials\" \"it\" {{\n  id = hikube_postgres.it.id\n}}\n\
         ephemeral \"hikube_kubernetes_credentials\" \"it\" {{\n  id = hikube_kubernetes.it.id\n}}\n\
         ephemeral \"hikube_secret\" \"it\" {{\n  namespace = dirname(hikube_postgres.it.id)\n  \
         name = \"postgres-NAME-credentials\"\n}}\n\
         resource \"hikube_vm\" \"fed\" {{\n  name = \"NAME-fed\"\n  cloud_init_wo_version = 1\n  \
         cloud_init_wo = \"${{ephemeral.hikube_postgres_credentials.it.credentials[\"made\"].uri}} \
         ${{ephemeral.hikube_kubernetes_credentials.it.client_key}} \
         ${{ephemeral.hikube_secret.it.data[\"made\"]}}{fed}\"\n}}\n"
    );
    kinds(release, &secrets) + &ephemeral
}

/// The attributes for each secret.
struct Given {
    password: &'static str,
    key: &'static str,
    cloud_init: &'static str,
    config: &'static str,
}

fn kinds(release: Release, given: &Given) -> String {
    let Given {
        password,
        key,
        cloud_init,
        config,
    } = given;
    let users = if release == Release::V0_41 {
        ""
    } else {
        "users = { app = {} }"
    };
    let oidc = if release == Release::V1_6 {
        format!("oidc = {{\n mode = \"CustomConfig\"\n custom_config = {{\n {config}\n }}\n }}")
    } else {
        String::new()
    };
    let resource = |kind: &str, keeps: &str, attributes: &str| {
        format!("resource \"{kind}\" \"it\" {{\n  name = \"NAME\"\n  {keeps}\n  {attributes}\n}}\n")
    };
    let data =
        |kind: &str| format!("data \"{kind}\" \"it\" {{\n  name = {kind}.it.name\n  KEEPS\n}}\n");
    let postgres = format!(
        "size = \"SIZE\"\n users = {{\n app = {{\n {password}\n }}\n made = {{}}\n }}\n backup = {{\n \
         enabled = true\n s3_access_key = \"key\"\n {key}\n }}"
    );
    [
        resource("hikube_postgres", "KEEPS", &postgres),
        resource("hikube_bucket", "KEEPS", users),
        resource("hikube_kubernetes", "KEEPS", &oidc),
        resource("hikube_vm", "", cloud_init),
        data("hikube_postgres"),
        data("hikube_bucket"),
        data("hikube_kubernetes"),
    ]
    .concat()
}
