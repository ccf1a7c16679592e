use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::api::Object;
use crate::resource::{Dependent, Observe, Observed, Outputs, Planned};
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

const PORT: i64 = 5432;

/// How the database is reached, and by whom. The names are read in the platform's charts.
#[derive(Outputs)]
pub(super) struct Access {
    /// The server that writes, as machines and containers on the platform reach it.
    #[output(use_state_for_unknown, known_at_plan = |values| planned_host(values, "rw"))]
    host: String,
    /// The followers, for reading only, as machines and containers on the platform reach them.
    #[output(use_state_for_unknown, known_at_plan = |values| planned_host(values, "ro"))]
    read_only_host: String,
    /// The server that writes, as it is reached from outside the platform; null unless `external` is true.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// The port of all of them.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// The certificate of the authority that signed the server's, in PEM. Null on platforms that do not show
    /// it: up to 1.6 they do not.
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

/// How one user logs in.
#[derive(Spec, ToValue)]
struct Login {
    /// The password.
    password: Option<Secret>,
    /// The address with user and password, `postgresql://…`, from outside the platform where `external` is
    /// true. Add the name of the database.
    uri: Option<Secret>,
}

impl Observe for Access {
    fn observe(seen: &Observed, values: &Value) -> Access {
        let (object, of) = (&seen.object, |role| host(&seen.object, role));
        let authority = seen.secret(&authority(object));
        Access {
            host: of("rw"),
            read_only_host: of("ro"),
            external_host: external_host(seen),
            port: PORT,
            ca_certificate: authority
                .and_then(|secret| secret.text("ca.crt"))
                .map(str::to_owned),
            credentials: logins(seen, values),
        }
    }
}

pub(super) fn parts(object: &Object) -> Vec<Dependent> {
    let mut parts = vec![Dependent::Secret {
        name: authority(object),
        keys: Vec::new(),
    }];
    let users: Vec<String> = users(object).cloned().collect();
    if !users.is_empty() {
        parts.push(Dependent::Secret {
            name: credentials(object),
            keys: users,
        });
    }
    if object.spec.get("external").and_then(Json::as_bool) == Some(true) {
        parts.push(Dependent::Address {
            service: external_service(object),
        });
    }
    parts
}

fn users(object: &Object) -> impl Iterator<Item = &String> {
    let users = object.spec.get("users").and_then(Json::as_object);
    users.into_iter().flatten().map(|(user, _)| user)
}

fn credentials(object: &Object) -> String {
    format!("postgres-{}-credentials", object.name)
}

fn authority(object: &Object) -> String {
    format!("postgres-{}.tenant-ca", object.name)
}

fn external_service(object: &Object) -> String {
    format!("postgres-{}-external-write", object.name)
}

fn host(object: &Object, role: &str) -> String {
    host_in(&object.namespace, &object.name, role)
}

fn host_in(namespace: &str, name: &str, role: &str) -> String {
    format!("postgres-{name}-{role}.{namespace}.svc")
}

fn planned_host(values: &Value, role: &str) -> Planned<String> {
    let text = |name: &str| values.attribute(name).as_str();
    let place = text("namespace").zip(text("name"));
    place
        .map(|(namespace, name)| host_in(namespace, name, role))
        .into()
}

fn external_host(seen: &Observed) -> Option<String> {
    let service = seen.service(&external_service(&seen.object))?;
    service.addresses.first().cloned()
}

/// None where there are users and their passwords were not seen, which is not the same as no users.
fn logins(seen: &Observed, values: &Value) -> Option<BTreeMap<String, Login>> {
    if users(&seen.object).next().is_none() {
        return Some(BTreeMap::new());
    }
    let secret = seen.secret(&credentials(&seen.object))?;
    let host = external_host(seen).unwrap_or_else(|| host(&seen.object, "rw"));
    let is_kept = |user: &&String| {
        let given = values.attribute("users").attribute(user);
        given.attribute("password_wo_version").is_null()
    };
    let logins = users(&seen.object).filter(is_kept).filter_map(|user| {
        let password = secret.text(user)?;
        let (name, word) = (encoded(user), encoded(password));
        let login = Login {
            password: Some(Secret::from(password)),
            uri: Some(format!("postgresql://{name}:{word}@{host}:{PORT}/").into()),
        };
        Some((user.clone(), login))
    });
    Some(logins.collect())
}

/// A name or password as it stands in an address (RFC 3986: all but the unreserved characters by their
/// bytes).
fn encoded(text: &str) -> String {
    let mut result = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_password_early_is_encoded() {
        assert_eq!(encoded("a-b_c.d~9"), "a-b_c.d~9");
        assert_eq!(encoded("p@ss:w/rd é%"), "p%40ss%3Aw%2Frd%20%C3%A9%25");
    }
}
