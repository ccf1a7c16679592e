use super::shared::SecretName;
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Adopted, Kind, Observe, Observed, OutputSet, Outputs};
use crate::schema::{Block, Secret};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_tenant_info",
    title: "access to tenant",
    description: "How to reach the API of the platform in a tenant: the kubeconfig for people, and the token of the \
                  tenant's service account for programs.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Info", "infos"),
    adopted: Some(Adopted {
        name: "info",
        switch: None,
    }),
    spec: Block::default,
    dependents: |object| {
        let secrets = [KUBECONFIG, ACCOUNT];
        secrets.map(|secret| secret.dependent(object, &[])).to_vec()
    },
    outputs: OutputSet::of::<TenantInfoOutputs>(),
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const KUBECONFIG: SecretName = SecretName("kubeconfig-{namespace}");
const ACCOUNT: SecretName = SecretName("{namespace}");

#[derive(Outputs)]
struct TenantInfoOutputs {
    /// Kubeconfig with which people log in through the identity provider of the platform. Null where the platform has
    /// none.
    #[output(secret)]
    kubeconfig: Option<Secret>,
    /// Token of the tenant's service account, with which programs access the API. It does not expire.
    #[output(secret)]
    token: Option<Secret>,
    /// Certificate of the CA that signed the certificate of the API, in PEM.
    #[output()]
    ca_certificate: Option<String>,
}

impl Observe for TenantInfoOutputs {
    fn observe(seen: &Observed, _: &Value) -> TenantInfoOutputs {
        TenantInfoOutputs {
            kubeconfig: KUBECONFIG.text(seen, "kubeconfig").map(Secret::from),
            token: ACCOUNT.text(seen, "token").map(Secret::from),
            ca_certificate: ACCOUNT.text(seen, "ca.crt").map(str::to_owned),
        }
    }
}
