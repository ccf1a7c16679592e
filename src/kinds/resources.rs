use crate::schema::{Quantity, Scope, Spec};

/// CPU and memory of a replica, node or component.
#[derive(Spec)]
#[spec(rules(both_or_neither))]
pub(super) struct Resources {
    /// CPU cores, such as `500m` or `2`. Changing it restarts what runs with it.
    cpu: Option<Quantity>,
    /// Memory, such as `512Mi` or `4Gi`. Changing it restarts what runs with it.
    memory: Option<Quantity>,
}

fn both_or_neither(scope: &mut Scope<'_>) {
    scope.together(&["cpu", "memory"], "The platform sizes by both at once.");
}
