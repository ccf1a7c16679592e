use std::collections::BTreeSet;

use super::checks::{Lookup, warn_at};
use crate::schema::{Scope, Spec};
use crate::value::{Path, Value};

/// Access of users to a database.
#[derive(Spec)]
pub(crate) struct Roles {
    /// Users with full access: they may read, write and change the schema. Each must be a user of the same object.
    admin: Option<BTreeSet<String>>,
    /// Users that may only read. Each must be a user of the same object.
    readonly: Option<BTreeSet<String>>,
}

/// The roles of a database.
const ROLES: [&str; 2] = ["admin", "readonly"];

/// Warns of users in the roles of a map's entries that are not declared: the platform grants nothing to them.
pub(crate) fn roles_name_declared_users(scope: &mut Scope<'_>, map: &str) {
    for (path, place, name) in undeclared_users(scope, map) {
        let detail = format!(
            "`{name}` in `{place}` is not a key of `users`, so it gets no access unless it has its own resource. Add \
             `{name}` to `users`, or remove it from the role."
        );
        warn_at(scope, &path, &format!("Unknown user in {place}"), detail);
    }
}

/// Refuses them, where a release of the platform cannot store them.
pub(crate) fn roles_are_of_declared_users(scope: &mut Scope<'_>, map: &str) {
    for (path, place, name) in undeclared_users(scope, map) {
        let detail = format!(
            "`{name}` in `{place}` is not a key of `users`, so it gets no access. Add `{name}` to `users`, or remove it \
             from the role. If the user has its own resource, give it roles with a `hikube_mongodb_database`."
        );
        scope.error_at(&path, "Invalid Attribute Combination", detail);
    }
}

/// The path of the role, the same in words, and the user.
fn undeclared_users(scope: &Scope<'_>, map: &str) -> Vec<(Path, String, String)> {
    let mut found = Vec::new();
    if scope.at("users").is_unknown() {
        return found;
    }
    let users = scope.entries("users");
    for (key, entry) in scope.entries(map) {
        for role in ROLES {
            let names = entry.elements(&format!("roles.{role}"));
            let is_unknown = |name: &&str| !users.contains_key(*name);
            for name in names.iter().filter_map(Value::as_str).filter(is_unknown) {
                let place = format!("{map}[\"{key}\"].roles.{role}");
                let path = scope.path(map).key(&key).attribute("roles").attribute(role);
                found.push((path, place, name.to_owned()));
            }
        }
    }
    found
}

/// Whether any entry of a map gives the user a role; none where that is not known.
pub(crate) fn has_role(scope: &Scope<'_>, map: &str, user: &str) -> Option<bool> {
    if scope.at(map).is_unknown() {
        return None;
    }
    let mut is_known = true;
    for entry in scope.entries(map).values() {
        for role in ROLES {
            let path = format!("roles.{role}");
            is_known &= !entry.at(&path).is_unknown();
            for name in entry.elements(&path) {
                is_known &= !name.is_unknown();
                if name.as_str() == Some(user) {
                    return Some(true);
                }
            }
        }
    }
    is_known.then_some(false)
}
