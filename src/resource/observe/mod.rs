//! What is on the platform: an object and its dependents.

pub(crate) mod observed;
