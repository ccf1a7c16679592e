//! The data that Terraform stores for an object: state, identity and private data.

pub(crate) mod identity;
pub(crate) mod private;
pub(crate) mod reported;
pub(crate) mod upgrade;
