use crate::api::{ClusterAccess, Object};
use crate::resource::{Dependent, Observe, Observed, Outputs};
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

/// The kubeconfig of the cluster's administrator, with the address that is reached from outside (read in the
/// platform's charts; Hikube's pages use the same).
const KUBECONFIG: &str = "super-admin.conf";

/// How the cluster is reached.
#[derive(Outputs)]
pub(super) struct Access {
    /// The address of the cluster's API.
    #[output(unknown_when_changed("host"))]
    endpoint: Option<String>,
    /// How to log in to the cluster as its administrator.
    #[output(secret, unknown_when_changed("host"))]
    credentials: Option<Credentials>,
}

impl Observe for Access {
    fn observe(seen: &Observed, _: &Value) -> Access {
        let text = kubeconfig(seen);
        Access {
            endpoint: text.and_then(ClusterAccess::of).map(|access| access.host),
            credentials: text.map(credentials),
        }
    }
}

/// An administrator's access.
#[derive(Spec, ToValue)]
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
pub(super) fn parts(object: &Object) -> Vec<Dependent> {
    vec![Dependent::Secret {
        name: secret_name(object),
        keys: vec![KUBECONFIG.to_owned()],
    }]
}

fn secret_name(object: &Object) -> String {
    format!("kubernetes-{}-admin-kubeconfig", object.name)
}

fn kubeconfig(seen: &Observed) -> Option<&str> {
    seen.secret(&secret_name(&seen.object))?.text(KUBECONFIG)
}

fn credentials(kubeconfig: &str) -> Credentials {
    let access = ClusterAccess::of(kubeconfig).unwrap_or_default();
    Credentials {
        kubeconfig: Some(kubeconfig.into()),
        host: (!access.host.is_empty()).then_some(access.host),
        cluster_ca_certificate: access.cluster_ca_certificate,
        client_certificate: access.client_certificate,
        client_key: access.client_key.map(Secret::from),
    }
}
