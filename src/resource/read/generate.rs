use crate::resource::resource_type::ResourceType;
use crate::schema::{AttributeRole, Usage, nullify};
use crate::value::Value;

/// The configuration of an object for `-generate-config-out`: the state without computed and write-only attributes.
/// Deprecated attributes are included; without them, the next plan would remove their values.
pub fn generate_config(resource_type: &ResourceType, state: &Value) -> Value {
    if state.is_null() {
        return resource_type.schema.null();
    }
    let mut configured = state.clone();
    nullify(&resource_type.schema, &mut configured, &|attribute| {
        attribute.usage == Usage::Computed
            || matches!(
                attribute.role,
                AttributeRole::WriteOnly | AttributeRole::Version | AttributeRole::Renamed { .. }
            )
    });
    configured
}
