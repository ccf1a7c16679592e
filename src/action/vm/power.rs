use std::collections::BTreeSet;

use serde_json::Value as Json;
use tokio::time::Instant;

use super::conflict::{Conflict, interpret};
use super::machine::{Machine, TITLE};
use super::refusal::refused;
use super::wait::{Goal, Outcome, wait};
use crate::action::declaration::Invocation;
use crate::api::{ErrorKind, Pod};
use crate::resource::wait::diagnostic::shown;
use crate::resource::{TenantRole, api_error_as, capitalised, place_of};

/// Who may change the power of a machine (read in the platform's charts).
pub(super) const PERMISSION: &str = "Requires platform 1.5 or later, and the `use` role in the tenant. On earlier \
                                     platforms no role of a tenant permits it: set `run_strategy` of the `hikube_vm`.";

/// A change of the power of a machine.
pub(super) struct Power {
    /// The subresource, and what is done to the machine: `start`.
    pub(super) verb: &'static str,
    /// The first word of the first progress: `Starting`.
    pub(super) started: &'static str,
    /// The end of the last progress: `is running`.
    pub(super) done: &'static str,
    pub(super) goal: Goal,
    /// The body of the request.
    pub(super) options: Json,
}

/// Changes the power of a machine and waits for the effect.
pub(super) async fn change_power(invocation: Invocation<'_>, power: Power) {
    let Invocation {
        session,
        config,
        deadline,
        timeout,
        progress,
        diagnostics,
    } = invocation;
    let Some((namespace, name)) = config.attribute("vm_id").as_str().and_then(place_of) else {
        return;
    };
    let machine = Machine {
        session,
        namespace,
        name,
    };
    let (id, verb, started) = (machine.id(), power.verb, Instant::now());
    progress.report(&format!("{} {TITLE} {id}", power.started));
    // A read can lag behind a create: whether there is a machine is decided by the request.
    let application = match machine.application().await {
        Ok(application) => application,
        Err(error) => {
            return api_error_as(diagnostics, TITLE, TenantRole::View, "read", &id, &error);
        }
    };
    let before = machine.pods().await;
    let uids = |pods: Vec<Pod>| pods.into_iter().map(|pod| pod.uid).collect();
    let before: Option<BTreeSet<String>> = before.map(uids);
    if let Err(error) = machine.put(verb, &power.options).await {
        let pods = machine.pods_after(&error).await;
        let is_expected = error.kind() == ErrorKind::Conflict
            && interpret(power.goal, &error.to_string(), pods.as_deref()) == Conflict::Expected;
        if !is_expected {
            return refused(
                diagnostics,
                (verb, power.goal),
                &id,
                application.as_ref(),
                &error,
                pods.as_deref(),
            );
        }
        progress.report(&format!("Nothing to do: {error}"));
        if before.is_none() {
            return;
        }
    }
    let outcome = match before {
        Some(before) => {
            let application = application.clone();
            wait(
                &machine,
                power.goal,
                &before,
                application,
                deadline,
                progress,
            )
            .await
        }
        None => Outcome::Unseen,
    };
    match outcome {
        Outcome::Met => {
            let elapsed = shown(started.elapsed());
            progress.report(&format!("{} {id} {} after {elapsed}", capitalised(TITLE), power.done));
        }
        Outcome::Unseen => {
            let detail = "The platform accepted the request, but does not permit to list the pods of the virtual \
                          machine, so this did not wait for the effect.";
            progress.report(detail);
            diagnostics.warn(format!("Did not wait for the {verb} of {TITLE} {id}"), detail);
        }
        Outcome::TimedOut(true, last) => diagnostics.error(
            format!("Interrupted while waiting for the {verb} of {TITLE} {id}"),
            format!(
                "The platform accepted the request and continues with it. Last status: {last}. The action is not invoked \
                 again by the next apply: run it with `terraform apply -invoke=ADDRESS` if it is still required."
            ),
        ),
        Outcome::TimedOut(false, last) => diagnostics.error(
            format!("Could not {verb} {TITLE} {id} within {}", shown(timeout)),
            format!(
                "The platform accepted the request and may still complete it. Last status: {last}.\n\nCorrect what the \
                 status names, or raise `timeout`. The action is not invoked again by the next apply: run it with \
                 `terraform apply -invoke=ADDRESS`."
            ),
        ),
        Outcome::Gone => diagnostics.error(
            format!("{} {id} was deleted during the {verb}", capitalised(TITLE)),
            "The platform accepted the request, and then the virtual machine was deleted.",
        ),
        Outcome::Failed(error) => {
            api_error_as(diagnostics, TITLE, TenantRole::View, "read", &id, &error);
        }
    }
}
