//! The implemented calls, a file for each subject.

pub(crate) mod action;
pub(crate) mod data_source;
pub(crate) mod ephemeral;
pub(crate) mod function;
pub(crate) mod list;
pub(crate) mod meta;
pub(crate) mod provider;
pub(crate) mod resource;
pub(crate) mod state;
pub(crate) mod unknown;
