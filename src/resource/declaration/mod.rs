//! What a kind declares.

pub(crate) mod attributes;
pub(crate) mod dependent;
pub(crate) mod kind;
pub(crate) mod outputs;
