use std::collections::BTreeMap;

use crate::api;
use crate::resource::OnWaitTimeout;
use crate::schema::{Choice, Duration, Scope, Secret, Spec, duration};
use crate::value::Value;

/// The provider block: how to reach the API.
#[derive(Spec)]
#[spec(rules(one_place, one_credential, long_enough))]
pub struct ProviderBlock {
    /// The content of a kubeconfig, such as `file("hikube.yaml")` or the output of another resource. Else the
    /// variable `HIKUBE_KUBECONFIG`. Excludes `kubeconfig_path` and `host`.
    kubeconfig: Option<Secret>,
    /// The path of a kubeconfig; `~` is the home folder. Else the variable `HIKUBE_KUBECONFIG_PATH`, then
    /// `KUBECONFIG` (several paths are merged), then `~/.kube/config`. Excludes `kubeconfig` and `host`.
    kubeconfig_path: Option<String>,
    /// The context of the kubeconfig to use. Else the variable `HIKUBE_CONTEXT`, then the current context.
    context: Option<String>,
    /// The address of the API, `https://…`, in place of a kubeconfig. Else the variable `HIKUBE_HOST`.
    #[spec(pattern(
        r"\s*https?://\S+\s*",
        "an address such as `https://api.example.org:6443`"
    ))]
    host: Option<String>,
    /// A token to authenticate with, such as that of the tenant's service account. Else the variable
    /// `HIKUBE_TOKEN`.
    token: Option<Secret>,
    /// The certificate of the authority that signed the API's, in PEM. Else the variable
    /// `HIKUBE_CLUSTER_CA_CERTIFICATE`, then the system's authorities.
    cluster_ca_certificate: Option<String>,
    /// A certificate to authenticate with, in PEM; needs `client_key`. Else the variable
    /// `HIKUBE_CLIENT_CERTIFICATE`.
    client_certificate: Option<String>,
    /// The key of `client_certificate`, in PEM. Else the variable `HIKUBE_CLIENT_KEY`.
    client_key: Option<Secret>,
    /// The name the API's certificate must bear, where it is not the one in the address. Else the variable
    /// `HIKUBE_TLS_SERVER_NAME`.
    tls_server_name: Option<String>,
    /// Accepts any certificate of the API. Anyone on the way can then read and change what is sent: for tests
    /// only. Else the variable `HIKUBE_INSECURE`.
    insecure: Option<bool>,
    /// Address of a proxy to go through: `http://`, `https://` or `socks5://`, with `user:password@` before the
    /// host where it needs them. Can also be set with the `HIKUBE_PROXY_URL` environment variable. Defaults to
    /// `proxy-url` of the kubeconfig, then to `HTTPS_PROXY` (`HTTP_PROXY` for an address with `http://`) unless
    /// `NO_PROXY` exempts the API's host.
    proxy_url: Option<String>,
    /// A program that prints credentials, as kubeconfigs have it for single sign-on. It cannot ask for anything,
    /// and ends when `request_timeout` is up.
    exec: Option<Exec>,
    /// The namespace of resources and data sources that name none: that of your tenant, such as `tenant-acme`.
    /// Else the variable `HIKUBE_NAMESPACE`, then the namespace of the kubeconfig's context.
    namespace: Option<String>,
    /// How long reading may take in all: a refresh, a plan of a resource, a data source or an ephemeral resource,
    /// the login included, such as `2m`. Writes go by the `timeouts` of each resource. Defaults to `60s`. Can also be
    /// set with the `HIKUBE_REQUEST_TIMEOUT` environment variable.
    request_timeout: Option<Duration>,
    /// What it is when an object is not ready within its timeout. Left out, a warning: the apply succeeds,
    /// `ready` is false, and the next apply goes on waiting. With `error` the apply fails, and Terraform marks
    /// a new object as tainted: `terraform untaint` keeps it, else the next apply **destroys it and makes it
    /// anew**.
    on_wait_timeout: Option<WaitTimeout>,
    /// Whether resources and data sources keep credentials in the state where their own `store_credentials`
    /// does not say. Left out, they do. A data source that keeps none shows no secrets of the spec either.
    store_credentials: Option<bool>,
    /// Default of `deletion_protection` for all resources: with `true`, plans that delete data are refused.
    /// Defaults to `false`. A value that is known only after apply counts as `true` until then.
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
    /// The version of the protocol, such as `client.authentication.k8s.io/v1`.
    api_version: String,
    /// The program.
    command: String,
    /// Its arguments.
    args: Option<Vec<String>>,
    /// Variables to set for it.
    env: Option<BTreeMap<String, Secret>>,
}

fn one_place(scope: &mut Scope<'_>) {
    scope.at_most_one(&["host", "kubeconfig", "kubeconfig_path"]);
    if scope.has("context") {
        scope.at_most_one(&["host", "context"]);
    }
}

fn one_credential(scope: &mut Scope<'_>) {
    scope.at_most_one(&["token", "exec"]);
}

fn long_enough(scope: &mut Scope<'_>) {
    let given = scope.get("request_timeout").as_str();
    if let Some(text) = given
        && request_timeout(text).is_none()
    {
        scope.error(
            "request_timeout",
            "Invalid Attribute Value",
            "`request_timeout` must be a duration of at least one second, such as `90s` or `2m`.",
        );
    }
}

/// How long reading may take; none where it is no such duration.
pub(super) fn request_timeout(text: &str) -> Option<std::time::Duration> {
    let time: std::time::Duration = duration(text)?.try_into().ok()?;
    (time >= std::time::Duration::from_secs(1)).then_some(time)
}

/// What a provider block says of waits that run out of time.
pub(super) fn on_wait_timeout(config: &Value) -> OnWaitTimeout {
    match config.attribute("on_wait_timeout").as_str() {
        Some("error") => OnWaitTimeout::Error,
        _ => OnWaitTimeout::Warn,
    }
}

/// Whether a provider block wants credentials kept in the state.
pub(super) fn stores_credentials(config: &Value) -> bool {
    config.attribute("store_credentials").as_bool() != Some(false)
}

/// Whether a provider block protects objects from deletion. One that is not known yet does, until it is.
pub(super) fn protects_from_deletion(config: &Value) -> bool {
    matches!(
        config.attribute("deletion_protection"),
        Value::Bool(true) | Value::Unknown
    )
}

/// The settings in a wholly known provider block.
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
