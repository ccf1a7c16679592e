use crate::schema::{Bytes, Cpu, Scope, Spec};

/// CPU and memory of a replica, node or component.
#[derive(Spec)]
#[spec(rules(cpu_and_memory_together))]
pub(crate) struct Resources {
    /// CPU, for example `500m` or `2`.
    cpu: Option<Cpu>,
    /// Memory, for example `512Mi` or `4Gi`.
    memory: Option<Bytes>,
}

fn cpu_and_memory_together(scope: &mut Scope<'_>) {
    scope.together(
        &["cpu", "memory"],
        "The platform requires both if one is set.",
    );
}
