use crate::schema::{Bytes, Cpu, Spec};

#[derive(Spec)]
pub(super) struct RequestsAndLimits {
    /// What is reserved.
    requests: Option<Least>,
    /// What it may use.
    limits: Option<Most>,
}

#[derive(Spec)]
pub(super) struct Least {
    /// CPU, for example `100m`.
    #[spec(default = "100m")]
    cpu: Option<Cpu>,
    /// Memory, for example `256Mi`.
    #[spec(default = "256Mi")]
    memory: Option<Bytes>,
}

#[derive(Spec)]
pub(super) struct Most {
    /// CPU, for example `500m` or `2`.
    #[spec(default = "1")]
    cpu: Option<Cpu>,
    /// Memory, for example `512Mi` or `4Gi`.
    #[spec(default = "1Gi")]
    memory: Option<Bytes>,
}
