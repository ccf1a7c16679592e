//! Diagnostics for errors of the API.

pub(crate) mod error;
pub(crate) mod rbac;
pub(crate) mod release;
