use std::collections::BTreeMap;

use crate::api::Object;
use crate::kinds::shared::{Endpoint, Login, SecretName, uri};
use crate::resource::{Dependent, Observe, Observed, Outputs, Planned};
use crate::value::Value;

// Read in the platform's charts.
const PRIMARY: Endpoint = Endpoint("postgres-{name}-rw");
const STANDBYS: Endpoint = Endpoint("postgres-{name}-ro");
const EXTERNAL: Endpoint = Endpoint("postgres-{name}-external-write");
const PASSWORDS: SecretName = SecretName("postgres-{name}-credentials");
const CA: SecretName = SecretName("postgres-{name}.tenant-ca");
const PORT: i64 = 5432;

#[derive(Outputs)]
pub(super) struct PostgresOutputs {
    /// Host name of the primary inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| PRIMARY.planned_host(values))]
    host: String,
    /// Host name of the standbys inside the platform, for read-only connections.
    #[output(use_state_for_unknown, known_at_plan = |values| STANDBYS.planned_host(values))]
    read_only_host: String,
    /// Public address of the primary. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of all hosts.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Certificate of the CA that signed the server certificate, in PEM. Null on platforms up to 1.6, which do
    /// not publish it.
    #[output(unknown_when_changed("tls"), use_state_for_unknown)]
    ca_certificate: Option<String>,
    /// Passwords and connection URIs, keyed by user.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users", "external")
    )]
    credentials: Option<BTreeMap<String, Login>>,
}

pub(super) fn dependents(object: &Object) -> Vec<Dependent> {
    let ca = Some(CA.dependent(object, &[]));
    let all = [
        ca,
        PASSWORDS.with_passwords(object),
        EXTERNAL.if_external(object),
    ];
    all.into_iter().flatten().collect()
}

impl Observe for PostgresOutputs {
    fn observe(seen: &Observed, values: &Value) -> PostgresOutputs {
        let host = PRIMARY.host(&seen.object);
        let external_host = EXTERNAL.address(seen);
        let reached = external_host.as_ref().unwrap_or(&host);
        PostgresOutputs {
            credentials: PASSWORDS.logins(seen, values, |user, password| Login {
                password: Some(password.into()),
                uri: Some(uri("postgresql", user, password, reached, PORT)),
            }),
            read_only_host: STANDBYS.host(&seen.object),
            port: PORT,
            ca_certificate: CA.text(seen, "ca.crt").map(str::to_owned),
            host,
            external_host,
        }
    }
}
