#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::shared::{
    Endpoint, KnownValues, Login, Preset, Resources, Roles, SecretName, ValueList, kebab,
    keys_differ_as_names, roles_name_declared_users, uri, users,
};
use crate::api::{ApiResource, Object};
use crate::lifecycle::{Application, Entry};
use crate::resource::{
    Dependent, EntryCredentials, EntryKind, Kind, Observe, Observed, OutputSet, Outputs, Planned,
};
use crate::schema::{Bytes, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_rabbitmq",
    title: "RabbitMQ cluster",
    description: "A RabbitMQ cluster with users and virtual hosts. Deleting it deletes its queues and messages.",
    subcategory: "Messaging",
    api_resource: || ApiResource::application("RabbitMQ", "rabbitmqs"),
    release_prefix: "rabbitmq-",
    spec: RabbitMq::block,
    dependents,
    outputs: OutputSet::of::<RabbitMqOutputs>(),
    entries: &[
        EntryKind {
            type_name: "hikube_rabbitmq_user",
            title: "RabbitMQ user",
            description: "A user of a `hikube_rabbitmq`, which may do nothing without a role in a virtual host. Deleting it drops it.",
            attribute: "users",
            credentials: Some(EntryCredentials {
                description: "Password and connection URI. Null with `password_wo`.",
                unknown_when_changed: &["password", "password_wo_version"],
            }),
            ..EntryKind::new(&Entry::of_map("users"))
        },
        EntryKind {
            type_name: "hikube_rabbitmq_vhost",
            title: "RabbitMQ virtual host",
            description: "A virtual host of a `hikube_rabbitmq`. Deleting it deletes its queues and messages.",
            attribute: "vhosts",
            ..EntryKind::new(&Entry::of_map("vhosts"))
        },
    ],
    ..Kind::new(&Application)
};

// Read in the platform's charts; the operator creates the first Secret.
const SERVER: Endpoint = Endpoint("rabbitmq-{name}");
const ADMIN: SecretName = SecretName("rabbitmq-{name}-default-user");
const LOGIN: SecretName = SecretName("rabbitmq-{name}-{user}-credentials");
const PORT: i64 = 5672;
const MANAGEMENT_PORT: i64 = 15672;

#[derive(Outputs)]
struct RabbitMqOutputs {
    /// Host name inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of AMQP.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Port of the management interface and its API.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(MANAGEMENT_PORT))]
    management_port: i64,
    /// Name of the administrator, whom the platform creates.
    #[output(use_state_for_unknown)]
    admin_username: Option<String>,
    /// Password of the administrator.
    #[output(secret, use_state_for_unknown)]
    admin_password: Option<Secret>,
    /// Passwords and connection URIs, keyed by user.
    #[output(
        secret,
        when_stored = "In a resource, users with `password_wo` are not included.",
        unknown_when_changed("users", "external")
    )]
    credentials: Option<BTreeMap<String, Login>>,
}

fn dependents(object: &Object) -> Vec<Dependent> {
    let admin = ADMIN.dependent(object, &["username", "password"]);
    let logins = users(object).map(|user| LOGIN.dependent_of(object, &kebab(user), &["password"]));
    let address = SERVER.if_external(object);
    [admin].into_iter().chain(logins).chain(address).collect()
}

impl Observe for RabbitMqOutputs {
    fn observe(seen: &Observed, values: &Value) -> RabbitMqOutputs {
        let host = SERVER.host(&seen.object);
        let external_host = SERVER.address(seen);
        let reached = external_host.as_ref().unwrap_or(&host);
        let is_stored = |user: &&str| {
            let given = values.attribute("users").attribute(user);
            given.attribute("password_wo_version").is_null()
        };
        let logins = users(&seen.object).filter(is_stored).filter_map(|user| {
            let password = LOGIN.text_of(seen, &kebab(user), "password")?;
            let login = Login {
                password: Some(password.into()),
                uri: Some(uri("amqp", user, password, reached, PORT)),
            };
            Some((user.to_owned(), login))
        });
        RabbitMqOutputs {
            credentials: Some(logins.collect()),
            admin_username: ADMIN.text(seen, "username").map(str::to_owned),
            admin_password: ADMIN.text(seen, "password").map(Secret::from),
            port: PORT,
            management_port: MANAGEMENT_PORT,
            host,
            external_host,
        }
    }
}

// Read in the operator of platform 1.6: it imports the Secret once.
#[derive(Spec)]
struct RabbitMqUser {
    /// Password of the user. Generated by the platform if unset. The server receives it only when the user is created:
    /// to change it, create another user.
    #[spec(write_only)]
    password: Option<Secret>,
}

#[derive(Spec)]
#[spec(rules(roles_are_of_declared_users, names_differ_on_the_platform))]
struct RabbitMq {
    /// Number of replicas. An odd number of at least 3 survives the failure of one.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the cluster has a public address (ports 5672 and 15672). Connections to it are not encrypted. Setting
    /// this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Version of RabbitMQ. Upgrading restarts the replicas and cannot be undone. Before an upgrade from v3.13, enable
    /// all feature flags.
    #[spec(default = "v4.2", upgrade_only, since = "1.1")]
    version: Option<RabbitMqVersion>,
    /// Users, keyed by name. A user may do nothing without a role in `vhosts`. Removing a user drops it; renaming it
    /// drops it and creates a new one.
    #[spec(
        loses = "the user",
        keys(NAME, NAME_MEANING),
        key_in("rabbitmq-{name}-{key}-credentials", 253)
    )]
    users: Option<BTreeMap<String, RabbitMqUser>>,
    /// Virtual hosts, keyed by name. Removing a virtual host deletes its queues and messages; renaming it deletes it
    /// and creates an empty one. The virtual host `/` always exists.
    #[spec(
        loses = "the virtual host, its queues and messages",
        keys(NAME, NAME_MEANING),
        key_in("rabbitmq-{name}-{key}", 253)
    )]
    vhosts: Option<BTreeMap<String, VirtualHost>>,
}

/// Names that the platform can name its objects after.
const NAME: &str = "[A-Za-z0-9]+([-_][A-Za-z0-9]+)*";
const NAME_MEANING: &str =
    "must consist of letters and digits, with single `-` or `_` between them";

struct RabbitMqVersion;

impl KnownValues for RabbitMqVersion {
    const VALUES: ValueList = &[("v4.2 v4.1 v4.0 v3.13", "")];
}

#[derive(Spec)]
struct VirtualHost {
    /// Access of users to the virtual host. Users in `readonly` may only read messages.
    #[spec(always_send, default_json = "{}")]
    roles: Option<Roles>,
}

fn roles_are_of_declared_users(scope: &mut Scope<'_>) {
    roles_name_declared_users(scope, "vhosts");
}

fn names_differ_on_the_platform(scope: &mut Scope<'_>) {
    for map in ["users", "vhosts"] {
        keys_differ_as_names(scope, map, kebab);
    }
}
