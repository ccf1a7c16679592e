//! The provider: its block, its configuration, the registry of its types, and its operations.

mod block;
mod configuration;
mod instance;
mod operation;
mod registry;
#[cfg(test)]
mod tests;

pub use block::ProviderBlock;
pub use instance::Provider;
pub use operation::{
    apply, import, invoke, list, open_ephemeral, plan, read, read_data_source, validate_data_source,
};
pub use registry::{Capability, DataSource, Registry};
