//! The declaration of a kind.

pub(crate) mod attributes;
pub(crate) mod dependent;
pub(crate) mod entry;
pub(crate) mod kind;
pub(crate) mod outputs;
pub(crate) mod plan_check;
