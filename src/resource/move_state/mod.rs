//! State of other resource types, taken over by a `moved` block.

pub(crate) mod manifest;
pub(crate) mod mover;
pub(crate) mod replaced;
pub(crate) mod request;
pub(crate) mod sources;
pub(crate) mod typed;
