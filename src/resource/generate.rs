use super::model::Model;
use crate::schema::{Role, Usage, leave_out};
use crate::value::Value;

impl Model {
    /// The configuration that describes an object as its state has it: what the provider decides, what is
    /// deprecated and what is written only left out.
    pub fn generate(&self, state: &Value) -> Value {
        if state.is_null() {
            return self.resource.null();
        }
        let mut configured = state.clone();
        leave_out(&self.resource, &mut configured, &|attribute| {
            attribute.usage == Usage::Computed
                || attribute.deprecated.is_some()
                || matches!(
                    attribute.role,
                    Role::WriteOnly | Role::Version | Role::Renamed { .. }
                )
        });
        configured
    }
}
