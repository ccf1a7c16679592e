//! Applies a plan: creates, updates or destroys an object.

pub(crate) mod adopt;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod in_use;
pub(crate) mod labels;
pub(crate) mod operation;
pub(crate) mod record;
pub(crate) mod request;
pub(crate) mod update;
pub(crate) mod wanted;
