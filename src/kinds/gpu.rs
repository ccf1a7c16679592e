use crate::schema::Spec;

/// A GPU of a machine.
#[derive(Spec)]
pub(super) struct Gpu {
    /// The GPU model as the platform names it, such as `nvidia.com/AD102GL_L40S`. Give one entry
    /// per GPU, and the machine at least 4 GiB of memory: the NVIDIA driver does not start with
    /// less.
    name: String,
}
