use std::collections::BTreeMap;

use super::shared::{Endpoint, Login, Lookup, Preset, Resources, SecretName, Tls, User, uri, warn};
use crate::api::ApiResource;
use crate::lifecycle::{Application, Entry};
use crate::resource::{
    EntryCredentials, EntryKind, Kind, Observe, Observed, OutputSet, Outputs, Planned,
};
use crate::schema::{Bytes, Json, Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_nats",
    title: "NATS cluster",
    description: "A NATS cluster with users and JetStream, which stores messages. Deleting it deletes its messages.",
    subcategory: "Messaging",
    api_resource: || ApiResource::application("NATS", "natses"),
    release_prefix: "nats-",
    spec: Nats::block,
    dependents: |object| {
        let passwords = PASSWORDS.with_passwords(object);
        passwords
            .into_iter()
            .chain(SERVER.if_external(object))
            .collect()
    },
    outputs: OutputSet::of::<NatsOutputs>(),
    entries: &[EntryKind {
        type_name: "hikube_nats_user",
        title: "NATS user",
        description: "A user of a `hikube_nats`. A deleted user can connect until the platform has applied one more change.",
        attribute: "users",
        credentials: Some(EntryCredentials {
            description: "Password and connection URI. Null with `password_wo`.",
            unknown_when_changed: &["password", "password_wo_version"],
        }),
        ..EntryKind::new(&Entry::of_map("users"))
    }],
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("nats-{name}");
const PASSWORDS: SecretName = SecretName("nats-{name}-credentials");
const PORT: i64 = 4222;

#[derive(Outputs)]
struct NatsOutputs {
    /// Host name inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of all hosts.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Passwords and connection URIs, keyed by user. With TLS, clients need the platform's CA, which a tenant cannot
    /// read: the certificate cannot be verified.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users", "external")
    )]
    credentials: Option<BTreeMap<String, Login>>,
}

impl Observe for NatsOutputs {
    fn observe(seen: &Observed, values: &Value) -> NatsOutputs {
        let host = SERVER.host(&seen.object);
        let external_host = SERVER.address(seen);
        let reached = external_host.as_ref().unwrap_or(&host);
        NatsOutputs {
            credentials: PASSWORDS.logins(seen, values, |user, password| Login {
                password: Some(password.into()),
                uri: Some(uri("nats", user, password, reached, PORT)),
            }),
            port: PORT,
            host,
            external_host,
        }
    }
}

#[derive(Spec)]
#[spec(rules(what_is_public_has_users))]
struct Nats {
    /// Number of servers. An odd number of at least 3 keeps replicated streams available if one fails.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each server. Overrides `resources_preset`. Changing this restarts the servers one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the servers one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the cluster has a public address (port 4222). On platform 1.6 or later, this requires a domain of the
    /// tenant. Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// TLS of all connections.
    #[spec(since = "1.5")]
    tls: Option<Tls>,
    /// Users, keyed by name. Without users, clients need no credentials. A removed user can connect until the platform
    /// has applied one more change.
    #[spec(
        loses = "the user",
        keys("[-_.A-Za-z0-9]+", "must consist of letters, digits, `-`, `_` and `.`"),
        key_in("{key}", 253)
    )]
    users: Option<BTreeMap<String, User>>,
    /// JetStream, which stores messages.
    jetstream: Option<JetStream>,
    /// Settings of the server beside those above.
    config: Option<NatsConfig>,
}

#[derive(Spec)]
struct JetStream {
    /// Whether messages are stored in files. Otherwise they are kept in memory only. Setting this to `false` deletes the
    /// stored messages.
    #[spec(default = true, loses = "the stored messages")]
    enabled: Option<bool>,
    /// Size of each server's volume, for example `10Gi`. The platform cannot enlarge existing volumes.
    #[spec(default = "10Gi", grow_only, keeps_volumes)]
    size: Option<Bytes>,
}

#[derive(Spec)]
struct NatsConfig {
    /// Configuration that is merged into that of the server, as JSON: `jsonencode({ max_payload = "4MB" })`. It comes
    /// last: a mistake keeps the servers from starting.
    merge: Option<Json>,
    /// Configuration of the account resolver, as JSON.
    resolver: Option<Json>,
}

fn what_is_public_has_users(scope: &mut Scope<'_>) {
    if scope.is_on("external") && scope.is_empty("users") && scope.is_empty("config.merge") {
        let detail = "`external` is `true` and there are no `users`: anyone on the internet can read and send messages. \
                      Add a user.";
        warn(scope, "external", "Public without users", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, warned};

    #[test]
    fn what_is_public_has_users() {
        accepted(&KIND, &json!({ "external": true, "users": { "app": {} } }));
        accepted(&KIND, &json!({ "external": true, "users": "?" }));
        accepted(&KIND, &json!({ "external": "?" }));
        warned(&KIND, &json!({ "external": true }), "Add a user");
    }
}
