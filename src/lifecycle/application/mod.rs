//! Applications: objects of `apps.cozystack.io`, each backed by a Helm release.

pub(crate) mod answer;
pub(crate) mod deletion;
pub(crate) mod lifecycle;
pub(crate) mod pending;
pub(crate) mod readiness;
pub(crate) mod reconcile;
pub(crate) mod status;
pub(crate) mod waiter;
