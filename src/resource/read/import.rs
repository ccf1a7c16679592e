use crate::resource::plan::request::Namespace;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::resource::validate::name::{place_of, place_of_entry};
use crate::schema::Diagnostics;
use crate::value::Value;

/// The initial state of an import: namespace and name. The following read sets the other attributes.
#[derive(Debug, Default)]
pub struct Imported {
    /// The state; null if the id is invalid.
    pub state: Value,
    /// The private data to keep.
    pub private: Vec<u8>,
    /// The errors of the id.
    pub diagnostics: Diagnostics,
}

/// Imports an object by its id: `namespace/name`, or `name` in the provider's namespace. The id of an entry is that of its
/// object, `/` and its name.
pub fn import(resource_type: &ResourceType, import_id: &str, namespace: &Namespace) -> Imported {
    let mut imported = Imported::default();
    let parts = if resource_type.entry.is_some() { 3 } else { 2 };
    let whole = match namespace {
        Namespace::Known(namespace) if import_id.split('/').count() < parts => {
            id(namespace, import_id)
        }
        _ => import_id.to_owned(),
    };
    let place = match &resource_type.entry {
        None => place_of(&whole),
        Some(_) => place_of_entry(&whole),
    };
    let Some((namespace, name)) = place else {
        let (form, example) = match &resource_type.entry {
            None => ("namespace/name", "tenant-acme/main"),
            Some(_) => ("namespace/object/name", "tenant-acme/main/app"),
        };
        imported.diagnostics.error(
                "Invalid import ID",
                format!(
                "`{import_id}` is not a valid import ID. Use `{form}`, such as `{example}`; the namespace can be omitted \
                     if the provider or the context of the kubeconfig has one."
            ),
            );
        return imported;
    };
    let mut state = resource_type.schema.null();
    resource_type.put_place(&mut state, [namespace, name]);
    state.set_attribute("id", whole.as_str().into());
    imported.state = state;
    imported.private = Private {
        imported: true,
        ..Private::default()
    }
    .to_bytes();
    imported
}
