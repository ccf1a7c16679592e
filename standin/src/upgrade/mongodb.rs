//! Migration of MongoDB users, whose roles moved to their databases (1.0).
use crate::object::Object;
use serde_json::{Map, Value, json};

/// Moves the roles of users to the databases.
pub(super) fn split_users(object: &mut Object) -> Vec<Object> {
    if object.kind == "MongoDB"
        && let Some(users) = object.spec.get_mut("users").and_then(Value::as_object_mut)
    {
        let mut databases = Map::new();
        for (name, user) in users.iter_mut() {
            for (database, role) in roles(user) {
                let entry = databases
                    .entry(database)
                    .or_insert_with(|| json!({"roles": {"admin": [], "readonly": []}}));
                if let Some(names) = entry["roles"][role].as_array_mut()
                    && !names.contains(&json!(name))
                {
                    names.push(json!(name));
                }
            }
            if let Some(fields) = user.as_object_mut() {
                fields.retain(|field, _| field == "password");
            }
        }
        if !databases.is_empty() {
            object.spec["databases"] = Value::Object(databases);
        }
    }
    Vec::new()
}

/// The databases of a user, each with the user's new role.
fn roles(user: &Value) -> Vec<(String, &'static str)> {
    let roles = user["roles"].as_array().into_iter().flatten();
    let roles = roles.filter_map(|role| {
        let may = match role["name"].as_str()? {
            "read" => "readonly",
            _ => "admin",
        };
        Some((role["db"].as_str()?.to_owned(), may))
    });
    roles.collect()
}

#[cfg(test)]
mod tests {
    use super::split_users;
    use crate::upgrade::tests::object;
    use serde_json::json;

    #[test]
    fn roles_move_to_databases() {
        let roles = json!([{"name": "readWrite", "db": "shop"}, {"name": "dbAdmin", "db": "shop"},
            {"name": "read", "db": "log"}]);
        let users = json!({"app": {"db": "shop", "password": "p", "roles": roles}});
        let mut mongo = object("MongoDB", json!({"users": users}));
        split_users(&mut mongo);
        let databases = json!({
            "shop": {"roles": {"admin": ["app"], "readonly": []}},
            "log": {"roles": {"admin": [], "readonly": ["app"]}},
        });
        let spec = json!({"users": {"app": {"password": "p"}}, "databases": databases});
        assert_eq!(mongo.spec, spec);
    }
}
