//! What Terraform keeps of an object: its state, its identity, and private data.

pub(crate) mod identity;
pub(crate) mod private;
pub(crate) mod reported;
pub(crate) mod upgrade;
