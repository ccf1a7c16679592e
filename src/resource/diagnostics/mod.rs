//! What an error of the API means to the person at the terminal.

pub(crate) mod error;
pub(crate) mod rbac;
pub(crate) mod release;
