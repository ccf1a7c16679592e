use crate::resource::plan::request::Namespace;
use crate::resource::read::import::{Imported, import};
use crate::resource::resource_type::ResourceType;
use crate::schema::{Block, Spec};
use crate::value::{Value, json};

/// The attributes that identify an object within its kind.
#[derive(Spec)]
struct Place {
    /// Namespace of the object. Defaults to the provider's namespace on import.
    namespace: Option<String>,
    /// Name of the object. That of an entry, such as a database of a server, is the name of its object, `/` and its own.
    name: String,
}

/// The attributes that identify an object of any kind.
#[derive(Spec)]
struct PlaceOfKind {
    /// Namespace of the object. Defaults to the provider's namespace on import.
    namespace: Option<String>,
    /// Kind of the object.
    kind: String,
    /// Name of the object.
    name: String,
}

/// The attributes of the identities of a resource type.
pub fn identity(resource_type: &ResourceType) -> Block {
    if resource_type.names_kind {
        PlaceOfKind::block()
    } else {
        Place::block()
    }
}

/// The identity of the object in a state or plan; null if there is none.
pub fn identity_of(resource_type: &ResourceType, state: &Value) -> Value {
    if state.is_null() {
        return Value::Null;
    }
    if resource_type.entry.is_some() {
        let [namespace, name] = resource_type.place(state).map(|part| match part.as_str() {
            "" => Value::Unknown,
            part => Value::from(part),
        });
        return Value::map([("namespace", namespace), ("name", name)]);
    }
    let parts = identity(resource_type).attributes.into_iter();
    Value::map(parts.map(|part| {
        let value = state.attribute(&part.name).clone();
        (part.name, value)
    }))
}

/// Decodes an identity that this or an earlier version of the provider wrote.
///
/// # Errors
/// If the identity is invalid.
pub fn upgrade_identity(resource_type: &ResourceType, stored: &[u8]) -> Result<Value, String> {
    let read = json::from_slice(stored, &identity(resource_type).value_type());
    let place = read.map_err(|error| error.to_string())?;
    if place.attribute("name").is_null() {
        return Err("it has no name".to_owned());
    }
    Ok(place)
}

/// Imports an object by its identity.
pub fn import_identity(
    resource_type: &ResourceType,
    identity: &Value,
    namespace: &Namespace,
) -> Imported {
    let text = |name: &str| identity.attribute(name).as_str();
    match (text("namespace"), text("name")) {
        (Some(place), Some(name)) => import(resource_type, &format!("{place}/{name}"), namespace),
        (_, name) => import(resource_type, name.unwrap_or_default(), namespace),
    }
}
