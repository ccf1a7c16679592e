use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::endpoint::name_of;
use crate::api::{Object, Secret as SecretTexts};
use crate::resource::{Dependent, Observed};
use crate::schema::Secret;
use crate::value::Value;

/// A Secret that the platform creates for an object, by its name, in which `{name}` is the name of the object,
/// `{kind}` its kind in lower case, and `{user}` the name of a user with a Secret of its own.
pub(crate) struct SecretName(pub(crate) &'static str);

impl SecretName {
    fn of(&self, object: &Object, user: &str) -> String {
        // The user is replaced last, because its name could contain `{name}`.
        name_of(self.0, object).replace("{user}", user)
    }

    /// Waits for these keys; without any, the Secret is read if it exists and not waited for.
    pub(crate) fn dependent(&self, object: &Object, keys: &[&str]) -> Dependent {
        self.dependent_of(object, "", keys)
    }

    /// The same of the Secret of a user.
    pub(crate) fn dependent_of(&self, object: &Object, user: &str, keys: &[&str]) -> Dependent {
        Dependent::Secret {
            name: self.of(object, user),
            keys: keys.iter().copied().map(str::to_owned).collect(),
        }
    }

    /// Waits for the password of each user, where there are users.
    pub(crate) fn with_passwords(&self, object: &Object) -> Option<Dependent> {
        self.with_passwords_and(object, &[])
    }

    /// The same, and of these users, whom the platform adds.
    pub(crate) fn with_passwords_and(&self, object: &Object, added: &[&str]) -> Option<Dependent> {
        let users: Vec<&str> = all_users(object, added).collect();
        (!users.is_empty()).then(|| self.dependent(object, &users))
    }

    /// The text of a key.
    pub(crate) fn text<'a>(&self, seen: &'a Observed, key: &str) -> Option<&'a str> {
        self.text_of(seen, "", key)
    }

    /// The text of a key of the Secret of a user.
    pub(crate) fn text_of<'a>(&self, seen: &'a Observed, user: &str, key: &str) -> Option<&'a str> {
        seen.secret(&self.of(&seen.object, user))?.text(key)
    }

    /// The login of each user whose password is a key of this Secret and is not write-only in `values`. None if
    /// there are users and the Secret is not readable, which is not the same as no users.
    pub(crate) fn logins<T>(
        &self,
        seen: &Observed,
        values: &Value,
        login: impl Fn(&str, &str) -> T,
    ) -> Option<BTreeMap<String, T>> {
        self.logins_and(seen, values, &[], login)
    }

    /// The same, and of these users, whom the platform adds.
    pub(crate) fn logins_and<T>(
        &self,
        seen: &Observed,
        values: &Value,
        added: &[&str],
        login: impl Fn(&str, &str) -> T,
    ) -> Option<BTreeMap<String, T>> {
        let users = || all_users(&seen.object, added);
        let Some(secret) = seen.secret(&self.of(&seen.object, "")) else {
            let has_own = self::users(&seen.object).next().is_some();
            return (!has_own).then(BTreeMap::new);
        };
        let is_stored = |user: &&str| {
            let given = values.attribute("users").attribute(user);
            given.attribute("password_wo_version").is_null()
        };
        let logins = users().filter(is_stored).filter_map(|user| {
            let password = secret.text(user)?;
            Some((user.to_owned(), login(user, password)))
        });
        Some(logins.collect())
    }

    /// The login of each of these users with a readable Secret of its own. None if there are users and none has one.
    pub(crate) fn logins_in_own_secrets<'a, T>(
        &self,
        seen: &Observed,
        users: impl Iterator<Item = &'a str>,
        login: impl Fn(&SecretTexts) -> T,
    ) -> Option<BTreeMap<String, T>> {
        let (mut logins, mut has_users) = (BTreeMap::new(), false);
        for user in users {
            has_users = true;
            if let Some(secret) = seen.secret(&self.of(&seen.object, user)) {
                logins.insert(user.to_owned(), login(secret));
            }
        }
        (!has_users || !logins.is_empty()).then_some(logins)
    }
}

/// The names of the users of an object: the keys of `users` in its spec.
pub(crate) fn users(object: &Object) -> impl Iterator<Item = &str> {
    let users = object.spec.get("users").and_then(Json::as_object);
    users.into_iter().flatten().map(|(user, _)| user.as_str())
}

fn all_users<'a>(object: &'a Object, added: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let added = added.iter().copied();
    let added = added.filter(|name| users(object).all(|user| user != *name));
    users(object).chain(added)
}

/// A connection URI such as `postgresql://user:password@host:5432/`.
pub(crate) fn uri(scheme: &str, user: &str, password: &str, host: &str, port: i64) -> Secret {
    let [user, password] = [user, password].map(|text| utf8_percent_encode(text, RESERVED));
    format!("{scheme}://{user}:{password}@{host}:{port}/").into()
}

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ToValue as _;

    #[test]
    fn reserved_characters_of_a_password_are_percent_encoded() {
        let uri = |password| uri("postgresql", "app", password, "db", 5432).to_value();
        assert_eq!(
            uri("a-b_c.d~9"),
            "postgresql://app:a-b_c.d~9@db:5432/".into()
        );
        let encoded = "postgresql://app:p%40ss%3Aw%2Frd%20%C3%A9%25@db:5432/";
        assert_eq!(uri("p@ss:w/rd é%"), encoded.into());
    }
}
