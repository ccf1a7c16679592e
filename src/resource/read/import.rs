use crate::resource::plan::request::Namespace;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::resource::validate::name::place_of;
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

/// Imports an object by its id: `namespace/name`, or `name` in the provider's namespace.
pub fn import(resource_type: &ResourceType, import_id: &str, namespace: &Namespace) -> Imported {
    let mut imported = Imported::default();
    let whole = match namespace {
        Namespace::Known(namespace) if !import_id.contains('/') => id(namespace, import_id),
        _ => import_id.to_owned(),
    };
    let Some((namespace, name)) = place_of(&whole) else {
        imported.diagnostics.error(
                "Invalid import ID",
                format!(
                "`{import_id}` is not a valid import ID. Use `namespace/name`, such as `tenant-acme/main`, or the name alone if \
                     the provider or the context of the kubeconfig has a namespace."
            ),
            );
        return imported;
    };
    let mut state = resource_type.schema.null();
    state.set_attribute("name", name.into());
    state.set_attribute("namespace", namespace.into());
    state.set_attribute("id", whole.as_str().into());
    imported.state = state;
    imported.private = Private {
        imported: true,
        ..Private::default()
    }
    .to_bytes();
    imported
}
