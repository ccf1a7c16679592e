use std::collections::BTreeMap;

use crate::api;
use crate::resource::OnWaitTimeout;
use crate::schema::{Choice, Duration, Scope, Secret, Spec, duration};
use crate::value::Value;

/// The provider block.
#[derive(Spec)]
#[spec(rules(one_source, one_credential, valid_request_timeout))]
pub struct ProviderBlock {
    /// Content of a kubeconfig, for example `file("hikube.yaml")` or an attribute of another resource. Can also be
    /// set with the `HIKUBE_KUBECONFIG` environment variable. Conflicts with `kubeconfig_path` and `host`.
    kubeconfig: Option<Secret>,
    /// Path of a kubeconfig. `~` is expanded. Can also be set with the `HIKUBE_KUBECONFIG_PATH` environment
    /// variable. Defaults to the `KUBECONFIG` environment variable, whose paths are merged, then to
    /// `~/.kube/config`. Conflicts with `kubeconfig` and `host`.
    kubeconfig_path: Option<String>,
    /// Context of the kubeconfig. Can also be set with the `HIKUBE_CONTEXT` environment variable. Defaults to the
    /// current context. Conflicts with `host`.
    context: Option<String>,
    /// URL of the API, to connect without a kubeconfig. Can also be set with the `HIKUBE_HOST` environment variable.
    /// Conflicts with `kubeconfig`, `kubeconfig_path` and `context`.
    #[spec(pattern(r"\s*https?://\S+\s*", "a URL such as `https://api.example.org:6443`"))]
    host: Option<String>,
    /// Bearer token, for example of the tenant's service account. Can also be set with the `HIKUBE_TOKEN` environment
    /// variable. Conflicts with `exec`.
    token: Option<Secret>,
    /// Certificate of the authority that signed the API's certificate, in PEM format. Can also be set with the
    /// `HIKUBE_CLUSTER_CA_CERTIFICATE` environment variable. Defaults to the authorities of the system.
    cluster_ca_certificate: Option<String>,
    /// Client certificate, in PEM format. Requires `client_key`. Can also be set with the
    /// `HIKUBE_CLIENT_CERTIFICATE` environment variable.
    client_certificate: Option<String>,
    /// Private key of `client_certificate`, in PEM format. Can also be set with the `HIKUBE_CLIENT_KEY` environment
    /// variable.
    client_key: Option<Secret>,
    /// Host name in the API's certificate, if it differs from the host in the URL. Can also be set with the
    /// `HIKUBE_TLS_SERVER_NAME` environment variable.
    tls_server_name: Option<String>,
    /// Whether to skip the verification of the API's certificate. Use it only for tests: others on the network can
    /// read and change the traffic. Can also be set with the `HIKUBE_INSECURE` environment variable.
    insecure: Option<bool>,
    /// URL of a proxy, with the scheme `http://`, `https://` or `socks5://`. It may contain `user:password@` before
    /// the host. Can also be set with the `HIKUBE_PROXY_URL` environment variable. Defaults to `proxy-url` of the
    /// kubeconfig, then to the environment variable `HTTPS_PROXY` (`HTTP_PROXY` for an `http://` URL) unless
    /// `NO_PROXY` contains the API's host.
    proxy_url: Option<String>,
    /// Credential program, as in a kubeconfig. It cannot prompt for input, and is stopped when `request_timeout`
    /// expires. Conflicts with `token`.
    exec: Option<Exec>,
    /// Default namespace of resources and data sources, for example `tenant-acme`. Can also be set with the
    /// `HIKUBE_NAMESPACE` environment variable. Defaults to the namespace of the kubeconfig's context.
    namespace: Option<String>,
    /// Timeout of a refresh, the plan of a resource, a data source or an ephemeral resource, including
    /// authentication, for example `2m`. Writes use the `timeouts` of the resource. Can also be set with the
    /// `HIKUBE_REQUEST_TIMEOUT` environment variable. Defaults to `60s`.
    request_timeout: Option<Duration>,
    /// Result of an apply if an object is not ready within its timeout. With `warn` the apply succeeds, `ready` is
    /// `false`, and the next apply continues to wait. With `error` the apply fails, and Terraform marks a new object
    /// as tainted: the next apply **destroys and recreates it** unless you run `terraform untaint`. Defaults to
    /// `warn`.
    on_wait_timeout: Option<WaitTimeout>,
    /// Default of `store_credentials` for all resources and data sources: whether credentials are stored in the
    /// state. Defaults to `true`.
    store_credentials: Option<bool>,
    /// Default of `deletion_protection` for all resources: whether plans that delete data are errors. While the value
    /// is unknown, all resources are protected. Defaults to `false`.
    deletion_protection: Option<bool>,
}

#[derive(Choice)]
enum WaitTimeout {
    /// A warning.
    #[choice(value = "warn")]
    Warn,
    /// An error: the apply fails, and a new object is tainted.
    #[choice(value = "error")]
    Error,
}

#[derive(Spec)]
struct Exec {
    /// API version of the credential program, for example `client.authentication.k8s.io/v1`.
    api_version: String,
    /// Command to run.
    command: String,
    /// Arguments of the command.
    args: Option<Vec<String>>,
    /// Environment variables to set.
    env: Option<BTreeMap<String, Secret>>,
}

fn one_source(scope: &mut Scope<'_>) {
    scope.at_most_one(&["host", "kubeconfig", "kubeconfig_path"]);
    if scope.has("context") {
        scope.at_most_one(&["host", "context"]);
    }
}

fn one_credential(scope: &mut Scope<'_>) {
    scope.at_most_one(&["token", "exec"]);
}

fn valid_request_timeout(scope: &mut Scope<'_>) {
    let given = scope.get("request_timeout").as_str();
    if let Some(text) = given
        && request_timeout(text).is_none()
    {
        scope.error(
            "request_timeout",
            "Invalid value for request_timeout",
            "`request_timeout` must be a duration of at least one second, such as `90s` or `2m`.",
        );
    }
}

/// Parses the timeout of reads. None if it is not a duration of at least one second.
pub(super) fn request_timeout(text: &str) -> Option<std::time::Duration> {
    let time: std::time::Duration = duration(text)?.try_into().ok()?;
    (time >= std::time::Duration::from_secs(1)).then_some(time)
}

/// The provider's `on_wait_timeout`.
pub(super) fn on_wait_timeout(config: &Value) -> OnWaitTimeout {
    match config.attribute("on_wait_timeout").as_str() {
        Some("error") => OnWaitTimeout::Error,
        _ => OnWaitTimeout::Warn,
    }
}

/// The provider's `store_credentials`.
pub(super) fn stores_credentials(config: &Value) -> bool {
    config.attribute("store_credentials").as_bool() != Some(false)
}

/// The provider's `deletion_protection`. An unknown value protects.
pub(super) fn protects_from_deletion(config: &Value) -> bool {
    matches!(
        config.attribute("deletion_protection"),
        Value::Bool(true) | Value::Unknown
    )
}

/// The connection settings of a wholly known provider block.
pub(super) fn settings(config: &Value) -> api::Settings {
    let text = |name: &str| config.attribute(name).as_str().map(str::to_owned);
    let exec = config.attribute("exec");
    api::Settings {
        kubeconfig: text("kubeconfig"),
        kubeconfig_path: text("kubeconfig_path"),
        context: text("context"),
        host: text("host"),
        token: text("token"),
        cluster_ca_certificate: text("cluster_ca_certificate"),
        client_certificate: text("client_certificate"),
        client_key: text("client_key"),
        tls_server_name: text("tls_server_name"),
        insecure: config.attribute("insecure").as_bool(),
        proxy_url: text("proxy_url"),
        exec: (!exec.is_null()).then(|| exec_settings(exec)),
        namespace: text("namespace"),
        request_timeout: text("request_timeout").and_then(|text| request_timeout(&text)),
    }
}

fn exec_settings(exec: &Value) -> api::Exec {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    api::Exec {
        api_version: text(exec.attribute("api_version")),
        command: text(exec.attribute("command")),
        args: exec
            .attribute("args")
            .as_elements()
            .unwrap_or_default()
            .iter()
            .map(text)
            .collect(),
        env: exec
            .attribute("env")
            .as_map()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
    }
}
