//! How long an apply waits for the effect of a write, and how that ended.

pub(crate) mod dependents;
pub(crate) mod diagnostic;
pub(crate) mod outcome;
pub(crate) mod poll;
pub(crate) mod progress;
