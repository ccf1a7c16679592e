//! Reads of an object and its dependents.

pub(crate) mod freshness;
pub(crate) mod observed;
pub(crate) mod observer;
pub(crate) mod served;
