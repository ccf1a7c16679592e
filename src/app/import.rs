use crate::resource::{self, Imported, Namespace, ResourceType};
use crate::schema::pattern::whole;
use crate::value::Value;

/// Imports an object by its ID: `namespace/Kind/name`, or `Kind/name` in the provider's namespace.
pub fn import(resource_type: &ResourceType, id: &str, namespace: &Namespace) -> Imported {
    let parts: Vec<&str> = id.split('/').collect();
    let (kind, place) = match parts[..] {
        [namespace, kind, name] => (kind, format!("{namespace}/{name}")),
        [kind, name] => (kind, name.to_owned()),
        _ => return invalid(id),
    };
    let mut imported = resource::import(resource_type, &place, namespace);
    let place = [
        imported.state.attribute("namespace"),
        imported.state.attribute("name"),
    ];
    let [Some(namespace), Some(name)] = place.map(Value::as_str) else {
        return invalid(id);
    };
    if !whole("[A-Z][A-Za-z0-9]*", kind) {
        return invalid(id);
    }
    let id = format!("{namespace}/{kind}/{name}");
    imported.state.set_attribute("id", id.into());
    imported.state.set_attribute("kind", kind.into());
    imported
}

/// Imports an object by its identity.
pub fn import_identity(
    resource_type: &ResourceType,
    identity: &Value,
    namespace: &Namespace,
) -> Imported {
    let parts = ["namespace", "kind", "name"].map(|name| identity.attribute(name).as_str());
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    import(resource_type, &parts.join("/"), namespace)
}

fn invalid(id: &str) -> Imported {
    let mut imported = Imported::default();
    imported.diagnostics.error(
        "Invalid import ID",
        format!(
            "`{id}` is not a valid import ID. Use `namespace/Kind/name`, such as `tenant-acme/Valkey/main`, or \
             `Kind/name` if the provider or the context of the kubeconfig has a namespace."
        ),
    );
    imported
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::declaration::resource_type;

    fn id_of(imported: &Imported) -> Option<&str> {
        imported.state.attribute("id").as_str()
    }

    #[test]
    fn an_id_and_an_identity_have_the_kind() {
        let (app, acme) = (resource_type(), Namespace::Known("tenant-acme".to_owned()));
        let id = Some("tenant-acme/Valkey/main");
        let whole = import(&app, "tenant-acme/Valkey/main", &Namespace::None);
        assert_eq!(id_of(&whole), id);
        assert_eq!(id_of(&import(&app, "Valkey/main", &acme)), id);
        let identity = |namespace: Value| {
            let parts = [
                ("namespace", namespace),
                ("kind", "Valkey".into()),
                ("name", "main".into()),
            ];
            Value::map(parts)
        };
        let with = identity("tenant-acme".into());
        assert_eq!(id_of(&import_identity(&app, &with, &Namespace::None)), id);
        assert_eq!(
            id_of(&import_identity(&app, &identity(Value::Null), &acme)),
            id
        );
        let missing = import_identity(&app, &identity(Value::Null), &Namespace::None);
        assert!(missing.diagnostics.has_errors());
    }

    #[test]
    fn an_invalid_id_is_an_error() {
        let acme = Namespace::Known("tenant-acme".to_owned());
        for id in [
            "",
            "main",
            "valkey/main",
            "a/b/main",
            "a/B/c/d",
            "/Valkey/main",
            "a/Valkey/",
            "a/Val key/b",
            "a/B/../c",
        ] {
            let imported = import(&resource_type(), id, &acme);
            assert!(
                imported.diagnostics.has_errors() && imported.state.is_null(),
                "{id}"
            );
        }
    }
}
