//! Applies a plan: creates, updates or destroys an object.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod in_use;
pub(crate) mod operation;
pub(crate) mod update;
