use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::api::Object;
use crate::resource::{Output, Part, Seen};
use crate::schema::{Field, Secret, Spec};
use crate::value::Value;

const PORT: i64 = 5432;

/// How the database is reached, and by whom. The names are read in the platform's charts.
pub(super) const OUTPUTS: &[Output] = &[
    Output {
        name: "host",
        description: "The server that writes, as machines and containers on the platform reach it.",
        shape: String::shape,
        secret: false,
        follows: &[],
        stable: true,
        read: |seen, _| Value::from(inside(&seen.object, "rw")),
    },
    Output {
        name: "read_only_host",
        description: "The followers, for reading only, as machines and containers on the platform reach them.",
        shape: String::shape,
        secret: false,
        follows: &[],
        stable: true,
        read: |seen, _| Value::from(inside(&seen.object, "ro")),
    },
    Output {
        name: "external_host",
        description: "The server that writes, as it is reached from outside the platform; null unless \
                      `external` is true.",
        shape: String::shape,
        secret: false,
        follows: &["external"],
        stable: false,
        read: |seen, _| outside(seen).into(),
    },
    Output {
        name: "port",
        description: "The port of all of them.",
        shape: i64::shape,
        secret: false,
        follows: &[],
        stable: true,
        read: |_, _| Value::from(PORT),
    },
    Output {
        name: "ca_certificate",
        description: "The certificate of the authority that signed the server's, in PEM. Null on platforms \
                      that do not show it: up to 1.6 they do not.",
        shape: String::shape,
        secret: false,
        follows: &["tls"],
        stable: true,
        read: |seen, _| {
            let secret = seen.secret(&authority(&seen.object));
            secret.and_then(|secret| secret.text("ca.crt")).into()
        },
    },
    Output {
        name: "credentials",
        description: "Passwords and connection URIs, keyed by user. Passwords given as `password_wo` are not \
                      included. Empty if `store_credentials` is `false`.",
        shape: BTreeMap::<String, Login>::shape,
        secret: true,
        follows: &["users", "external"],
        stable: false,
        read: logins,
    },
];

/// How one user logs in.
#[derive(Spec)]
struct Login {
    /// The password.
    password: Option<Secret>,
    /// The address with user and password, `postgresql://…`, from outside the platform where `external` is
    /// true. Add the name of the database.
    uri: Option<Secret>,
}

pub(super) fn parts(object: &Object) -> Vec<Part> {
    let mut parts = vec![Part::Secret {
        name: authority(object),
        keys: Vec::new(),
    }];
    let users: Vec<String> = users(object).cloned().collect();
    if !users.is_empty() {
        parts.push(Part::Secret {
            name: credentials(object),
            keys: users,
        });
    }
    if object.spec.get("external").and_then(Json::as_bool) == Some(true) {
        parts.push(Part::Address {
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

fn inside(object: &Object, role: &str) -> String {
    format!("postgres-{}-{role}.{}.svc", object.name, object.namespace)
}

fn outside(seen: &Seen) -> Option<String> {
    let service = seen.service(&external_service(&seen.object))?;
    service.addresses.first().cloned()
}

/// Null where there are users and their passwords were not seen, which is not the same as no users.
fn logins(seen: &Seen, values: &Value) -> Value {
    if users(&seen.object).next().is_none() {
        return Value::Map(BTreeMap::new());
    }
    let Some(secret) = seen.secret(&credentials(&seen.object)) else {
        return Value::Null;
    };
    let host = outside(seen).unwrap_or_else(|| inside(&seen.object, "rw"));
    let is_kept = |user: &&String| {
        let given = values.attribute("users").attribute(user);
        given.attribute("password_wo_version").is_null()
    };
    let logins = users(&seen.object).filter(is_kept).filter_map(|user| {
        let password = secret.text(user)?;
        let (name, word) = (encoded(user), encoded(password));
        let uri = format!("postgresql://{name}:{word}@{host}:{PORT}/");
        let login = [
            ("password", Value::from(password)),
            ("uri", Value::from(uri)),
        ];
        Some((user.clone(), Value::map(login)))
    });
    Value::map(logins.collect::<Vec<_>>())
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
