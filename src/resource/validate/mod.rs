//! Checks a configuration, offline.

pub(crate) mod configuration;
pub(crate) mod name;
