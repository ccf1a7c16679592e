use crate::resource::resource_type::ResourceType;
use crate::schema::{AttributeRole, Usage, nullify};
use crate::value::Value;

/// The configuration that describes an object as its state has it: what the provider decides and what is
/// written only left out. What is deprecated stays: without it the next plan would remove it.
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
