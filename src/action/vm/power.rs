use std::collections::BTreeSet;

use serde_json::Value as Json;
use tokio::time::Instant;

use super::conflict::{Conflict, interpret};
use super::machine::{Machine, run_strategy};
use super::wait::{Goal, Outcome, wait};
use crate::action::declaration::Invocation;
use crate::api::{Error, ErrorKind, Object, Pod};
use crate::lifecycle::Application;
use crate::resource::wait::diagnostic::shown;
use crate::resource::{Lifecycle as _, TenantRole, api_error_as, capitalised, place_of};
use crate::schema::Diagnostics;

const TITLE: &str = "virtual machine";

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
                &power,
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

/// The request was refused: why, and what to do.
fn refused(
    diagnostics: &mut Diagnostics,
    power: &Power,
    id: &str,
    application: Option<&Object>,
    error: &Error,
    pods: Option<&[Pod]>,
) {
    let verb = power.verb;
    let summary = format!("Could not {verb} {TITLE} {id}");
    let strategy = application.map_or("Always", run_strategy);
    let detail = match error.kind() {
        ErrorKind::Forbidden if !error.is_anonymous() => return forbidden(diagnostics, power, id, error),
        ErrorKind::NotFound => match application {
            None => format!("There is no virtual machine `{id}`. Check `vm_id`: it is the `id` of a `hikube_vm`."),
            Some(object) => {
                let status = Application.not_ready_reason(object);
                let status = status.unwrap_or_else(|| "Ready".to_owned());
                format!(
                    "The platform has not created the virtual machine yet. Status of the object: {status}. Invoke the \
                     action once it is ready."
                )
            }
        },
        ErrorKind::Conflict => match interpret(power.goal, &error.to_string(), pods) {
            Conflict::NotRunning => "It is not running, so it cannot be restarted. Start it with `hikube_vm_start`, or set \
                                     `run_strategy` of the `hikube_vm` to `Always`."
                .to_owned(),
            Conflict::Strategy => format!(
                "Its `run_strategy` is `{strategy}`, which does not permit this. Set `run_strategy` of the `hikube_vm` \
                 to `Manual` or `Always` instead."
            ),
            Conflict::Expected | Conflict::Concurrent => {
                "It was changed by another client at the same time. Invoke the action again.".to_owned()
            }
        },
        // KubeVirt refuses a second change while one is in progress (read in its source).
        ErrorKind::Other if error.to_string().contains("already underway") => {
            "Another start, stop or restart of it is in progress. Invoke the action again once that has ended."
                .to_owned()
        }
        _ => return api_error_as(diagnostics, TITLE, TenantRole::Use, verb, id, error),
    };
    let cause = capitalised(&error.to_string());
    diagnostics.error(summary, format!("{cause}.\n\n{detail}"));
}

/// The permission is missing: in every role before release 1.5 (read in the platform's charts), otherwise in this one.
fn forbidden(diagnostics: &mut Diagnostics, power: &Power, id: &str, error: &Error) {
    let declared = match power.goal {
        Goal::Running => "set `run_strategy` of the `hikube_vm` to `Always` and apply",
        Goal::Stopped => "set `run_strategy` of the `hikube_vm` to `Halted` and apply",
        Goal::Restarted => {
            "set `run_strategy` of the `hikube_vm` to `Halted` and apply, then set it to `Always` and apply again"
        }
    };
    diagnostics.error(
        format!("Permission denied: cannot {} {TITLE} {id}", power.verb),
        format!(
            "{}.\n\nTenants may {} virtual machines since platform 1.5. {}\n\nOn earlier platforms no role of a tenant \
             permits it: {declared}. On platform 0.41 this attribute sets `running`.",
            capitalised(&error.to_string()),
            power.verb,
            TenantRole::Use.advice(id),
        ),
    );
}
