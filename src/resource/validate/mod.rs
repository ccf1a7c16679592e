//! Offline validation of a configuration.

pub(crate) mod configuration;
pub(crate) mod entry;
pub(crate) mod name;
