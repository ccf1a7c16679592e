use std::collections::BTreeSet;

use super::checks::{Lookup, warn_at};
use crate::schema::{Scope, Spec};
use crate::value::Value;

/// Access of users to a database.
#[derive(Spec)]
pub(crate) struct Roles {
    /// Users with full access: they may read, write and change the schema. Each must be a key of `users`.
    admin: Option<BTreeSet<String>>,
    /// Users that may only read. Each must be a key of `users`.
    readonly: Option<BTreeSet<String>>,
}

/// The roles of a database.
const ROLES: [&str; 2] = ["admin", "readonly"];

/// Warns of users in the roles of a map's entries that are not declared: the platform grants nothing to them.
pub(crate) fn roles_name_declared_users(scope: &mut Scope<'_>, map: &str) {
    if scope.at("users").is_unknown() {
        return;
    }
    let users = scope.entries("users");
    for (key, entry) in scope.entries(map) {
        for role in ROLES {
            let names = entry.elements(&format!("roles.{role}"));
            let is_unknown = |name: &&str| !users.contains_key(*name);
            for name in names.iter().filter_map(Value::as_str).filter(is_unknown) {
                let place = format!("{map}[\"{key}\"].roles.{role}");
                let detail = format!(
                    "`{name}` in `{place}` is not a key of `users`, so it gets no access. Add `{name}` to `users`, or \
                     remove it from the role."
                );
                let path = scope.path(map).key(&key).attribute("roles").attribute(role);
                warn_at(scope, &path, &format!("Unknown user in {place}"), detail);
            }
        }
    }
}
