use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;

use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument};
use crate::api::ClusterAccess;
use crate::schema::{Spec, ToValue};
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "kubeconfig",
    summary: "Returns the address and the credentials of a Kubernetes cluster, for the `kubernetes` and `helm` providers.",
    description: "The argument is a kubeconfig, or an object with one or with its parts, such as `credentials` of a \
                  `hikube_kubernetes`. The result has the parts and the kubeconfig. A kubeconfig that refers to files, or \
                  whose user runs a program to log in, is an error. The result is sensitive or ephemeral if the argument \
                  is.",
    parameters: &[Parameter {
        name: "credentials",
        kind: Type::Dynamic,
        description: "Kubeconfig in YAML; or an object with the attribute `kubeconfig`, or with `host` and either `token` or \
                      `client_certificate` and `client_key`, and optionally `cluster_ca_certificate`. Other attributes \
                      are ignored.",
    }],
    returns: Returns::object::<Access>(),
    body,
};

#[derive(Spec, ToValue)]
struct Access {
    /// Kubeconfig in YAML.
    kubeconfig: String,
    /// URL of the cluster's API.
    host: String,
    /// Certificate of the CA that signed the API's certificate, in PEM. Null if the CA is a public one.
    cluster_ca_certificate: Option<String>,
    /// Client certificate, in PEM. Null if the cluster is accessed with a token.
    client_certificate: Option<String>,
    /// Private key of the client certificate, in PEM.
    client_key: Option<String>,
    /// Token. Null if the cluster is accessed with a client certificate.
    token: Option<String>,
}

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    access(arguments.value(0))
        .map(ToValue::to_value)
        .map_err(|problem| WrongArgument::at(0, problem))
}

/// The access of an argument. Errors do not quote it: it contains secrets.
fn access(argument: &Value) -> Result<Access, String> {
    let argument = match argument {
        Value::Dynamic(inner) => &inner.1,
        other => other,
    };
    match argument {
        Value::String(text) => from_kubeconfig(text),
        Value::Map(_) => match argument.attribute("kubeconfig") {
            Value::String(text) => from_kubeconfig(text),
            Value::Null => from_parts(argument),
            _ => Err("has a `kubeconfig` that is not a string".to_owned()),
        },
        _ => Err(
            "must be a kubeconfig, or an object such as `credentials` of a `hikube_kubernetes`"
                .to_owned(),
        ),
    }
}

fn from_kubeconfig(text: &str) -> Result<Access, String> {
    let Some(access) = ClusterAccess::of(text) else {
        return Err(
            "is not a kubeconfig: expected YAML with `clusters`, `users`, `contexts` and `current-context`"
                .to_owned(),
        );
    };
    if access.refers_to_files {
        return Err(
            "is a kubeconfig that refers to files, which a function cannot read: write them into it with \
             `kubectl config view --raw --flatten`"
                .to_owned(),
        );
    }
    let has_certificate = access.client_certificate.is_some() && access.client_key.is_some();
    if !has_certificate && access.token.is_none() {
        return Err(
            "is a kubeconfig without a client certificate or a token: a function cannot run a program to log in"
                .to_owned(),
        );
    }
    Ok(Access {
        kubeconfig: text.to_owned(),
        host: access.host,
        cluster_ca_certificate: access.cluster_ca_certificate,
        client_certificate: access.client_certificate,
        client_key: access.client_key,
        token: access.token,
    })
}

fn from_parts(parts: &Value) -> Result<Access, String> {
    let text = |name: &str| match parts.attribute(name) {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(format!("has a `{name}` that is not a string")),
    };
    let pem = |name: &str| match text(name)? {
        Some(text) if !text.contains("-----BEGIN ") => {
            Err(format!("has a `{name}` that is not in PEM"))
        }
        other => Ok(other),
    };
    let host = text("host")?.ok_or(
        "must have `kubeconfig` or `host`: they are null while the cluster is not ready, or if `store_credentials` is \
         `false`",
    )?;
    if !is_url(&host) {
        return Err("has a `host` that is not a URL such as `https://api.example.org`".to_owned());
    }
    let access = Access {
        kubeconfig: String::new(),
        host,
        cluster_ca_certificate: pem("cluster_ca_certificate")?,
        client_certificate: pem("client_certificate")?,
        client_key: pem("client_key")?,
        token: text("token")?,
    };
    if access.client_certificate.is_some() != access.client_key.is_some() {
        return Err("must have both `client_certificate` and `client_key`, or neither".to_owned());
    }
    if access.client_key.is_none() && access.token.is_none() {
        return Err("must have `token`, or `client_certificate` and `client_key`".to_owned());
    }
    Ok(Access {
        kubeconfig: to_yaml(&access),
        ..access
    })
}

fn is_url(text: &str) -> bool {
    let url: Option<Uri> = text.parse().ok();
    url.is_some_and(|url| matches!(url.scheme_str(), Some("https" | "http")))
}

fn to_yaml(access: &Access) -> String {
    let line = |indent: usize, key: &str, value: Option<String>| {
        // A JSON string is a YAML string.
        let value = value.map(|value| serde_json::Value::from(value).to_string());
        value.map_or_else(String::new, |value| {
            format!("{}{key}: {value}\n", " ".repeat(indent))
        })
    };
    let data = |key: &str, pem: &Option<String>| {
        line(4, key, pem.as_ref().map(|pem| STANDARD.encode(pem)))
    };
    let cluster = line(4, "server", Some(access.host.clone()))
        + &data("certificate-authority-data", &access.cluster_ca_certificate);
    let user = data("client-certificate-data", &access.client_certificate)
        + &data("client-key-data", &access.client_key)
        + &line(4, "token", access.token.clone());
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: cluster\n  cluster:\n{cluster}users:\n- name: user\n  user:\n{user}\
         contexts:\n- name: cluster\n  context:\n    cluster: cluster\n    user: user\ncurrent-context: cluster\n"
    )
}
