//! Moves of other resource types' states, for `moved` blocks.

pub(crate) mod manifest;
pub(crate) mod mover;
pub(crate) mod replaced;
pub(crate) mod request;
pub(crate) mod sources;
pub(crate) mod typed;
