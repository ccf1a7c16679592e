//! Reads objects: for a refresh, a data source, an import, an ephemeral resource.

pub(crate) mod data_source;
pub(crate) mod ephemeral;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod refresh;
