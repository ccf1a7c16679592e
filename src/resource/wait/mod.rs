//! Waits until the platform has done what was written.

pub(crate) mod dependents;
pub(crate) mod outcome;
pub(crate) mod pending;
pub(crate) mod poll;
pub(crate) mod reconcile;
pub(crate) mod waiter;
