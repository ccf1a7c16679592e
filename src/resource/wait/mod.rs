//! Waits of an apply, and their outcomes.

pub(crate) mod dependents;
pub(crate) mod diagnostic;
pub(crate) mod outcome;
pub(crate) mod poll;
pub(crate) mod progress;
