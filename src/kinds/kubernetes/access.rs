use crate::api::{ClusterAccess, Object};
use crate::resource::{Output, Part, Seen};
use crate::schema::{Field, Secret, Spec};
use crate::value::Value;

/// The kubeconfig of the cluster's administrator, with the address that is reached from outside (read in the
/// platform's charts; Hikube's pages use the same).
const KUBECONFIG: &str = "super-admin.conf";

/// How the cluster is reached.
pub(super) const OUTPUTS: &[Output] = &[
    Output {
        name: "endpoint",
        description: "The address of the cluster's API.",
        shape: String::shape,
        secret: false,
        follows: &["host"],
        stable: false,
        read: |seen, _| {
            kubeconfig(seen)
                .and_then(|text| Some(ClusterAccess::of(text)?.host))
                .into()
        },
    },
    Output {
        name: "credentials",
        description: "How to log in to the cluster as its administrator.",
        shape: Credentials::shape,
        secret: true,
        follows: &["host"],
        stable: false,
        read: |seen, _| credentials(seen),
    },
];

/// An administrator's access.
#[derive(Spec)]
struct Credentials {
    /// The whole kubeconfig, as text.
    kubeconfig: Option<Secret>,
    /// The address of the cluster's API: `host` of the `kubernetes` provider.
    host: Option<String>,
    /// The certificate of the authority that signed the API's, in PEM.
    cluster_ca_certificate: Option<String>,
    /// The client's certificate, in PEM.
    client_certificate: Option<String>,
    /// The key of the client's certificate, in PEM.
    client_key: Option<Secret>,
}

/// `Ready` does not say that there is a cluster: it is there with its kubeconfig (read in the platform's
/// source: the release is not waited for).
pub(super) fn parts(object: &Object) -> Vec<Part> {
    vec![Part::Secret {
        name: secret_name(object),
        keys: vec![KUBECONFIG.to_owned()],
    }]
}

fn secret_name(object: &Object) -> String {
    format!("kubernetes-{}-admin-kubeconfig", object.name)
}

fn kubeconfig(seen: &Seen) -> Option<&str> {
    seen.secret(&secret_name(&seen.object))?.text(KUBECONFIG)
}

fn credentials(seen: &Seen) -> Value {
    let Some(text) = kubeconfig(seen) else {
        return Value::Null;
    };
    let access = ClusterAccess::of(text).unwrap_or_default();
    let host = (!access.host.is_empty()).then_some(access.host);
    Value::map([
        ("kubeconfig", Value::from(text)),
        ("host", host.into()),
        (
            "cluster_ca_certificate",
            access.cluster_ca_certificate.into(),
        ),
        ("client_certificate", access.client_certificate.into()),
        ("client_key", access.client_key.into()),
    ])
}
