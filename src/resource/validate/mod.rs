//! Offline validation of a configuration.

pub(crate) mod configuration;
pub(crate) mod name;
