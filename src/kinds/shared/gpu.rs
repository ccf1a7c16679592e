use crate::schema::Spec;

/// A GPU of a VM or node.
#[derive(Spec)]
pub(crate) struct Gpu {
    /// GPU model, for example `nvidia.com/AD102GL_L40S`. The NVIDIA driver requires at least 4 GiB of memory.
    name: String,
}
