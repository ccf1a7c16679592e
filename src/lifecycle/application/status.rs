use std::collections::BTreeMap;

use crate::api::Object;
use crate::lifecycle::conditions::conditions;
use crate::schema::{Choice, Spec};
use crate::value::Value;

/// What an apply waits for.
#[derive(Spec)]
pub(crate) struct WaitForSetting {
    /// What an apply waits for after a write. Left out, `workloads`; and `none` where that would be waiting for
    /// what comes later, as for a disk that is to be uploaded or lies in storage of the class `local`, which
    /// is filled when a machine uses it. It changes nothing on the platform.
    wait_for: Option<WaitForChoice>,
}

#[derive(Choice)]
pub(crate) enum WaitForChoice {
    /// Nothing: the apply ends when the platform has stored the object.
    #[choice(value = "none")]
    Nothing,
    /// The platform has installed it.
    #[choice(value = "ready")]
    Ready,
    /// The platform has installed it and reports that what runs in it works.
    #[choice(value = "workloads")]
    Workloads,
}

/// What the platform reports of every object and only a data source shows: it changes with every update, so in
/// a resource it would be unknown in every plan.
#[derive(Spec)]
pub(crate) struct ApplicationStatus {
    /// The version of the platform's package it was last installed from.
    #[spec(computed)]
    status_version: Option<String>,
    /// What the platform says of its state: `Ready`, `Released` and, where something runs in it,
    /// `WorkloadsReady`, each `True`, or `False` or `Unknown` with the reason.
    #[spec(computed)]
    conditions: Option<BTreeMap<String, String>>,
}

/// Puts into the state of a data source what the platform says of the object's state.
pub(crate) fn put_status(state: &mut Value, object: &Object) {
    state.set_attribute("status_version", object.status_text("version").into());
    state.set_attribute("conditions", conditions(object));
}
