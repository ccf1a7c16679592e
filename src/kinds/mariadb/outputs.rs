use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::api::Object;
use crate::kinds::shared::{Endpoint, Login, SecretName, uri};
use crate::resource::{Dependent, Observe, Observed, Outputs, Planned};
use crate::value::Value;

// Read in the platform's charts.
const ONLY: Endpoint = Endpoint("{kind}-{name}");
const PRIMARY: Endpoint = Endpoint("{kind}-{name}-primary");
const REPLICAS: Endpoint = Endpoint("{kind}-{name}-secondary");
const PASSWORDS: SecretName = SecretName("{kind}-{name}-credentials");
const PORT: i64 = 3306;
/// The administrator, whom the platform always creates.
const ROOT: &str = "root";

#[derive(Outputs)]
pub(super) struct MariadbOutputs {
    /// Host name of the primary inside the platform.
    #[output(unknown_when_changed("replicas"))]
    host: String,
    /// Host name of the other replicas inside the platform, for read-only connections. Null with one replica.
    #[output(unknown_when_changed("replicas"))]
    read_only_host: Option<String>,
    /// Public address of the primary. Null unless `external` is `true`.
    #[output(unknown_when_changed("external", "replicas"))]
    external_host: Option<String>,
    /// Port of all hosts.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Passwords and connection URIs, keyed by user. The administrator `root` is always included.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users", "external", "replicas")
    )]
    credentials: Option<BTreeMap<String, Login>>,
}

fn has_replicas(object: &Object) -> bool {
    let replicas = object.spec.get("replicas").and_then(Json::as_i64);
    replicas.unwrap_or(2) > 1
}

/// The Service of the primary: with one replica there is only one Service.
fn primary(object: &Object) -> Endpoint {
    if has_replicas(object) { PRIMARY } else { ONLY }
}

pub(super) fn dependents(object: &Object) -> Vec<Dependent> {
    let passwords = PASSWORDS.with_passwords_and(object, &[ROOT]);
    let address = primary(object).if_external(object);
    [passwords, address].into_iter().flatten().collect()
}

impl Observe for MariadbOutputs {
    fn observe(seen: &Observed, values: &Value) -> MariadbOutputs {
        let object = &seen.object;
        let host = primary(object).host(object);
        let external_host = primary(object).address(seen);
        let reached = external_host.as_ref().unwrap_or(&host);
        MariadbOutputs {
            credentials: PASSWORDS.logins_and(seen, values, &[ROOT], |user, password| Login {
                password: Some(password.into()),
                uri: Some(uri("mysql", user, password, reached, PORT)),
            }),
            read_only_host: has_replicas(object).then(|| REPLICAS.host(object)),
            port: PORT,
            host,
            external_host,
        }
    }
}
