use super::shared::{
    Endpoint, KnownValues, Lookup, Preset, Resources, SecretName, ValueList, uri, warn,
};
use crate::api::{ApiResource, Object};
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs, Planned};
use crate::schema::{Bytes, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_redis",
    title: "Redis database",
    description: "A Redis server with replicas and Sentinel, which replaces a failed primary. Deleting it deletes its \
                  data.",
    api_resource: || ApiResource::application("Redis", "redises"),
    release_prefix: "redis-",
    spec: Redis::block,
    ..LIKE_REDIS
};

/// Valkey is a fork of Redis, and the platform runs it in the same way.
pub(super) const VALKEY: Kind = Kind {
    type_name: "hikube_valkey",
    title: "Valkey database",
    description: "A Valkey server with replicas and Sentinel, which replaces a failed primary. Clients of Redis work \
                  with it. Deleting it deletes its data.",
    api_resource: || ApiResource::application("Valkey", "valkeys"),
    release_prefix: "valkey-",
    since: Some("1.7"),
    spec: Redis::block,
    ..LIKE_REDIS
};

const LIKE_REDIS: Kind = Kind {
    subcategory: "Databases",
    dependents: |object| {
        let has_password =
            object.spec.get("authEnabled").and_then(|on| on.as_bool()) != Some(false);
        let password = has_password.then(|| AUTH.dependent(object, &["password"]));
        let address = EXTERNAL.if_external(object);
        password.into_iter().chain(address).collect()
    },
    outputs: OutputSet::of::<RedisOutputs>(),
    ..Kind::new(&Application)
};

// Read in the platform's charts; the operator names the first three.
const PRIMARY: Endpoint = Endpoint("rfrm-{kind}-{name}");
const REPLICAS: Endpoint = Endpoint("rfrs-{kind}-{name}");
const SENTINEL: Endpoint = Endpoint("rfs-{kind}-{name}");
const EXTERNAL: Endpoint = Endpoint("{kind}-{name}-external-lb");
const AUTH: SecretName = SecretName("{kind}-{name}-auth");
const PORT: i64 = 6379;
const SENTINEL_PORT: i64 = 26379;

#[derive(Outputs)]
struct RedisOutputs {
    /// Host name of the primary inside the platform.
    #[output(use_state_for_unknown)]
    host: String,
    /// Host name of the replicas inside the platform, for read-only connections.
    #[output(use_state_for_unknown)]
    read_only_host: String,
    /// Public address of the primary. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of all hosts but that of Sentinel.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Host name of Sentinel inside the platform. The name of its primary is `mymaster`.
    #[output(use_state_for_unknown)]
    sentinel_host: String,
    /// Port of Sentinel.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(SENTINEL_PORT))]
    sentinel_port: i64,
    /// Password, which the platform generates and a tenant cannot change. Null if `auth_enabled` is `false`.
    #[output(secret, unknown_when_changed("auth_enabled"))]
    password: Option<Secret>,
    /// Connection URI, `redis://…`, with the public address if `external` is `true`.
    #[output(secret, unknown_when_changed("auth_enabled", "external"))]
    uri: Option<Secret>,
}

impl Observe for RedisOutputs {
    fn observe(seen: &Observed, _: &Value) -> RedisOutputs {
        let object = &seen.object;
        let host = PRIMARY.host(object);
        let external_host = EXTERNAL.address(seen);
        let reached = external_host.as_ref().unwrap_or(&host);
        let password = AUTH.text(seen, "password");
        RedisOutputs {
            uri: uri_of(object, password, reached),
            password: password.map(Secret::from),
            read_only_host: REPLICAS.host(object),
            sentinel_host: SENTINEL.host(object),
            port: PORT,
            sentinel_port: SENTINEL_PORT,
            host,
            external_host,
        }
    }
}

/// None where there is a password that may not be read.
fn uri_of(object: &Object, password: Option<&str>, host: &str) -> Option<Secret> {
    let is_open = object.spec.get("authEnabled").and_then(|on| on.as_bool()) == Some(false);
    match password {
        // The user of a password without users.
        Some(password) => Some(uri("redis", "default", password, host, PORT)),
        None if is_open => Some(format!("redis://{host}:{PORT}/").into()),
        None => None,
    }
}

#[derive(Spec)]
#[spec(rules(what_is_public_has_a_password))]
struct Redis {
    /// Number of replicas. One is the primary; the others replicate from it. Three Sentinels watch them in any case.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `1Gi`. The platform cannot enlarge existing volumes.
    #[spec(default = "1Gi", grow_only, keeps_volumes)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the primary has a public address (port 6379). Connections to it are not encrypted. Setting this to
    /// `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Major version. Upgrading restarts the replicas and cannot be undone.
    #[spec(default = "v8", upgrade_only)]
    version: Option<RedisVersion>,
    /// Whether clients need a password, which the platform generates. Changing this restarts the replicas; clients
    /// that do not follow lose access, or keep it without a password.
    #[spec(default = true)]
    auth_enabled: Option<bool>,
}

struct RedisVersion;

impl KnownValues for RedisVersion {
    const VALUES: ValueList = &[("v8 v7", "")];
}

fn what_is_public_has_a_password(scope: &mut Scope<'_>) {
    if scope.is_on("external") && scope.at("auth_enabled").as_bool() == Some(false) {
        let detail = "`external` is `true` and `auth_enabled` is `false`: anyone on the internet can read and change \
                      the data. Set `auth_enabled` to `true`.";
        warn(scope, "auth_enabled", "Public without a password", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, warned};

    #[test]
    fn what_is_public_has_a_password() {
        accepted(&KIND, &json!({ "external": true }));
        accepted(&KIND, &json!({ "auth_enabled": false }));
        accepted(&KIND, &json!({ "external": "?", "auth_enabled": false }));
        let open = json!({ "external": true, "auth_enabled": false });
        warned(&KIND, &open, "anyone on the internet");
    }

    #[test]
    fn the_uri_has_the_password_where_there_is_one() {
        let object = |is_protected: bool| Object {
            spec: [("authEnabled".to_owned(), json!(is_protected))]
                .into_iter()
                .collect(),
            ..Object::default()
        };
        let uri = |is_protected, password| {
            use crate::schema::ToValue as _;
            uri_of(&object(is_protected), password, "db").to_value()
        };
        assert_eq!(
            uri(true, Some("a b")),
            "redis://default:a%20b@db:6379/".into()
        );
        assert_eq!(uri(false, None), "redis://db:6379/".into());
        assert_eq!(uri(true, None), Value::Null);
    }
}
