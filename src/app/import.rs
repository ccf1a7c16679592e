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
