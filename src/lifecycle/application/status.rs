use std::collections::BTreeMap;

use crate::api::Object;
use crate::lifecycle::conditions::conditions;
use crate::schema::{Choice, Spec};
use crate::value::Value;

/// What an apply waits for.
#[derive(Spec)]
pub(crate) struct WaitForSetting {
    /// What to wait for after a create or update. Defaults to `workloads`.
    wait_for: Option<WaitForChoice>,
}

#[derive(Choice)]
pub(crate) enum WaitForChoice {
    /// Nothing: the apply ends as soon as the object is stored.
    #[choice(value = "none")]
    Nothing,
    /// The object is installed.
    #[choice(value = "ready")]
    Ready,
    /// The object is installed and its workloads are running.
    #[choice(value = "workloads")]
    Workloads,
}

/// Status that only a data source shows: it changes with every update, so in a resource every plan would show it as
/// unknown.
#[derive(Spec)]
pub(crate) struct ApplicationStatus {
    /// Version of the platform's package that was last installed.
    #[spec(computed)]
    status_version: Option<String>,
    /// Conditions of the object, keyed by type: `Ready`, `Released` and, if it has workloads, `WorkloadsReady`. Each is
    /// `True`, or `False` or `Unknown` with the reason.
    #[spec(computed)]
    conditions: Option<BTreeMap<String, String>>,
}

/// Sets the attributes of [`ApplicationStatus`] in the state of a data source.
pub(crate) fn put_status(state: &mut Value, object: &Object) {
    state.set_attribute("status_version", object.status_text("version").into());
    state.set_attribute("conditions", conditions(object));
}
