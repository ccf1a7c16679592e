//! Before platform 1.0, the roles of a user were part of the user, and there was no `databases`. The conversion is that
//! of the platform's upgrade (read in its migrations).

use serde_json::{Map, Value as Json, json};

use crate::schema::FormerSpec;

pub(super) const FORMER: FormerSpec = FormerSpec {
    lacks: "databases",
    schema: r#"{
      "properties": {
        "users": {"type": "object", "default": {}, "additionalProperties": {
          "type": "object", "properties": {"password": {"type": "string"}}
        }},
        "databases": {"type": "object", "default": {}, "additionalProperties": {
          "type": "object", "properties": {"roles": {"type": "object", "properties": {
            "admin": {"type": "array", "items": {"type": "string"}},
            "readonly": {"type": "array", "items": {"type": "string"}}
          }}}
        }}
      }
    }"#,
    is_former: |spec| {
        let users = spec.get("users").and_then(Json::as_object);
        let mut users = users.into_iter().flatten();
        users.any(|(_, user)| user.get("db").is_some() || user.get("roles").is_some())
    },
    to_today,
    to_former,
};

/// The database in which users log in.
const LOGIN: &str = "admin";

/// The role of a database that a role of MongoDB stands for.
fn role_of(name: &str) -> Option<&'static str> {
    match name {
        "readWrite" | "dbAdmin" => Some("admin"),
        "read" => Some("readonly"),
        _ => None,
    }
}

/// Other roles stay in the user.
fn to_today(spec: &mut Map<String, Json>) {
    let mut databases = Map::new();
    let users = spec.get_mut("users").and_then(Json::as_object_mut);
    for (name, user) in users.into_iter().flatten() {
        let Some(user) = user.as_object_mut() else {
            continue;
        };
        if user.get("db").and_then(Json::as_str) == Some(LOGIN) {
            user.remove("db");
        }
        let Some(Json::Array(roles)) = user.remove("roles") else {
            continue;
        };
        let mut others = Vec::new();
        for role in roles {
            let text = |key: &str| role.get(key).and_then(Json::as_str);
            match (text("name").and_then(role_of), text("db")) {
                (Some(access), Some(database)) => add(&mut databases, database, access, name),
                _ => others.push(role),
            }
        }
        if !others.is_empty() {
            user.insert("roles".to_owned(), others.into());
        }
    }
    spec.insert("databases".to_owned(), databases.into());
}

fn add(databases: &mut Map<String, Json>, database: &str, access: &str, user: &str) {
    let database = databases
        .entry(database)
        .or_insert_with(|| json!({"roles": {}}));
    let names = &mut database["roles"][access];
    match names.as_array_mut() {
        Some(names) if names.iter().any(|name| name == user) => {}
        Some(names) => names.push(user.into()),
        None => *names = json!([user]),
    }
}

fn to_former(spec: &mut Map<String, Json>) {
    let databases = spec.remove("databases");
    let databases = databases.as_ref().and_then(Json::as_object);
    let users = spec.get_mut("users").and_then(Json::as_object_mut);
    for (name, user) in users.into_iter().flatten() {
        let Some(user) = user.as_object_mut() else {
            continue;
        };
        let mut roles = Vec::new();
        for (database, entry) in databases.into_iter().flatten() {
            let has = |access: &str| {
                let names = entry["roles"][access].as_array();
                names.is_some_and(|names| names.iter().any(|other| other == name))
            };
            let mut give = |role: &str| roles.push(json!({"name": role, "db": database}));
            if has("admin") {
                give("readWrite");
                give("dbAdmin");
            }
            if has("readonly") {
                give("read");
            }
        }
        if let Some(Json::Array(others)) = user.remove("roles") {
            roles.extend(others);
        }
        user.entry("db").or_insert_with(|| LOGIN.into());
        user.insert("roles".to_owned(), roles.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: Json) -> Map<String, Json> {
        json.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn roles_move_between_users_and_databases() {
        let today = spec(json!({
            "users": {"app": {"password": "a"}, "report": {}},
            "databases": {"shop": {"roles": {"admin": ["app"], "readonly": ["report"]}}},
        }));
        let mut converted = today.clone();
        (FORMER.to_former)(&mut converted);
        let roles = |names: &[&str]| -> Json {
            names
                .iter()
                .map(|name| json!({"name": name, "db": "shop"}))
                .collect()
        };
        let former = spec(json!({"users": {
            "app": {"password": "a", "db": "admin", "roles": roles(&["readWrite", "dbAdmin"])},
            "report": {"db": "admin", "roles": roles(&["read"])},
        }}));
        assert_eq!(converted, former);
        assert!((FORMER.is_former)(&former) && !(FORMER.is_former)(&today));
        (FORMER.to_today)(&mut converted);
        assert_eq!(converted, today);
    }

    #[test]
    fn roles_that_have_no_counterpart_are_kept() {
        let former = spec(json!({"users": {"ops": {
            "db": "other", "roles": [{"name": "clusterAdmin", "db": "admin"}],
        }}}));
        let mut converted = former.clone();
        (FORMER.to_today)(&mut converted);
        assert_eq!(converted["databases"], json!({}));
        (FORMER.to_former)(&mut converted);
        assert_eq!(converted, former);
    }
}
