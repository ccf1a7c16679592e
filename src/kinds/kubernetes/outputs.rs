use crate::api::{ClusterAccess, Object};
use crate::kinds::shared::SecretName;
use crate::resource::{Dependent, Observe, Observed, Outputs};
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

const KUBECONFIGS: SecretName = SecretName("kubernetes-{name}-admin-kubeconfig");

/// The key of the kubeconfig with the public address (read in the platform's charts; Hikube's pages use the same).
const PUBLIC: &str = "super-admin.conf";

#[derive(Outputs)]
pub(super) struct KubernetesOutputs {
    /// URL of the cluster's API.
    #[output(unknown_when_changed("host"))]
    endpoint: Option<String>,
    /// Administrator credentials of the cluster.
    #[output(secret, unknown_when_changed("host"))]
    credentials: Option<AdminCredentials>,
}

#[derive(Spec, ToValue)]
struct AdminCredentials {
    /// Kubeconfig in YAML.
    kubeconfig: Option<Secret>,
    /// URL of the cluster's API, for `host` of the `kubernetes` provider.
    host: Option<String>,
    /// Certificate of the CA that signed the API's certificate, in PEM.
    cluster_ca_certificate: Option<String>,
    /// Client certificate, in PEM.
    client_certificate: Option<String>,
    /// Private key of the client certificate, in PEM.
    client_key: Option<Secret>,
}

/// `Ready` does not mean that the cluster exists: the platform does not wait for its release (read in its source).
/// The kubeconfig comes with the cluster.
pub(super) fn dependents(object: &Object) -> Vec<Dependent> {
    vec![KUBECONFIGS.dependent(object, &[PUBLIC])]
}

impl Observe for KubernetesOutputs {
    fn observe(seen: &Observed, _: &Value) -> KubernetesOutputs {
        let kubeconfig = KUBECONFIGS.text(seen, PUBLIC);
        KubernetesOutputs {
            endpoint: kubeconfig
                .and_then(ClusterAccess::of)
                .map(|access| access.host),
            credentials: kubeconfig.map(|kubeconfig| {
                let access = ClusterAccess::of(kubeconfig).unwrap_or_default();
                AdminCredentials {
                    kubeconfig: Some(kubeconfig.into()),
                    host: (!access.host.is_empty()).then_some(access.host),
                    cluster_ca_certificate: access.cluster_ca_certificate,
                    client_certificate: access.client_certificate,
                    client_key: access.client_key.map(Secret::from),
                }
            }),
        }
    }
}
