//! Reads objects for refreshes, data sources, imports and ephemeral resources.

pub(crate) mod data_source;
pub(crate) mod ephemeral;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod refresh;
