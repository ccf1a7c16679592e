use crate::schema::{Bytes, Cpu, Scope, Spec};

/// CPU and memory of a replica, node or component.
#[derive(Spec)]
#[spec(rules(both_or_neither))]
pub(super) struct Resources {
    /// CPU cores, such as `500m` or `2`. Changing it restarts what runs with it.
    cpu: Option<Cpu>,
    /// Memory, such as `512Mi` or `4Gi`. Changing it restarts what runs with it.
    memory: Option<Bytes>,
}

fn both_or_neither(scope: &mut Scope<'_>) {
    scope.together(&["cpu", "memory"], "The platform sizes by both at once.");
}
