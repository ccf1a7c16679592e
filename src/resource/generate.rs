use super::model::Model;
use crate::schema::{Role, Usage, leave_out};
use crate::value::Value;

impl Model {
    /// The configuration that describes an object as its state has it: what the provider decides and what is
    /// written only left out. What is deprecated stays: without it the next plan would remove it.
    pub fn generate(&self, state: &Value) -> Value {
        if state.is_null() {
            return self.resource.null();
        }
        let mut configured = state.clone();
        leave_out(&self.resource, &mut configured, &|attribute| {
            attribute.usage == Usage::Computed
                || matches!(
                    attribute.role,
                    Role::WriteOnly | Role::Version | Role::Renamed { .. }
                )
        });
        configured
    }
}
