use crate::resource::diagnostics::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::schema::{AttributeRole, Diagnostics, nullify};
use crate::value::{Value, json};

/// Decodes a state that this or an earlier version of the provider wrote. Removed attributes are ignored, new ones are
/// null. Write-only attributes are null as well, as Terraform requires.
pub fn upgrade(resource_type: &ResourceType, state: &[u8], diagnostics: &mut Diagnostics) -> Value {
    match json::from_slice(state, &resource_type.value_type) {
        Ok(mut value) => {
            nullify(&resource_type.schema, &mut value, &|attribute| {
                attribute.role == AttributeRole::WriteOnly
            });
            value
        }
        Err(error) => {
            diagnostics.error(
                    "Could not read the saved state",
                    format!(
                        "{}. The state was written by another program or edited by hand. Nothing was changed. Restore an earlier \
                     state, or remove the resource from the state and import it again.",
                    capitalised(&error.to_string())
                    ),
                );
            Value::Null
        }
    }
}
