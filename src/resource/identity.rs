use super::import::Imported;
use super::model::Model;
use super::plan::Namespace;
use crate::schema::{Object, Spec};
use crate::value::{Value, json};

/// What tells an object from all others of its kind.
#[derive(Spec)]
struct Place {
    /// The namespace of the tenant it lies in. To import, it may be left out: then it is the provider's.
    namespace: Option<String>,
    /// Its name.
    name: String,
}

/// The attributes of an identity, the same for every kind.
pub fn identity() -> Object {
    Place::object()
}

/// The identity of the object that a state or a plan describes; null where there is none.
pub fn identity_of(state: &Value) -> Value {
    if state.is_null() {
        return Value::Null;
    }
    let part = |name: &'static str| (name, state.attribute(name).clone());
    Value::map([part("namespace"), part("name")])
}

/// Reads an identity that this or an earlier version of the provider wrote.
///
/// # Errors
/// Why it cannot be read.
pub fn upgrade_identity(stored: &[u8]) -> Result<Value, String> {
    let read = json::from_slice(stored, &identity().value_type());
    let place = read.map_err(|error| error.to_string())?;
    if place.attribute("name").is_null() {
        return Err("it names no object".to_owned());
    }
    Ok(place)
}

impl Model {
    /// Takes an object over by its identity.
    pub fn import_identity(&self, identity: &Value, namespace: &Namespace) -> Imported {
        let text = |name: &str| identity.attribute(name).as_str();
        match (text("namespace"), text("name")) {
            (Some(place), Some(name)) => self.import(&format!("{place}/{name}"), namespace),
            (_, name) => self.import(name.unwrap_or_default(), namespace),
        }
    }
}
